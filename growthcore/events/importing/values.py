"""Values of a file's cells as the domain knows them, whether text (CSV) or typed already.

Every converter raises ``ValueError`` with a sentence for whoever prepared the file.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import msgspec

from growthcore.api import InvalidInput

T = TypeVar("T")

_WHOLE = re.compile(r"-?\d{1,16}")
_ROUND = re.compile(r"(-?\d{1,16})\.0+")
_NUMBER = re.compile(r"-?(0|[1-9]\d{0,14})(\.\d{1,15})?")
_TRUE, _FALSE = {"true", "1", "y", "yes", "t"}, {"false", "0", "n", "no", "f"}
_LARGEST = 2**53
# ISO 4217 currencies without a smaller unit: only there is 30000.00 the whole number 30000.
_WITHOUT_MINOR = frozenset(
    {"BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF"}
    | {"UGX", "UYI", "VND", "VUV", "XAF", "XOF", "XPF"}
)


@dataclass
class Values:
    """The values of one row by field, and what is wrong with them so far."""

    row: Mapping[str, Any]
    errors: dict[str, str] = field(default_factory=dict)

    def get(self, name: str, convert: Callable[[Any], T], *, required: bool = False) -> T | None:
        """The field's value, or None when it is missing or does not fit, which is noted."""
        value = self.row.get(name)
        if value is None:
            if required:
                self.errors[name] = "Every row needs this."
            return None
        try:
            return convert(value)
        except ValueError as error:
            self.errors[name] = str(error)
            return None

    def family(self, prefix: str) -> dict[str, Any]:
        """The values of ``prefix.NAME`` by NAME, and those of an object under ``prefix`` itself."""
        found = self.get(prefix, plain_object) or {}
        for name in self.row:
            if name.startswith(f"{prefix}."):
                found[name[len(prefix) + 1 :]] = self.get(name, plain)
        return found

    def check(self) -> None:
        """Raise :class:`InvalidInput` when something did not fit."""
        if self.errors:
            raise InvalidInput(self.errors)


def text(value: Any) -> str:
    """Text; a number is written out, so that ids may be numbers."""
    shown = (
        "" if isinstance(value, bool) or not isinstance(value, str | int) else str(value).strip()
    )
    if not shown or "\0" in shown:
        raise ValueError("Give text, without NUL characters.")
    return shown


def texts(value: Any) -> list[str]:
    """A list of texts, or one text that separates them by commas."""
    parts = value if isinstance(value, list) else text(value).split(",")
    return [text(part) for part in parts if part != "" and str(part).strip()]


def whole(value: Any) -> int:
    """A whole number."""
    if isinstance(value, str) and _WHOLE.fullmatch(value.strip()):
        value = int(value)
    # Parquet from pandas has floats wherever a column has gaps.
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int) or abs(value) > _LARGEST:
        raise ValueError("Give a whole number.")
    return value


def money(currency: str) -> Callable[[Any], int]:
    """Converter of an amount in minor units of ``currency``."""

    def convert(value: Any) -> int:
        shown = value.strip() if isinstance(value, str) else value
        if isinstance(value, float | Decimal):
            shown = str(value)
        if not isinstance(shown, str) or _WHOLE.fullmatch(shown):
            return whole(shown)
        found = _ROUND.fullmatch(shown)
        if found and currency in _WITHOUT_MINOR:
            return int(found[1])
        raise ValueError(
            f"Give money as a whole number of the smallest unit of {currency}, such as 30000."
        )

    return convert


def flag(value: Any) -> bool:
    """Yes or no."""
    shown = str(value).strip().lower()
    if shown in _TRUE or shown in _FALSE:
        return shown in _TRUE
    raise ValueError("Give true or false.")


def instant(zone: ZoneInfo) -> Callable[[Any], datetime]:
    """Converter of an instant; one without an offset is the shop's, a day its first moment."""

    def convert(value: Any) -> datetime:
        if isinstance(value, str):
            try:
                value = datetime.fromisoformat(value.strip())
            except ValueError:
                value = None
        elif isinstance(value, date) and not isinstance(value, datetime):
            value = datetime.combine(value, time())
        if not isinstance(value, datetime) or not 1970 < value.year < 2100:
            raise ValueError("Give a time such as 2026-11-22T10:00:00+09:00 or 2026-11-22.")
        return value if value.tzinfo else value.replace(tzinfo=zone)

    return convert


def plain(value: Any) -> Any:
    """A value of no declared type: what looks like a number or true/false in CSV becomes one.

    Not what a number would lose (``007``), nor what is longer than a number holds exactly.
    """
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return float(value)
    if not isinstance(value, str):
        return value
    shown = text(value)
    if _NUMBER.fullmatch(shown):
        return float(shown) if "." in shown else int(shown)
    return {"true": True, "false": False}.get(shown.lower(), shown)


def plain_object(value: Any) -> dict[str, Any]:
    """An object, or the JSON of one."""
    decoded = _from_json(value)
    if isinstance(decoded, dict):
        return dict(decoded)
    raise ValueError('Give an object such as {"color": "red"}.')


def plain_list(value: Any) -> list[Any]:
    """A list of objects, or the JSON of one."""
    decoded = _from_json(value)
    if isinstance(decoded, list) and all(isinstance(part, dict) for part in decoded):
        return decoded
    raise ValueError('Give a list such as [{"product_id": "P-1", "quantity": 1}].')


def _from_json(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    try:
        return msgspec.json.decode(value)
    except (msgspec.DecodeError, RecursionError) as error:
        raise ValueError(f"This is not JSON: {error}.") from error
