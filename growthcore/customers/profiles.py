"""What a shop tells us about a customer, checked and normalised."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from math import isfinite
from typing import Any, Final

from msgspec import UNSET, Struct, UnsetType

from growthcore.api.errors import InvalidInput
from growthcore.api.values import AddressKind
from growthcore.customers.addresses import address_hash, normalise_email, normalise_phone

MOST_ATTRIBUTES: Final = 100

_ATTRIBUTE = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,49}")
_LOCALE = re.compile(r"(?=.{2,10}\Z)[A-Za-z]{2,3}([_-][A-Za-z0-9]{2,8})*")
_UNKEPT = re.compile("[\x00\ud800-\udfff]")


class Profile(Struct, frozen=True, kw_only=True):
    """One customer as told. What is left out stays as it is; None removes it.

    ``attributes`` holds text, numbers, booleans, dates and instants by name; None removes one.
    """

    external_id: str | None = None
    email: str | UnsetType | None = UNSET
    phone: str | UnsetType | None = UNSET
    name: str | UnsetType | None = UNSET
    locale: str | UnsetType | None = UNSET
    attributes: Mapping[str, Any] = {}


AttributeValue = str | float | bool | None


@dataclass(frozen=True, kw_only=True)
class Checked:
    """A profile fit to be kept: ``columns`` of the customer's row, and attributes."""

    external_id: str | None
    columns: Mapping[str, str | None]
    attributes: Mapping[str, AttributeValue]

    @property
    def email_hash(self) -> str | None:
        """What the e-mail address is looked up by, where one is told."""
        return self.columns.get("email_hash")

    @property
    def phone_hash(self) -> str | None:
        """What the phone number is looked up by, where one is told."""
        return self.columns.get("phone_hash")


def check(profile: Profile) -> Checked:
    """Normalise. Raises :class:`InvalidInput` with every field that does not fit."""
    errors: dict[str, str] = {}
    columns: dict[str, str | None] = {}
    for field, clean in _FIELDS.items():
        told = getattr(profile, field)
        if told is UNSET:
            continue
        try:
            columns[field] = clean(_text(told)) if told not in (None, "") else None
        except ValueError as error:
            errors[field] = str(error)
    external_id = columns.pop("external_id", None)
    for kind in AddressKind:
        if kind.value in columns:
            address = columns[kind.value]
            columns[f"{kind.value}_hash"] = address_hash(kind, address) if address else None
    attributes = _attributes(profile.attributes, errors)
    if not errors and not (external_id or columns.get("email") or columns.get("phone")):
        errors["external_id"] = "Give an external_id, an email or a phone to know the customer by."
    if errors:
        raise InvalidInput(errors)
    return Checked(external_id=external_id, columns=columns, attributes=attributes)


def _text(value: Any) -> str:
    if not isinstance(value, str) or _UNKEPT.search(value):
        raise ValueError("Give text without control characters.")
    return value.strip()


def _external_id(text: str) -> str:
    if not 1 <= len(text) <= 100:
        raise ValueError("An external_id has 1-100 characters.")
    return text


def _name(text: str) -> str:
    if len(text) > 100:
        raise ValueError("A name has at most 100 characters.")
    return text


def _locale(text: str) -> str:
    if not _LOCALE.fullmatch(text):
        raise ValueError("Give a locale such as ko or en-US.")
    return text


_FIELDS: Mapping[str, Callable[[str], str]] = {
    "external_id": _external_id,
    "email": normalise_email,
    "phone": normalise_phone,
    "name": _name,
    "locale": _locale,
}


def _attributes(told: Mapping[str, Any], errors: dict[str, str]) -> dict[str, AttributeValue]:
    clean: dict[str, AttributeValue] = {}
    if len(told) > MOST_ATTRIBUTES:
        errors["attributes"] = f"A customer has at most {MOST_ATTRIBUTES} attributes."
        return clean
    for name, value in told.items():
        if not _ATTRIBUTE.fullmatch(name):
            errors["attributes"] = (
                "An attribute's name has 1-50 letters, digits or _, beginning with no digit."
            )
            continue
        try:
            clean[name] = _attribute(value)
        except ValueError as error:
            errors[f"attributes.{name}"] = str(error)
    return clean


def _attribute(value: Any) -> AttributeValue:
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int | float) and isfinite(value) and abs(value) < 1e15:
        return float(value)
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, str) and len(value) <= 500:
        return _text(value)
    raise ValueError("Give text of up to 500 characters, a number, true, false or a date.")
