"""Events as values: loaded by id, not yet reacted to, and one customer's timeline."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from sqlalchemy import exists, func, select, update
from sqlalchemy.orm import Session

from growthcore.api.values import Event as EventValue
from growthcore.api.values import EventItem as ItemValue
from growthcore.catalog.models import Product
from growthcore.db.chunks import chunks, rows_in
from growthcore.events import orders, vocabulary
from growthcore.events.models import Event, EventItem


def load(session: Session, event_ids: Collection[int]) -> list[EventValue]:
    """The events with their names and items, oldest first."""
    return _values(
        session, [row for (row,) in rows_in(session, select(Event), Event.id, event_ids)]
    )


def unreacted(session: Session, limit: int) -> list[EventValue]:
    """At most ``limit`` events that triggers have not seen, oldest first.

    Those that came in first are taken first. On PostgreSQL they stay locked, and what another
    worker has locked is left to it.
    """
    rows = session.scalars(
        select(Event)
        .where(Event.reacted.is_(False))
        .order_by(Event.id)
        .limit(limit)
        .with_for_update(skip_locked=True, key_share=True)
    ).all()
    return _values(session, rows)


def has_unreacted(session: Session) -> bool:
    """Whether there are events that triggers have not seen."""
    return bool(session.scalar(select(exists().where(Event.reacted.is_(False)))))


def mark_reacted(session: Session, event_ids: Collection[int]) -> None:
    """Note that triggers have seen the events."""
    for portion in chunks(event_ids):
        session.execute(update(Event).where(Event.id.in_(portion)).values(reacted=True))


def last_occurred(
    session: Session, customer_ids: Iterable[int], names: Collection[str]
) -> dict[int, dict[str, datetime]]:
    """When each of the named events last occurred to each customer, where it ever did."""
    name_of = {id_: name for name, id_ in vocabulary.name_ids(session, names).items()}
    statement = (
        select(Event.customer_id, Event.name_id, func.max(Event.occurred_at))
        .where(Event.name_id.in_(name_of))
        .group_by(Event.customer_id, Event.name_id)
    )
    found: dict[int, dict[str, datetime]] = {}
    for customer_id, name_id, at in rows_in(
        session, statement, Event.customer_id, set(customer_ids)
    ):
        found.setdefault(customer_id, {})[name_of[name_id]] = at
    return found


def timeline(
    session: Session, customer_id: int, *, before: datetime | None = None, limit: int = 50
) -> list[EventValue]:
    """A customer's events, newest first, those before ``before``."""
    statement = select(Event).where(Event.customer_id == customer_id)
    if before:
        statement = statement.where(Event.occurred_at < before)
    rows = session.scalars(
        statement.order_by(Event.occurred_at.desc(), Event.id.desc()).limit(limit)
    ).all()
    return _values(session, rows)[::-1]


def _values(session: Session, rows: Sequence[Event]) -> list[EventValue]:
    names = vocabulary.names_of(session, {row.name_id for row in rows})
    order_keys = orders.keys(session, {row.order_id for row in rows if row.order_id is not None})
    items = _items(session, [row.id for row in rows])
    return [
        EventValue(
            id=row.id,
            name=names[row.name_id],
            occurred_at=row.occurred_at,
            received_at=row.received_at,
            customer_id=row.customer_id,
            visitor_id=row.visitor_id,
            cart_id=row.cart_id,
            order_id=order_keys.get(row.order_id or 0),
            value=row.value,
            currency=row.currency,
            properties=row.properties or {},
            items=items.get(row.id, ()),
        )
        for row in sorted(rows, key=lambda row: (row.occurred_at, row.id))
    ]


def _items(session: Session, event_ids: Iterable[int]) -> dict[int, list[ItemValue]]:
    statement = (
        select(EventItem.event_id, Product.external_id, EventItem.quantity, EventItem.price)
        .join(Product, Product.id == EventItem.product_id)
        .order_by(EventItem.event_id, EventItem.position)
    )
    found: dict[int, list[ItemValue]] = {}
    for event_id, product, quantity, price in rows_in(
        session, statement, EventItem.event_id, event_ids
    ):
        item = ItemValue(product_id=product, quantity=quantity, price=price)
        found.setdefault(event_id, []).append(item)
    return found
