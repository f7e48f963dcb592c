"""Customers by what people call them: the shop's id, an e-mail address or a phone number."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from growthcore.api.errors import InvalidInput
from growthcore.api.values import AddressKind
from growthcore.customers.addresses import address_hash, normalise
from growthcore.customers.models import Customer

_KEPT = func.coalesce(Customer.merged_into_id, Customer.id)


def find_id(session: Session, external_id: str) -> int | None:
    """Our id of the customer the shop calls so; of one that was merged, who was kept."""
    return session.scalar(
        select(_KEPT).where(Customer.external_id == external_id, Customer.erased_at.is_(None))
    )


def resolve(session: Session, text: str) -> int:
    """The one customer whose shop id, e-mail or phone is ``text``.

    Raises :class:`InvalidInput` when there is none, or several share the address.
    """
    if found := find_id(session, text):
        return found
    ids = {one for kind in AddressKind for one in _by_address(session, kind, text)}
    if len(ids) == 1:
        return ids.pop()
    if ids:
        raise InvalidInput(
            {"customer": "Several customers share this address; give the shop's id."}
        )
    raise InvalidInput({"customer": "No customer has this id, e-mail or phone number."})


def _by_address(session: Session, kind: AddressKind, text: str) -> list[int]:
    try:
        hashed = address_hash(kind, normalise(kind, text))
    except ValueError:
        return []
    column = Customer.email_hash if kind is AddressKind.EMAIL else Customer.phone_hash
    return list(session.scalars(select(_KEPT).where(column == hashed)))
