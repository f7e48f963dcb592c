"""Two customers become one, because a person said so."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from growthcore.api.errors import InvalidInput
from growthcore.core import Core
from growthcore.customers import attributes, consent
from growthcore.customers.listeners import CustomerListener, tell_plugins
from growthcore.customers.models import Customer, Visitor
from growthcore.operators import audit

_PROFILE = ("email", "phone", "name", "locale")


def merge(
    core: Core,
    session: Session,
    kept_id: int,
    merged_id: int,
    *,
    actor: str,
    now: datetime,
    listeners: Sequence[CustomerListener],
) -> None:
    """Give everything of ``merged_id`` to ``kept_id``, whose own profile wins where both have one.

    The merged row stays, with its addresses and the shop's id of it, and leads to the kept one.
    Audited with the ids of whatever moved, so that it can be undone by hand. Raises
    :class:`InvalidInput` when either is unknown, erased or already merged.
    """
    kept, merged = _pair(session, kept_id, merged_id)
    undo: dict[str, Any] = {
        "merged_id": merged_id,
        "filled": _fill(kept, merged),
        "attributes": _move_attributes(session, kept_id, merged_id),
        "visitors": _move_visitors(session, kept_id, merged_id),
        "consent_records": consent.move(session, kept_id, merged_id),
    }
    for listener in listeners:
        undo |= listener.merged(session, kept_id, merged_id)
    session.execute(
        update(Customer)
        .where((Customer.id == merged_id) | (Customer.merged_into_id == merged_id))
        .values(merged_into_id=kept_id, updated_at=now)
    )
    kept.updated_at = now
    tell_plugins(core, session, "growthcore_customer_merged", kept_id=kept_id, merged_id=merged_id)
    audit.record(
        session, at=now, actor=actor, action="customer.merged", kind="customer", id=kept_id,
        details=undo,
    )  # fmt: skip


def _pair(session: Session, kept_id: int, merged_id: int) -> tuple[Customer, Customer]:
    rows = session.scalars(
        select(Customer)
        .where(Customer.id.in_((kept_id, merged_id)))
        .order_by(Customer.id)
        .with_for_update(key_share=True)
    )
    found = {row.id: row for row in rows}
    errors = {}
    for field, id_ in (("kept_id", kept_id), ("merged_id", merged_id)):
        row = found.get(id_)
        if row is None or row.erased_at or row.merged_into_id:
            errors[field] = f"Customer {id_} is unknown, erased or already merged."
    if kept_id == merged_id:
        errors["merged_id"] = "Name two different customers."
    if errors:
        raise InvalidInput(errors)
    return found[kept_id], found[merged_id]


def _fill(kept: Customer, merged: Customer) -> list[str]:
    """Complete the kept profile from the merged one; the names of what was filled in."""
    filled = [
        name
        for name in _PROFILE
        if getattr(kept, name) is None and getattr(merged, name) is not None
    ]
    for name in filled:
        setattr(kept, name, getattr(merged, name))
        if name in ("email", "phone"):
            setattr(kept, f"{name}_hash", getattr(merged, f"{name}_hash"))
    return filled


def _move_attributes(session: Session, kept_id: int, merged_id: int) -> list[str]:
    """Names of the attributes that moved; what both had stays the kept one's."""
    known = attributes.load(session, [kept_id, merged_id])
    own, others = known.get(kept_id, {}), known.get(merged_id, {})
    attributes.write(session, known, {kept_id: {**others, **own}, merged_id: {}})
    return sorted(others.keys() - own.keys())


def _move_visitors(session: Session, kept_id: int, merged_id: int) -> list[int]:
    moved = list(session.scalars(select(Visitor.id).where(Visitor.customer_id == merged_id)))
    for column in (Visitor.customer_id, Visitor.previous_customer_id):
        session.execute(update(Visitor).where(column == merged_id).values({column: kept_id}))
    return moved
