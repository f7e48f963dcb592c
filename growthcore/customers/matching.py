"""Customers by what somebody types: a name, an address, the shop's id, or a part of one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from unicodedata import normalize

from sqlalchemy import ColumnElement, func, or_
from sqlalchemy.orm import InstrumentedAttribute

from growthcore.api.values import AddressKind
from growthcore.customers.addresses import address_hash, normalise
from growthcore.customers.models import Customer

_PHONE = re.compile(r"[+\d][\d\s().-]{2,}")
_LEAST_DIGITS = 4
_HASHES: dict[AddressKind, InstrumentedAttribute[str | None]] = {
    AddressKind.EMAIL: Customer.email_hash,
    AddressKind.PHONE: Customer.phone_hash,
}


def matches(typed: str, *, parts: bool = True) -> ColumnElement[bool]:
    """Whether a customer is meant by what was typed.

    Full-width letters and digits count as plain ones; spaces in names and hyphens in numbers make
    no difference. A whole address finds only whom it belongs to, by an index. Without ``parts``
    everything has to be typed whole, so that nobody guesses letter by letter what is masked.
    """
    text = normalize("NFKC", typed).strip()
    if exact := list(_by_address(text)):
        return or_(Customer.external_id == text, *exact)
    return or_(Customer.external_id == text, *(_by_part(text) if parts else _by_name(text)))


def _by_address(text: str) -> Iterator[ColumnElement[bool]]:
    for kind, column in _HASHES.items():
        try:
            yield column == address_hash(kind, normalise(kind, text))
        except ValueError:
            continue


def _by_name(text: str) -> Iterator[ColumnElement[bool]]:
    yield func.lower(_unspaced(Customer.name)) == _squeezed(text).lower()


def _by_part(text: str) -> Iterator[ColumnElement[bool]]:
    """Only what can hold such text at all is looked through: every part is a scan."""
    if not text.isascii():
        yield _unspaced(Customer.name).contains(_squeezed(text), autoescape=True)
        return
    yield _unspaced(Customer.name).icontains(_squeezed(text), autoescape=True)
    yield Customer.external_id.icontains(text, autoescape=True)
    yield Customer.email.contains(text.lower(), autoescape=True)  # kept in lower case
    digits = re.sub(r"\D", "", text)
    if _PHONE.fullmatch(text) and len(digits) >= _LEAST_DIGITS:
        # Kept with the country's number in the place of the first 0.
        yield Customer.phone.contains(digits.removeprefix("0"))


def _unspaced(column: InstrumentedAttribute[str | None]) -> ColumnElement[str]:
    return func.replace(column, " ", "")


def _squeezed(text: str) -> str:
    return "".join(text.split())
