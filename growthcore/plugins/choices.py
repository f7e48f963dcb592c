"""What can be chosen in fields that name a connection, a sender or a template."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from marshmallow import Schema, fields
from sqlalchemy import select
from sqlalchemy.orm import Session

from growthcore.api.errors import InvalidInput
from growthcore.api.provider import Provider
from growthcore.api.schema import ConnectionField, SenderField, TemplateCode
from growthcore.api.senders import Approval
from growthcore.api.text import Text
from growthcore.plugins import directory
from growthcore.plugins.models import Account
from growthcore.plugins.providers import CONNECTION

APPROVALS = {
    Approval.APPROVED: Text("승인", "Approved"),
    Approval.PENDING: Text("대기", "Pending"),
    Approval.REJECTED: Text("거부", "Rejected"),
    Approval.STOPPED: Text("중지", "Stopped"),
}
_OFF = Text("사용 안 함", "Switched off")


@dataclass(frozen=True, kw_only=True)
class Choice:
    """``unusable`` is why it can only be looked at, where that is so."""

    value: Any
    label: str
    unusable: Text | None = None


Choices = Callable[[fields.Field[Any]], Sequence[Choice]]
"""What there is to choose in a field; asked only for fields whose choices lie in the database."""


def of_account(session: Session, account_id: int | None) -> Choices:
    """The choices in the settings and the content of an account; None for one that is not kept yet."""

    def choices(field: fields.Field[Any]) -> Sequence[Choice]:
        if isinstance(field, ConnectionField):
            return _connections(session, field.provider)
        if account_id is None:
            return ()
        if isinstance(field, SenderField):
            found = directory.senders(session, account_id)
            return [_choice(each.key, each.label, each.approval) for each in found]
        if isinstance(field, TemplateCode):
            templates = directory.templates(session, account_id)
            return [_choice(each.code, each.name, each.approval) for each in templates]
        return ()

    return choices


def connections_of(offered: type[Provider] | None, config: Mapping[str, Any]) -> list[int]:
    """The connections that a provider's configuration names."""
    named = _named(offered.Config(), config) if offered else ()
    return [account_id for _, _, account_id in named]


def require_connections(session: Session, schema: Schema, config: Mapping[str, Any]) -> None:
    """Raise :class:`InvalidInput` by field for a connection that there is not."""
    wrong = [
        name
        for name, provider, account_id in _named(schema, config)
        if account_id not in {each.value for each in _connections(session, provider)}
    ]
    if wrong:
        raise InvalidInput(dict.fromkeys(wrong, "There is no such connection. Choose another."))


def _named(schema: Schema, config: Mapping[str, Any]) -> Iterator[tuple[str, str, int]]:
    """Field, provider and account of each connection that a configuration names."""
    for key, field in schema.load_fields.items():
        name = field.data_key or key
        if isinstance(field, ConnectionField) and config.get(name) is not None:
            yield name, field.provider, config[name]


def _connections(session: Session, provider: str) -> Sequence[Choice]:
    found = session.scalars(
        select(Account)
        .where(
            Account.kind == CONNECTION,
            Account.provider == provider,
            Account.removed_at.is_(None),
        )
        .order_by(Account.id)
    )
    return [
        Choice(value=each.id, label=each.label, unusable=None if each.enabled else _OFF)
        for each in found
    ]


def _choice(value: str, label: str, approval: Approval) -> Choice:
    usable = approval is Approval.APPROVED
    return Choice(value=value, label=label, unusable=None if usable else APPROVALS[approval])
