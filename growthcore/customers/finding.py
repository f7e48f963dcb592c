"""Lists of customers: who is wanted, and how many those are."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from growthcore.api.values import AddressKind
from growthcore.customers.matching import matches
from growthcore.customers.models import Consent, Customer, Suppression

# In the very words of the partial index.
_GONE = or_(Customer.erased_at.is_not(None), Customer.merged_into_id.is_not(None))
_HASHES = {AddressKind.EMAIL: Customer.email_hash, AddressKind.PHONE: Customer.phone_hash}


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What customers are asked for; nothing asks for everybody who is there.

    ``text`` is what was typed, see :func:`growthcore.customers.matching.matches`. ``reached_by`` is
    a medium and the kind of address it needs (None: the shop's own id): who has one, agreed to
    advertising by the medium and is not suppressed. ``consent`` is a medium they agreed to.
    ``without_address`` are those who have neither an e-mail address nor a phone number.
    """

    text: str = field(default="", repr=False)
    parts: bool = True
    reached_by: tuple[str, AddressKind | None] | None = None
    consent: str = ""
    suppressed: bool | None = None
    without_address: bool = False

    def conditions(self) -> list[ColumnElement[bool]]:
        """What holds of the rows that are wanted, those of people who are gone left out."""
        return [Customer.merged_into_id.is_(None), Customer.erased_at.is_(None), *self._narrowing()]

    @property
    def is_narrowed(self) -> bool:
        """Whether anything is asked for at all."""
        return bool(next(self._narrowing(), None) is not None)

    def _narrowing(self) -> Iterator[ColumnElement[bool]]:
        if self.text.strip():
            yield matches(self.text, parts=self.parts)
        if self.reached_by:
            medium, kind = self.reached_by
            yield and_(_has_address(kind), _consented(medium))
        if self.consent:
            yield _consented(self.consent)
        if self.suppressed is not None:
            listed = or_(*(_listed(kind) for kind in AddressKind))
            yield listed if self.suppressed else ~listed
        if self.without_address:
            yield and_(*(column.is_(None) for column in _HASHES.values()))


def _has_address(kind: AddressKind | None) -> ColumnElement[bool]:
    if kind is None:
        return Customer.external_id.is_not(None)
    return and_(_HASHES[kind].is_not(None), ~_listed(kind))


def _consented(medium: str) -> ColumnElement[bool]:
    agreed = select(Consent.customer_id).where(
        Consent.channel == medium, Consent.purpose == "advertising", Consent.granted.is_(True)
    )
    return Customer.id.in_(agreed)


def _listed(kind: AddressKind) -> ColumnElement[bool]:
    column = _HASHES[kind]
    found = select(Suppression.address_hash).where(Suppression.address_kind == kind.value)
    return and_(column.is_not(None), column.in_(found))


def total(session: Session, wanted: Wanted) -> int:
    """How many customers are wanted. Everybody is a count of rows less the few who are gone."""
    if wanted.is_narrowed:
        counted = select(func.count()).select_from(Customer).where(*wanted.conditions())
        return session.scalar(counted) or 0
    everybody = session.scalar(select(func.count()).select_from(Customer)) or 0
    gone = session.scalar(select(func.count()).select_from(Customer).where(_GONE)) or 0
    return everybody - gone
