"""The shop's own settings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any
from zoneinfo import available_timezones

from babel import Locale
from marshmallow import ValidationError, fields, post_load, validate
from sqlalchemy.orm import Session

from growthcore.api.errors import InvalidInput
from growthcore.api.schema import ParamsSchema, flatten, labelled
from growthcore.api.text import Text
from growthcore.api.variables import Shop
from growthcore.db.upsert import insert
from growthcore.operators import audit
from growthcore.operators.models import Workspace

_ID = 1
_DEFAULTS: Mapping[str, Any] = {
    "id": _ID,
    "name": "내 쇼핑몰",
    "url": "",
    "zone": "Asia/Seoul",
    "currency": "KRW",
    "locale": "ko",
    "version": 1,
}


_MISSING: Mapping[str, str] = {
    "name": "Enter the name of the shop.",
    "url": "Enter the address of the shop, such as https://www.shop.com.",
    "zone": "Choose the time zone of the shop.",
}


def _known_zone(zone: str) -> None:
    if zone not in available_timezones():
        raise ValidationError("Give a time zone by its IANA name, such as Asia/Seoul.")


@cache
def _currencies() -> frozenset[str]:
    return frozenset(Locale("en").currencies)


def _known_currency(currency: str) -> None:
    if currency not in _currencies():
        raise ValidationError("Give a currency by its ISO 4217 code, such as KRW.")


class WorkspaceSchema(ParamsSchema):
    """What can be set about the shop; everything is optional."""

    name = fields.String(
        validate=validate.Length(1, 100), metadata=labelled(Text("쇼핑몰 이름", "Shop name"))
    )
    url = fields.Url(
        schemes={"https", "http"},
        require_tld=False,
        validate=validate.Length(max=500),
        metadata=labelled(Text("쇼핑몰 주소", "Shop address")),
    )
    zone = fields.String(validate=_known_zone, metadata=labelled(Text("시간대", "Time zone")))
    currency = fields.String(validate=_known_currency, metadata=labelled(Text("통화", "Currency")))
    locale = fields.String(
        validate=validate.OneOf(["ko", "en"]), metadata=labelled(Text("언어", "Language"))
    )

    @post_load
    def _strip(self, data: dict[str, Any], **kwargs: Any) -> dict[str, Any]:
        return {name: value.strip() for name, value in data.items()}


def get(session: Session) -> Workspace:
    """The shop's settings; the defaults, not yet stored, until somebody changes one."""
    return session.get(Workspace, _ID) or Workspace(**_DEFAULTS)


def checked(values: Mapping[str, Any], required: Sequence[str] = ()) -> dict[str, Any]:
    """The settings that can be set. Raises :class:`InvalidInput` by field."""
    missing = {name: _MISSING[name] for name in required if not str(values.get(name, "")).strip()}
    given = {name: value for name, value in values.items() if name not in missing}
    try:
        changes: dict[str, Any] = WorkspaceSchema().load(given)
    except ValidationError as error:
        raise InvalidInput({**missing, **flatten(error.messages)}) from error
    if missing:
        raise InvalidInput(missing)
    return changes


def update(session: Session, values: Mapping[str, Any], *, now: datetime, actor: str) -> Workspace:
    """Change some settings. Raises :class:`InvalidInput` by field."""
    changes = checked(values)
    session.execute(insert(session, Workspace).values(**_DEFAULTS).on_conflict_do_nothing())
    workspace = session.get_one(Workspace, _ID, with_for_update=True)
    for name, value in changes.items():
        setattr(workspace, name, value)
    workspace.version += 1
    audit.record(
        session,
        at=now,
        actor=actor,
        action="workspace.changed",
        kind="workspace",
        id=_ID,
        details=changes,
    )
    return workspace


def as_shop(workspace: Workspace) -> Shop:
    """The shop as plugins see it."""
    return Shop(
        name=workspace.name, url=workspace.url, zone=workspace.zone, currency=workspace.currency
    )
