"""What is told of a thing in the catalogue, field by field, checked."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from typing import Any

from msgspec import UNSET

from growthcore.api.errors import InvalidInput

LONGEST_ADDRESS = 1000
_UNKEPT = re.compile("[\x00\ud800-\udfff]")
_WEB = ("https://", "http://")

Fit = Callable[[Any], Any]


def fitted(item: object, fields: Mapping[str, Fit], removable: Collection[str]) -> dict[str, Any]:
    """The attributes of ``item`` that were told, clean; None stays None where it is ``removable``.

    ``fields`` says how each is made to fit, by raising ``ValueError``. Raises :class:`InvalidInput`
    with every one that does not.
    """
    clean: dict[str, Any] = {}
    errors: dict[str, str] = {}
    for field, fit in fields.items():
        told = getattr(item, field)
        if told is UNSET:
            continue
        try:
            clean[field] = None if told is None and field in removable else fit(told)
        except ValueError as error:
            errors[field] = str(error)
    if errors:
        raise InvalidInput(errors)
    return clean


def text(longest: int) -> Callable[[Any], str]:
    """Text of at most ``longest`` characters."""

    def fit(value: Any) -> str:
        if not isinstance(value, str) or _UNKEPT.search(value):
            raise ValueError("Give text without control characters.")
        if not 1 <= len(value.strip()) <= longest:
            raise ValueError(f"Give 1-{longest} characters.")
        return value.strip()

    return fit


def web_address(value: Any) -> str:
    """An address in the web."""
    told = text(LONGEST_ADDRESS)(value)
    if not told.startswith(_WEB):
        raise ValueError("Give an address that begins with https://.")
    return told


def flag(value: Any) -> bool:
    """Yes or no."""
    if not isinstance(value, bool):
        raise ValueError("Give true or false.")  # noqa: TRY004 - told to a person
    return value
