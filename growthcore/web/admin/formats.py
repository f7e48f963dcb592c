"""How numbers, money, times and personal data are written in the admin.

Patterns are explicit: what the locale data says for Korean ("AM 6:05", "1,234대한민국 원") is not what
people write. Rounding is half up everywhere, and the browser never rounds again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any
from zoneinfo import ZoneInfo

from flask import Flask
from flask_babel import gettext as _

from growthcore.api import Text
from growthcore.customers import addresses
from growthcore.messaging.money import price
from growthcore.web.admin import languages, literals, sentences
from growthcore.web.admin.access import Role, may
from growthcore.web.admin.shop import workspace
from growthcore.web.current import core

NOTHING = "–"
_TENTH = Decimal("0.1")


def num(value: int | None) -> str:
    """``1,234``."""
    return NOTHING if value is None else f"{value:,}"


def money(value: int | None, currency: str | None = None) -> str:
    """Minor units as people write them, in the shop's currency unless told otherwise."""
    return NOTHING if value is None else price(value, currency or workspace().currency)


def pct(value: Decimal | float | str | None) -> str:
    """A number that is in percent already: ``12.3%``."""
    if value is None:
        return NOTHING
    return f"{Decimal(str(value)).quantize(_TENTH, ROUND_HALF_UP)}%"


def local(at: datetime) -> datetime:
    """An instant in the shop's zone."""
    return at.astimezone(ZoneInfo(workspace().zone))


def dt(at: datetime | None) -> str:
    """``2026-11-22 14:05`` in the shop's zone."""
    return NOTHING if at is None else f"{local(at):%Y-%m-%d %H:%M}"


def d(day: date | datetime | None) -> str:
    """``2026-11-22``; an instant in the shop's zone."""
    if day is None:
        return NOTHING
    return f"{local(day) if isinstance(day, datetime) else day:%Y-%m-%d}"


def ago(at: datetime | None) -> str:
    """How long ago, in the largest unit that fits; the date once it is more than a month."""
    if at is None:
        return NOTHING
    past = core().clock.now() - at
    if past < timedelta(minutes=1):
        return _("방금 전")
    if past < timedelta(hours=1):
        return _("%(n)s분 전", n=past // timedelta(minutes=1))
    if past < timedelta(days=1):
        return _("%(n)s시간 전", n=past // timedelta(hours=1))
    return _("%(n)s일 전", n=past.days) if past.days <= 30 else d(at)


def text(value: Text | str | None) -> str:
    """A phrase of a plugin in the reader's language."""
    return value.to(languages.current()) if isinstance(value, Text) else value or ""


def told(sentence: str | None) -> str:
    """A sentence that a service or a plugin says in English, in the reader's language."""
    return sentences.told(sentence or "", languages.current())


def _masked(
    mask: Callable[[str], str], plain: Callable[[str], str] = str
) -> Callable[[str | None], str]:
    """Plain for who may see personal data, masked for the others."""

    def shown(value: str | None) -> str:
        if not value:
            return NOTHING
        return plain(value) if may(Role.MANAGER) else mask(value)

    return shown


FILTERS: Mapping[str, Callable[..., Any]] = {
    "num": num,
    "money": money,
    "pct": pct,
    "dt": dt,
    "d": d,
    "ago": ago,
    "text": text,
    "literal": literals.show,
    "told": told,
    "masked_email": _masked(addresses.mask_email),
    "masked_phone": _masked(addresses.mask_phone, addresses.written_phone),
    "masked_name": _masked(addresses.mask_name),
}


def register(app: Flask) -> None:
    """Give every template the filters."""
    app.jinja_env.filters.update(FILTERS)
