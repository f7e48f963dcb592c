"""How Cafe24 writes: its errors, times, flags and money; and how it reads parameters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from typing import Any

from werkzeug.wrappers import Response

from growthcore.sandbox.cafe24.settings import Cafe24Settings

KST = timezone(timedelta(hours=9))
Record = dict[str, Any]
"""A thing as the API tells it."""


class Refused(Exception):
    """A request that is answered with an error."""

    def __init__(self, status: int, message: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.headers = headers or {}

    @property
    def body(self) -> Record:
        """The error as Cafe24 writes it."""
        return {"error": {"code": self.status, "message": self.message, "more_info": {}}}


def iso(at: datetime) -> str:
    """A time: "2026-01-01T09:00:00+09:00"; such texts sort like the instants."""
    return at.astimezone(KST).isoformat(timespec="seconds")


def local(at: datetime) -> str:
    """Korean time as tokens tell it: "2026-01-01T09:00:00.000"."""
    return at.astimezone(KST).replace(tzinfo=None).isoformat(timespec="milliseconds")


def won(amount: int) -> str:
    """Money: "1000.00"."""
    return f"{amount}.00"


def flag(value: object) -> str:
    """A yes or no: "T", "F"."""
    return "T" if value else "F"


def page(html: str, status: int = 200, *, form_action: str = "'self'") -> Response:
    """A page of the stand-in that can load, send and be framed nowhere else."""
    response = Response(html, status, mimetype="text/html")
    response.headers["Content-Security-Policy"] = (
        "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'; "
        f"form-action {form_action}"
    )
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Cache-Control"] = "no-store"
    return response


@dataclass(frozen=True)
class Parameters:
    """What a request gives, in its query or in its ``request``; each reader raises a 422."""

    given: Mapping[str, Any]
    settings: Cafe24Settings

    def invalid(self, name: str) -> Refused:
        """The error for a parameter that can't be what it is."""
        return Refused(422, self.settings.invalid.format(name=name))

    def missing(self, name: str) -> Refused:
        """The error for a parameter that there must be."""
        return Refused(422, self.settings.missing.format(name=name))

    def text(self, name: str, default: str = "") -> str:
        """A text, ``default`` when it is not given."""
        value = self.given.get(name)
        if value is None:
            return default
        if not isinstance(value, str):
            raise self.invalid(name)
        return value

    def required(self, name: str) -> str:
        """A text that there must be."""
        if not (value := self.text(name)):
            raise self.missing(name)
        return value

    def number(self, name: str, default: int, least: int = 0, most: int = 2**31 - 1) -> int:
        """A whole number between ``least`` and ``most``."""
        value = self.given.get(name, default)
        try:
            number = int(value)
        except (TypeError, ValueError):
            raise self.invalid(name) from None
        if isinstance(value, bool | float) or not least <= number <= most:
            raise self.invalid(name)
        return number

    def choice(self, name: str, choices: Sequence[str], default: str = "") -> str:
        """One of ``choices``."""
        value = self.text(name, default)
        if value != default and value not in choices:
            raise self.invalid(name)
        return value

    def several(self, name: str) -> list[str]:
        """Texts that commas part."""
        return [each.strip() for each in self.text(name).split(",") if each.strip()]

    def texts(self, name: str, most: int | None = None) -> list[str]:
        """An array of texts."""
        values = self.given.get(name) or []
        if not isinstance(values, list) or not all(isinstance(each, str) for each in values):
            raise self.invalid(name)
        if most is not None and len(values) > most:
            raise self.invalid(name)
        return values

    def moment(self, name: str, *, last: bool = False) -> datetime | None:
        """A time or a day, Korean where it names no offset; the ``last`` second of a day."""
        if not (value := self.text(name)):
            return None
        try:
            if len(value) == 10:
                day = datetime.combine(date.fromisoformat(value), datetime.min.time(), KST)
                return day + timedelta(days=1, seconds=-1) if last else day
            at = datetime.fromisoformat(value.replace(" ", "T", 1))
        except ValueError:
            raise self.invalid(name) from None
        return at if at.tzinfo else at.replace(tzinfo=KST)

    def span(self, first: str, last: str) -> tuple[str, str] | None:
        """Two times that are given together, as Cafe24 writes them."""
        begin, end = self.moment(first), self.moment(last, last=True)
        if begin is None and end is None:
            return None
        if begin is None or end is None:
            raise self.missing(last if begin else first)
        if end < begin:
            raise self.invalid(last)
        return iso(begin), iso(end)
