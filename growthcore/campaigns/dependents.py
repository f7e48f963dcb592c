"""What stops working when a plugin or an account is switched off."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from growthcore.campaigns.lifecycle import ENDED
from growthcore.campaigns.models import Campaign
from growthcore.core import Core
from growthcore.plugins.accounts import CHANNEL
from growthcore.plugins.choices import connections_of
from growthcore.plugins.models import Account
from growthcore.recommendations.models import Model
from growthcore.segments.models import Segment

Offers = Mapping[str, Collection[str]]


@dataclass(frozen=True, kw_only=True)
class Dependents:
    """Whatever uses something that a plugin offers: campaigns not over yet, segments not put away."""

    accounts: Sequence[Account]
    campaigns: Sequence[Campaign]
    segments: Sequence[Segment]
    models: Sequence[Model]

    def __bool__(self) -> bool:
        return bool(self.accounts or self.campaigns or self.segments or self.models)


def of_account(session: Session, account_id: int) -> Sequence[Campaign]:
    """The campaigns not over yet that send with an account."""
    chosen = Campaign.definition["account_id"].as_integer() == account_id
    return session.scalars(_going().where(chosen)).all()


def of_connection(core: Core, session: Session, account_id: int) -> Sequence[Account]:
    """The accounts that go by a connection."""
    return [
        account
        for account in core.accounts.list(session)
        if account_id in connections_of(core.accounts.class_of(account), account.config)
    ]


def of_plugin(core: Core, session: Session, plugin: str) -> Dependents:
    """What uses a plugin that is active; of one that is not, nothing can be told."""
    record = core.plugins.record(plugin)
    offers: Offers = record.offers if record else {}
    accounts = _accounts(core, session, offers)
    senders = {account.id for account in accounts if account.kind == CHANNEL}
    conditions = offers.get("condition", ())
    kept = select(Segment).where(Segment.archived_at.is_(None)).order_by(Segment.id)
    return Dependents(
        accounts=accounts,
        campaigns=[
            each for each in session.scalars(_going()) if _uses(each.definition, offers, senders)
        ],
        segments=[each for each in session.scalars(kept) if _asks(each.definition, conditions)],
        models=_models(session, offers),
    )


def _going() -> Select[Campaign]:
    return select(Campaign).where(Campaign.state.not_in(ENDED)).order_by(Campaign.id)


def _accounts(core: Core, session: Session, offers: Offers) -> Sequence[Account]:
    return [
        account
        for account in core.accounts.list(session)
        if account.provider in offers.get(account.kind, ())
    ]


def _models(session: Session, offers: Offers) -> Sequence[Model]:
    algorithms = offers.get("algorithm", ())
    found = select(Model).where(Model.algorithm.in_(algorithms)).order_by(Model.id)
    return session.scalars(found).all()


def _uses(definition: Mapping[str, Any], offers: Offers, senders: Collection[int]) -> bool:
    trigger = (definition.get("delivery") or {}).get("trigger") or {}
    return (
        definition.get("account_id") in senders
        or trigger.get("id") in offers.get("trigger", ())
        or _asks(definition.get("audience"), offers.get("condition", ()))
        or _says(definition.get("content"), offers.get("variable", ()))
    )


def _asks(audience: object, conditions: Collection[str]) -> bool:
    return any(name in conditions for name in _conditions(audience))


def _conditions(node: object) -> Iterator[str]:
    if isinstance(node, Mapping):
        if isinstance(name := node.get("condition"), str):
            yield name
        for child in node.values():
            yield from _conditions(child)
    elif isinstance(node, list):
        for child in node:
            yield from _conditions(child)


def _says(content: object, variables: Collection[str]) -> bool:
    texts = content.values() if isinstance(content, Mapping) else ()
    return any(
        f"#{{{name}{end}" in text
        for text in texts
        if isinstance(text, str)
        for name in variables
        for end in ("}", "|")
    )
