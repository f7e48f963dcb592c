"""Carts kept in step with their events."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import exists, select, update
from sqlalchemy.orm import Session

from growthcore.api.values import Cart as CartValue
from growthcore.api.values import CartLine
from growthcore.catalog import service as catalog
from growthcore.customers import identity
from growthcore.db.chunks import rows_in
from growthcore.db.unit_of_work import Database
from growthcore.events import cart_rows, cart_streams
from growthcore.events.folding import ADD, IDLE, fold
from growthcore.events.models import Cart, CartItem
from growthcore.events.owners import Owner


@dataclass(kw_only=True)
class Touched:
    """What an owner's new cart events ask of a refold: from when, and by which keys of the shop."""

    since: datetime
    opens: bool = False
    keys: set[str] = field(default_factory=set)

    def note(self, at: datetime, name: str, key: str | None) -> None:
        """Take another event into account."""
        self.since = min(self.since, at)
        self.opens = self.opens or name == ADD
        if key:
            self.keys.add(key)


def refold(
    session: Session,
    touched: Mapping[Owner, Touched],
    *,
    now: datetime,
    named: Mapping[int, str] | None = None,
) -> None:
    """Bring the owners' carts in step with their events, the new ones being in the database.

    ``named`` has the shop's cart keys of the new events that name one. Only what an event can still
    change is folded again: from the last instant before it at which the owner had no cart.
    """
    # Two batches of one customer must not each miss what the other adds.
    identity.lock(session, [owner.id for owner in touched if owner.known])
    rows = cart_rows.of(session, touched)
    since = {
        owner: _since(rows.get(owner, ()), each)
        for owner, each in touched.items()
        if owner in rows or each.opens or each.keys
    }
    if not since:
        return
    streams = cart_streams.load(session, since, named or {})
    changes = cart_rows.Changes()
    for owner, start in since.items():
        stream = streams.get(owner, cart_streams.Stream())
        within = [row for row in rows.get(owner, ()) if row.opened_at >= start]
        changes.match(owner, fold(stream.events, now), within, stream)
    changes.write(session)


def _since(rows: Sequence[cart_rows.Known], touched: Touched) -> datetime:
    """The last instant up to the earliest new event at which the owner's carts were all closed."""
    start = min([touched.since, *(row.opened_at for row in rows if row.shop_key in touched.keys)])
    for row in sorted(rows, key=lambda row: row.opened_at, reverse=True):
        if row.opened_at <= start and (row.until is None or row.until >= start):
            start = row.opened_at
    return start


def close_idle(session: Session, *, now: datetime, limit: int = 1000) -> int:
    """Close at most ``limit`` carts that time alone closed; how many."""
    rows = session.execute(
        select(Cart.id, Cart.last_activity_at)
        .where(Cart.open.is_(True), Cart.last_activity_at < now - IDLE)
        .order_by(Cart.last_activity_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()
    if rows:
        cart_rows.empty(session, [id_ for id_, _ in rows])
        session.execute(
            update(Cart),
            [{"id": id_, "open": False, "closed_at": last + IDLE} for id_, last in rows],
        )
    return len(rows)


def load(session: Session, cart_ids: Collection[int]) -> dict[int, CartValue]:
    """Carts with what is still in them, by id."""
    rows = [row for (row,) in rows_in(session, select(Cart), Cart.id, set(cart_ids))]
    items: dict[int, list[CartItem]] = {}
    lines = select(CartItem).order_by(CartItem.cart_id, CartItem.added_at, CartItem.product_id)
    for (item,) in rows_in(session, lines, CartItem.cart_id, [row.id for row in rows]):
        items.setdefault(item.cart_id, []).append(item)
    products = catalog.load(session, {each.product_id for of in items.values() for each in of})
    return {row.id: _value(row, items.get(row.id, ()), products) for row in rows}


def _value(row: Cart, items: Sequence[CartItem], products: Mapping[int, Any]) -> CartValue:
    return CartValue(
        id=row.id,
        customer_id=row.customer_id,
        open=row.open,
        last_activity_at=row.last_activity_at,
        lines=[
            CartLine(product=products[each.product_id], quantity=each.quantity, price=each.price)
            for each in items
        ],
    )


def open_of(session: Session, customer_ids: Collection[int]) -> dict[int, CartValue]:
    """The newest open, non-empty cart of each customer that has one."""
    filled = exists().where(CartItem.cart_id == Cart.id)
    statement = (
        select(Cart.customer_id, Cart.id)
        .where(Cart.open.is_(True), filled)
        .order_by(Cart.last_activity_at, Cart.id)
    )
    newest = dict(rows_in(session, statement, Cart.customer_id, set(customer_ids)))
    found = load(session, newest.values())
    return {customer_id: found[cart_id] for customer_id, cart_id in newest.items()}


class CartsPort:
    """:class:`growthcore.api.ports.Carts` over the database."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def get(self, cart_id: int) -> CartValue | None:
        with self._db.read() as session:
            return load(session, [cart_id]).get(cart_id)

    def many(self, cart_ids: Sequence[int]) -> Mapping[int, CartValue]:
        with self._db.read() as session:
            return load(session, cart_ids)

    def open_of(self, customer_ids: Sequence[int]) -> Mapping[int, CartValue]:
        with self._db.read() as session:
            return open_of(session, customer_ids)
