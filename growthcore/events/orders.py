"""Orders: each counted once, whoever reports it, less what was given back."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from growthcore.db.chunks import rows_in
from growthcore.db.upsert import insert
from growthcore.events.models import Event, Order
from growthcore.events.vocabulary import STANDARD


@dataclass(frozen=True, kw_only=True)
class Told:
    """An order as a purchase or a refund tells it. ``value`` in minor units of ``currency``."""

    key: str
    customer_id: int | None
    visitor_id: int | None
    placed_at: datetime
    value: int
    currency: str


def place(session: Session, purchases: Sequence[Told]) -> dict[str, int]:
    """Keep orders; the ids by key of those that nobody had told before.

    One that so far only a refund named is told now, and counts.
    """
    rows = [_row(each, placed=True) for each in sorted(purchases, key=lambda each: each.key)]
    if not rows:
        return {}
    statement = insert(session, Order)
    told = {name: statement.excluded[name] for name in rows[0] if name != "key"}
    statement = statement.on_conflict_do_update(
        index_elements=["key"], set_=told, where=Order.placed.is_(False)
    )
    placed = session.connection().execute(statement.returning(Order.key, Order.id), rows)
    return {key: value for key, value in placed}  # noqa: C416


def name_refunded(session: Session, refunds: Sequence[Told]) -> dict[str, int]:
    """The ids of the orders that refunds name, kept as not placed yet where they are unknown."""
    rows = [_row(each, placed=False) for each in sorted(refunds, key=lambda each: each.key)]
    if not rows:
        return {}
    session.connection().execute(insert(session, Order).on_conflict_do_nothing(), rows)
    return ids(session, {each.key for each in refunds})


def _row(order: Told, *, placed: bool) -> dict[str, object]:
    return {
        "key": order.key,
        "customer_id": order.customer_id,
        "visitor_id": order.visitor_id,
        "placed_at": order.placed_at,
        "value": order.value,
        "currency": order.currency,
        "refunded": 0,
        "placed": placed,
    }


def forget(session: Session, order_ids: Collection[int]) -> None:
    """Take back orders that were just kept."""
    if order_ids:
        session.execute(delete(Order).where(Order.id.in_(order_ids)))


def ids(session: Session, keys: Collection[str]) -> dict[str, int]:
    """Orders by the shop's numbers."""
    return dict(rows_in(session, select(Order.key, Order.id), Order.key, keys))


def keys(session: Session, order_ids: Collection[int]) -> dict[int, str]:
    """The shop's numbers of orders."""
    return dict(rows_in(session, select(Order.id, Order.key), Order.id, order_ids))


def settle_refunds(session: Session, order_ids: Iterable[int]) -> None:
    """Sum up anew what was given back of the orders; a refund without a value is of everything."""
    wanted = sorted(set(order_ids))
    refunds = select(Event.order_id, Event.value).where(Event.name_id == STANDARD["refund"])
    given: dict[int, list[int | None]] = {}
    for order_id, value in rows_in(session, refunds, Event.order_id, wanted):
        given.setdefault(order_id, []).append(value)
    worth = dict(rows_in(session, select(Order.id, Order.value), Order.id, given))
    settled = [
        {
            "id": id_,
            "refunded": min(worth[id_], sum(worth[id_] if v is None else v for v in values)),
            "credited": False,
        }
        for id_, values in given.items()
    ]
    if settled:
        session.execute(update(Order), settled)
