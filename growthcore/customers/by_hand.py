"""What people change about a customer by hand, with the reason, in the audit log."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from growthcore.api.errors import InvalidInput
from growthcore.api.values import AddressKind
from growthcore.customers import consent, erasure, suppression
from growthcore.customers.listeners import CustomerListener
from growthcore.customers.models import Customer, Suppression
from growthcore.operators import audit

LONGEST_REASON = 80
"""Shorter than a source may be: who told it is put before it."""


def record_consent(
    session: Session,
    customer_id: int,
    *,
    channel: str,
    purpose: str,
    granted: bool,
    source: str,
    actor: str,
    now: datetime,
    wording: str | None = None,
) -> None:
    """Keep what a customer said to somebody of the shop. ``source`` is how: by telephone, on paper.

    ``wording`` is the version of the text they agreed to, where there was one.
    Raises :class:`InvalidInput` without a source, or for a channel or purpose there is not.
    """
    row = _present(session, customer_id)
    told = _reason("source", source)
    try:
        consent.record(
            session, row.id, channel=channel, purpose=purpose, granted=granted, at=now,
            source=f"person: {told}", evidence={"actor": actor}, wording=wording,
        )  # fmt: skip
    except InvalidInput as error:
        raise InvalidInput({"channel": " ".join(error.errors.values())}) from error
    details = {"channel": channel, "purpose": purpose, "granted": granted, "source": told}
    audit.record(
        session, at=now, actor=actor, action="consent.changed", kind="customer", id=row.id,
        details=details,
    )  # fmt: skip


def suppress(
    session: Session, customer_id: int, kind: AddressKind, *, reason: str, actor: str, now: datetime
) -> bool:
    """Send nothing more to one of the customer's addresses; False when that is so already.

    Raises :class:`InvalidInput` without a reason, or without such an address.
    """
    row = _present(session, customer_id)
    told = _reason("reason", reason)
    address = row.email if kind is AddressKind.EMAIL else row.phone
    if not address:
        raise InvalidInput({"kind": "This customer has no such address."})
    return suppression.add(
        session, kind, address, reason="entered", source=f"person: {told}", actor=actor, at=now
    )


def release(
    session: Session,
    customer_id: int,
    suppression_id: int,
    *,
    reason: str,
    actor: str,
    now: datetime,
) -> bool:
    """Let one of the customer's addresses be sent to again; False when it already may be.

    Raises :class:`InvalidInput` without a reason, or for an address of somebody else.
    """
    row = _present(session, customer_id)
    told = _reason("reason", reason)
    found = session.get(Suppression, suppression_id)
    if found is None:
        return False
    if found.address_hash not in (row.email_hash, row.phone_hash):
        raise InvalidInput({"suppression": "This is not an address of the customer."})
    return suppression.remove(session, suppression_id, reason=told, actor=actor, at=now)


def export(
    session: Session,
    customer_id: int,
    *,
    actor: str,
    now: datetime,
    listeners: Sequence[CustomerListener],
) -> dict[str, Any]:
    """Everything held about a customer, as JSON; the audit log tells who took it away.

    Raises :class:`InvalidInput` when there is no such customer.
    """
    document = erasure.export(session, customer_id, listeners=listeners)
    audit.record(
        session, at=now, actor=actor, action="customer.exported", kind="customer", id=customer_id
    )
    return document


def _present(session: Session, customer_id: int) -> Customer:
    row = session.get(Customer, customer_id)
    if row is None or row.erased_at or row.merged_into_id:
        raise InvalidInput({"customer": f"There is no customer {customer_id}."})
    return row


def _reason(field: str, text: str) -> str:
    told = " ".join(text.split())
    if not told:
        raise InvalidInput({field: "Say why; the audit log keeps it."})
    if len(told) > LONGEST_REASON or "\x00" in told:
        raise InvalidInput({field: f"Say it in at most {LONGEST_REASON} characters."})
    return told
