"""The shop's own settings."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from babel import Locale
from marshmallow import ValidationError, fields, post_load, pre_load, validate
from sqlalchemy import select
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
    "business_name": "",
    "contact_phone": "",
    "contact_email": "",
    "postal_address": "",
    "opt_out_number": "",
    "version": 1,
}
NAMES = tuple(name for name in _DEFAULTS if name not in ("id", "version"))
"""What can be set, in the order people read it."""

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


_PHONE = re.compile(r"(?:\+?[0-9][0-9() -]{6,28})?")
_NOT_DIGITS = re.compile(r"[^0-9]")


def _telephone(number: str) -> None:
    if not _PHONE.fullmatch(number) or (number and not 7 <= len(_digits(number)) <= 15):
        raise ValidationError("Give a telephone number, such as 02-1234-5678.")


def _free_number(number: str) -> None:
    digits = _digits(number)
    free = digits.startswith("080") and len(digits) in (10, 11)
    if number and not (free and _PHONE.fullmatch(number)):
        raise ValidationError("Give an 080 number of 10 or 11 digits, such as 080-801-2345.")


def _digits(number: str) -> str:
    return _NOT_DIGITS.sub("", number)


def _mail_address(address: str) -> None:
    if address:
        validate.Email(error="Give one e-mail address, such as help@shop.com.")(address)


def _one_line(text: str) -> None:
    if any(not each.isprintable() for each in text):
        raise ValidationError("Write it on one line.")


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
    business_name = fields.String(
        validate=[validate.Length(max=100), _one_line],
        metadata=labelled(Text("상호", "Business name")),
    )
    contact_phone = fields.String(
        validate=[validate.Length(max=30), _telephone],
        metadata=labelled(Text("대표 전화번호", "Telephone number")),
    )
    contact_email = fields.String(
        validate=[validate.Length(max=254), _mail_address],
        metadata=labelled(Text("대표 이메일", "E-mail address")),
    )
    postal_address = fields.String(
        validate=[validate.Length(max=200), _one_line],
        metadata=labelled(Text("사업장 주소", "Postal address")),
    )
    opt_out_number = fields.String(
        validate=_free_number,
        metadata=labelled(Text("080 무료수신거부 번호", "080 number to refuse by")),
    )

    @pre_load
    def _strip(self, data: Mapping[str, Any], **kwargs: Any) -> dict[str, Any]:
        return {
            name: value.strip() if isinstance(value, str) else value for name, value in data.items()
        }

    @post_load
    def _in_digits(self, data: dict[str, Any], **kwargs: Any) -> dict[str, Any]:
        if "opt_out_number" in data:
            data["opt_out_number"] = _digits(data["opt_out_number"])
        return data


def get(session: Session) -> Workspace:
    """The shop's settings; the defaults, not yet stored, until somebody changes one."""
    return session.get(Workspace, _ID) or Workspace(**_DEFAULTS)


def zone(session: Session) -> ZoneInfo:
    """The shop's zone alone, which is asked for each batch of messages."""
    return ZoneInfo(session.scalar(_ZONE) or _DEFAULTS["zone"])


_ZONE = select(Workspace.zone).where(Workspace.id == _ID)


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


def sender_of(workspace: Workspace) -> str:
    """Whom advertising names: the business, else the shop; empty while nobody entered either."""
    named = workspace.name if workspace.name != _DEFAULTS["name"] else ""
    return workspace.business_name or named


def as_shop(workspace: Workspace) -> Shop:
    """The shop as plugins see it."""
    return Shop(
        name=workspace.name, url=workspace.url, zone=workspace.zone, currency=workspace.currency
    )
