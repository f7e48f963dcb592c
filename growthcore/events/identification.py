"""Who a visitor is: the customer's part, then their anonymous past."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import case, exists, false, select, update
from sqlalchemy.orm import Session

from growthcore.customers import visitors
from growthcore.customers.models import Visitor
from growthcore.db.chunks import chunks
from growthcore.events import carts
from growthcore.events.cart_streams import CART_IDS, shop_key
from growthcore.events.models import Cart, Event, EventItem, Order
from growthcore.events.owners import Owner

REACT_WITHIN: Final = timedelta(days=7)
"""How old an event may be for triggers to see it again once its customer is known."""
MOST_AT_ONCE: Final = 5000


@dataclass(frozen=True)
class Identified:
    """``moved`` events were written onto the customer; ``more`` wait for :func:`adopt`."""

    customer_id: int
    visitor_id: int
    moved: int
    more: bool


def identify(
    session: Session,
    visitor_key: str,
    *,
    external_id: str | None = None,
    email: str | None = None,
    phone: str | None = None,
    traits: Mapping[str, Any] | None = None,
    now: datetime,
) -> Identified:
    """Say who uses a browser, and write its anonymous past onto the customer.

    ``traits`` may hold ``name``, ``locale`` and attributes. Raises :class:`InvalidInput` by field.
    When ``more``, have a job call :func:`adopt` until it moves nothing.
    """
    binding = visitors.identify(
        session,
        visitor_key,
        external_id=external_id,
        email=email,
        phone=phone,
        traits=traits,
        now=now,
    )
    if not binding.fresh:
        return Identified(binding.customer_id, binding.visitor_id, moved=0, more=False)
    carried = _bring_cart(session, binding, now)
    adopted = adopt(session, binding.visitor_id, limit=MOST_AT_ONCE, now=now)
    return Identified(
        binding.customer_id,
        binding.visitor_id,
        moved=carried + adopted,
        more=adopted == MOST_AT_ONCE,
    )


def adopt(session: Session, visitor_id: int, *, limit: int = MOST_AT_ONCE, now: datetime) -> int:
    """Write at most ``limit`` more anonymous events onto whoever used the browser; how many."""
    session.flush()  # the binding, which the look-up reads
    visitor = visitors.get(session, visitor_id)
    if visitor is None or visitor.customer_id is None:
        return 0
    rows = session.execute(
        select(Event.id, Event.occurred_at)
        .where(Event.visitor_id == visitor_id, Event.customer_id.is_(None))
        .order_by(Event.id)
        .limit(limit)
    ).all()
    whose: dict[int, list[int]] = {}
    for event_id, at in rows:
        whose.setdefault(visitor.user_at(at) or visitor.customer_id, []).append(event_id)
    for customer_id, event_ids in whose.items():
        assign(session, event_ids, customer_id, now=now)
    return len(rows)


def _bring_cart(session: Session, binding: visitors.Binding, now: datetime) -> int:
    """Move the visitor's cart events and carts, whole, so that they fold with the customer's."""
    rows = session.execute(
        select(Event.id, Event.occurred_at, Event.name_id, Cart.key)
        .join(Cart, Cart.id == Event.cart_id, isouter=True)
        .where(
            Event.visitor_id == binding.visitor_id,
            Event.customer_id.is_(None),
            Event.name_id.in_(CART_IDS),
        )
    ).all()
    if not rows:
        return 0
    assign(session, [row.id for row in rows], binding.customer_id, now=now)
    session.execute(
        update(Cart)
        .where(Cart.visitor_id == binding.visitor_id, Cart.customer_id.is_(None))
        .values(customer_id=binding.customer_id)
    )
    told = [(row.occurred_at, CART_IDS[row.name_id], shop_key(row.key)) for row in rows]
    refold_for(session, binding.customer_id, told, now=now)
    return len(rows)


def refold_for(
    session: Session,
    customer_id: int,
    told: Sequence[tuple[datetime, str, str | None]],
    *,
    now: datetime,
) -> None:
    """Fold a customer's carts after cart events became theirs: when, which, of what cart's key."""
    touched = carts.Touched(since=told[0][0])
    for at, name, key in told:
        touched.note(at, name, key)
    carts.refold(session, {Owner(True, customer_id): touched}, now=now)


def assign(
    session: Session, event_ids: Collection[int], customer_id: int, *, now: datetime
) -> None:
    """Make events a customer's, with their items and orders; triggers see the recent ones again."""
    recent = case((Event.occurred_at > now - REACT_WITHIN, false()), else_=Event.reacted)
    for portion in chunks(event_ids):
        session.execute(
            update(Event)
            .where(Event.id.in_(portion))
            .values(customer_id=customer_id, reacted=recent)
            .execution_options(synchronize_session=False)
        )
        session.execute(
            update(EventItem)
            .where(EventItem.event_id.in_(portion))
            .values(customer_id=customer_id)
            .execution_options(synchronize_session=False)
        )
        ordered = select(Event.order_id).where(Event.id.in_(portion), Event.order_id.is_not(None))
        session.execute(
            update(Order)
            .where(Order.id.in_(ordered), Order.customer_id.is_(None))
            .values(customer_id=customer_id, credited=False)
            .execution_options(synchronize_session=False)
        )


def unadopted(session: Session, since: datetime, limit: int = 100) -> list[int]:
    """Visitors identified after ``since`` some of whose past is still anonymous."""
    left = exists().where(Event.visitor_id == Visitor.id, Event.customer_id.is_(None))
    return list(
        session.scalars(
            select(Visitor.id)
            .where(Visitor.identified_at > since, Visitor.customer_id.is_not(None), left)
            .limit(limit)
        )
    )
