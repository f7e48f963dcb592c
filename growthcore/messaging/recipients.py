"""Whom a campaign's messages were made for, and what became of each."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from growthcore.customers.models import Customer
from growthcore.db.paging import Page
from growthcore.messaging.models import Message
from growthcore.messaging.states import State


@dataclass(frozen=True)
class Addressed:
    """A message and the customer it is for, whose name and addresses are not masked here."""

    message: Message
    customer: Customer


def page(
    session: Session,
    campaign_id: int,
    *,
    states: Collection[State] = (),
    reason: str = "",
    offset: int = 0,
    limit: int = 20,
) -> Page[Addressed]:
    """A campaign's messages in any of ``states`` and for ``reason``, unless those are empty.

    The newest come first.
    """
    which = [Message.campaign_id == campaign_id]
    if states:
        which.append(Message.state.in_(states))
    if reason:
        which.append(Message.reason == reason)
    rows = session.execute(
        select(Message, Customer)
        .join(Customer, Customer.id == Message.customer_id)
        .where(*which)
        .order_by(Message.id.desc())
        .offset(offset)
        .limit(limit)
    )
    total = session.scalar(select(func.count()).select_from(Message).where(*which)) or 0
    return Page([Addressed(message, customer) for message, customer in rows], total)


def of_message(session: Session, message_id: int) -> Addressed | None:
    """One message with its customer, or None when there is none."""
    row = session.execute(
        select(Message, Customer)
        .join(Customer, Customer.id == Message.customer_id)
        .where(Message.id == message_id)
    ).first()
    return Addressed(*row) if row else None
