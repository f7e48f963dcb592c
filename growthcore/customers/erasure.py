"""Forgetting a customer, and telling a customer what is known.

Erasing removes whatever tells who the customer is. The row stays, without a face, so that events,
orders and messages still add up; the suppression list keeps its hashes, so that an address that
refused is not written to again when it comes back under another customer.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import String as StringType
from sqlalchemy import func, literal, select, update
from sqlalchemy.orm import Session

from growthcore.api.db import Instant
from growthcore.api.errors import InvalidInput
from growthcore.core import Core
from growthcore.customers import attributes
from growthcore.customers.listeners import CustomerListener, tell_plugins
from growthcore.customers.models import ConsentRecord, Customer, Suppression, Visitor
from growthcore.operators import audit
from growthcore.operators.models import AuditEntry

_FACE = ("external_id", "email", "email_hash", "phone", "phone_hash", "name", "locale")


def erase(
    core: Core,
    session: Session,
    customer_id: int,
    *,
    actor: str,
    now: datetime,
    listeners: Sequence[CustomerListener],
) -> None:
    """Remove whatever tells who the customer is, and who was merged into them.

    Audited; a second time does no harm. Raises :class:`InvalidInput` when there is no such
    customer, and whatever a plugin raises that cannot forget: then nothing is erased.
    """
    ids = _all_of(session, customer_id)
    session.execute(
        update(Customer)
        .where(Customer.id.in_(ids))
        .values(
            **dict.fromkeys(_FACE),
            erased_at=func.coalesce(Customer.erased_at, literal(now, Instant())),
        )
    )
    known = attributes.load(session, ids)
    attributes.write(session, known, {key: {} for key in known})
    _forget_traces(session, ids)
    for id_ in ids:
        for listener in listeners:
            listener.erased(session, id_)
        tell_plugins(core, session, "growthcore_customer_erased", customer_id=id_)
    audit.record(
        session, at=now, actor=actor, action="customer.erased", kind="customer", id=customer_id
    )


def _all_of(session: Session, customer_id: int) -> list[int]:
    """The customer and everybody merged into them. Raises :class:`InvalidInput`."""
    ids = session.scalars(
        select(Customer.id)
        .where((Customer.id == customer_id) | (Customer.merged_into_id == customer_id))
        .order_by(Customer.id)
        .with_for_update(key_share=True)
    ).all()
    if customer_id not in ids:
        raise InvalidInput({"customer_id": f"There is no customer {customer_id}."})
    return list(ids)


def _forget_traces(session: Session, ids: Sequence[int]) -> None:
    # A browser that comes back is a new visitor: nothing joins it to the past.
    session.execute(
        update(Visitor)
        .where(Visitor.customer_id.in_(ids) | Visitor.previous_customer_id.in_(ids))
        .values(key=literal("erased-") + Visitor.id.cast(StringType))
    )
    session.execute(
        update(ConsentRecord).where(ConsentRecord.customer_id.in_(ids)).values(evidence=None)
    )
    session.execute(
        update(AuditEntry)
        .where(AuditEntry.object_kind == "customer", AuditEntry.object_id.in_(map(str, ids)))
        .values(details=None)
    )


def export(
    session: Session, customer_id: int, *, listeners: Sequence[CustomerListener]
) -> dict[str, Any]:
    """Everything held about a customer, as JSON.

    Profile, visitors, consents, suppressions, and what each listener keeps. Raises
    :class:`InvalidInput` when there is no such customer.
    """
    row = session.get(Customer, customer_id)
    if row is None:
        raise InvalidInput({"customer_id": f"There is no customer {customer_id}."})
    document: dict[str, Any] = {
        "customer": {
            "id": row.id,
            **{name: getattr(row, name) for name in _FACE if not name.endswith("_hash")},
            "created_at": row.created_at.isoformat(),
            "updated_at": row.updated_at.isoformat(),
            "attributes": attributes.load(session, [row.id]).get(row.id, {}),
        },
        "visitors": list(
            session.scalars(select(Visitor.key).where(Visitor.customer_id == customer_id))
        ),
        "consents": _consents(session, customer_id),
        "suppressions": _suppressions(session, row),
    }
    for listener in listeners:
        document |= listener.exported(session, customer_id)
    return document


def _consents(session: Session, customer_id: int) -> list[dict[str, Any]]:
    rows = session.scalars(
        select(ConsentRecord)
        .where(ConsentRecord.customer_id == customer_id)
        .order_by(ConsentRecord.at, ConsentRecord.id)
    )
    return [
        {
            "channel": row.channel,
            "purpose": row.purpose,
            "granted": row.granted,
            "at": row.at.isoformat(),
            "source": row.source,
            "evidence": row.evidence,
            "wording": row.wording,
            "dated": row.dated,
        }
        for row in rows
    ]


def _suppressions(session: Session, row: Customer) -> list[dict[str, Any]]:
    rows = session.scalars(
        select(Suppression).where(Suppression.address_hash.in_([row.email_hash, row.phone_hash]))
    )
    return [
        {"address_kind": each.address_kind, "reason": each.reason, "at": each.at.isoformat()}
        for each in rows
    ]
