"""How Cafe24 writes: flags, times, money, names; see "API Basics" at developers.cafe24.com."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone
from decimal import Decimal, InvalidOperation
from html import unescape
from typing import Any, Final

Record = dict[str, Any]
"""A thing as the API tells it."""

KST: Final = timezone(timedelta(hours=9))
_TAG = re.compile(r"<[^<>]*>")
_SPACE = re.compile(r"\s+")
# ISO 4217 currencies without a smaller unit, of those Cafe24's shops can have.
_WITHOUT_MINOR = frozenset({"KRW", "JPY", "VND", "TWD", "CLP", "IDR"})


def flag(value: object) -> bool:
    """Whether it says yes: ``"T"``."""
    return value == "T"


def instant(value: object) -> datetime | None:
    """``"2026-01-01T09:00:00+09:00"``; Korean time where there is no offset."""
    if not isinstance(value, str) or not value:
        return None
    try:
        at = datetime.fromisoformat(value)
    except ValueError:
        return None
    return at if at.tzinfo else at.replace(tzinfo=KST)


def iso(at: datetime) -> str:
    """A time as Cafe24 writes it, to the second."""
    return at.astimezone(KST).isoformat(timespec="seconds")


def minor(value: object, currency: str = "KRW") -> int | None:
    """Money such as ``"30000.00"`` in minor units; None where there is none.

    >>> minor("30000.00"), minor("12.50", "USD"), minor(None)
    (30000, 1250, None)
    """
    try:
        amount = Decimal(str(value))
    except InvalidOperation:
        return None
    if not amount.is_finite():
        return None
    return int(amount if currency in _WITHOUT_MINOR else amount * 100)


def plain(value: object, longest: int) -> str:
    """Text without the HTML that merchants write into names.

    >>> plain("<b>[단독]</b> 니트 &amp; 셔츠", 300)
    '[단독] 니트 & 셔츠'
    """
    text = unescape(_TAG.sub(" ", str(value or "")))
    return _SPACE.sub(" ", text).strip()[:longest]


def known(record: Record, name: str) -> bool:
    """Whether a field is told: it is there, and not masked with asterisks."""
    return name in record and "*" not in str(record[name])


def several(value: object) -> list[str]:
    """Ids that commas part, each once."""
    return list(dict.fromkeys(each.strip() for each in str(value or "").split(",") if each.strip()))
