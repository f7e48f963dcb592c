"""Carts as rows: which row a folded cart is, and writing what changed."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Update, bindparam, delete, insert, select, update
from sqlalchemy.orm import Session

from growthcore.db.bulk import insert_rows
from growthcore.db.chunks import chunks, rows_in
from growthcore.events.cart_streams import Stream, shop_key
from growthcore.events.folding import CartState
from growthcore.events.models import Cart, CartItem, Event
from growthcore.events.owners import Owner


class Known(NamedTuple):
    """A cart's row. From ``opened_at`` to ``until`` (None: no end) lie all its events."""

    id: int
    key: str
    opened_at: datetime
    until: datetime | None

    @property
    def shop_key(self) -> str | None:
        """The shop's own key of the cart, if it has one."""
        return shop_key(self.key)


def of(session: Session, owners: Collection[Owner]) -> dict[Owner, list[Known]]:
    """The carts of each owner that has any."""
    statement = select(
        Cart.customer_id,
        Cart.visitor_id,
        Cart.id,
        Cart.key,
        Cart.open,
        Cart.opened_at,
        Cart.last_activity_at,
        Cart.closed_at,
    ).order_by(Cart.id)
    known = [owner.id for owner in owners if owner.known]
    anonymous = [owner.id for owner in owners if not owner.known]
    found: dict[Owner, list[Known]] = {}
    for row in rows_in(session, statement, Cart.customer_id, known):
        found.setdefault(Owner(True, row.customer_id), []).append(_known(row))
    statement = statement.where(Cart.customer_id.is_(None))
    for row in rows_in(session, statement, Cart.visitor_id, anonymous):
        found.setdefault(Owner(False, row.visitor_id), []).append(_known(row))
    return found


def _known(row: Any) -> Known:
    until = None if row.open else max(row.closed_at or row.opened_at, row.last_activity_at)
    return Known(row.id, row.key, row.opened_at, until)


@dataclass(frozen=True)
class _Place:
    """A folded cart, its owner, and the row it has had so far."""

    owner: Owner
    state: CartState
    row: Known | None
    visitor_id: int | None

    @property
    def key(self) -> str:
        if self.state.key:
            return f"{self.owner}:{self.state.key}"
        return self.row.key if self.row and not self.row.shop_key else f"#{uuid.uuid4().hex}"

    def columns(self) -> dict[str, Any]:
        return {
            "key": self.key,
            "customer_id": self.owner.id if self.owner.known else None,
            "visitor_id": self.visitor_id,
            "open": self.state.open,
            "opened_at": self.state.opened_at,
            "last_activity_at": self.state.last_activity_at,
            "closed_at": self.state.closed_at,
        }


class Changes:
    """What a refold changes, collected over owners and written together."""

    def __init__(self) -> None:
        self._places: list[_Place] = []
        self._gone: list[int] = []
        self._streams: list[Stream] = []

    def match(
        self, owner: Owner, states: Iterable[CartState], rows: Sequence[Known], stream: Stream
    ) -> None:
        """Find each cart's row among ``rows``; those that are no cart's any more go.

        A cart keeps the id that messages know it by: the row of its key, else of its first event
        that had one.
        """
        free = {row.id: row for row in rows}
        for state in states:
            row = _row_of(owner, state, free, stream.carts)
            if row:
                del free[row.id]
            self._places.append(_Place(owner, state, row, stream.visitors[state.events[0]]))
        self._gone += free
        self._streams.append(stream)

    def write(self, session: Session) -> None:
        """Write rows, lines and which event belongs to which cart."""
        kept = [place.row.id for place in self._places if place.row]
        empty(session, kept + self._gone)
        for portion in chunks(self._gone):
            session.execute(delete(Cart).where(Cart.id.in_(portion)))
        ids = self._write_rows(session)
        self._write_lines(session, ids)
        self._write_events(session, ids)

    def _write_rows(self, session: Session) -> list[int]:
        """The rows' ids, in the order of the places."""
        old = [place for place in self._places if place.row]
        new = [place for place in self._places if not place.row]
        if old:
            session.connection().execute(
                _by_id(Cart),
                [place.columns() | {"row": place.row.id} for place in old if place.row],
            )
        made: Iterable[int] = ()
        if new:
            statement = insert(Cart).returning(Cart.id, sort_by_parameter_order=True)
            made = session.connection().scalars(statement, [place.columns() for place in new])
        fresh = iter(made)
        return [place.row.id if place.row else next(fresh) for place in self._places]

    def _write_lines(self, session: Session, ids: Sequence[int]) -> None:
        rows = [
            (id_, product_id, line.quantity, line.price, line.added_at)
            for id_, place in zip(ids, self._places, strict=True)
            for product_id, line in place.state.lines.items()
        ]
        insert_rows(
            session, CartItem, ("cart_id", "product_id", "quantity", "price", "added_at"), rows
        )

    def _write_events(self, session: Session, ids: Sequence[int]) -> None:
        now_in = {
            event_id: id_
            for id_, place in zip(ids, self._places, strict=True)
            for event_id in place.state.events
        }
        moved = [
            {"row": event_id, "cart_id": now_in.get(event_id)}
            for stream in self._streams
            for event_id, before in stream.carts.items()
            if now_in.get(event_id) != before
        ]
        if moved:
            statement = _by_id(Event).values(cart_id=bindparam("cart_id"))
            session.connection().execute(statement, moved)


def _row_of(
    owner: Owner, state: CartState, free: Mapping[int, Known], carts: Mapping[int, int | None]
) -> Known | None:
    if state.key:
        same = [row for row in free.values() if row.shop_key == state.key]
        return min(same, key=lambda row: row.key != f"{owner}:{state.key}", default=None)
    earlier = (free.get(carts[event_id] or 0) for event_id in state.events)
    return next((row for row in earlier if row and not row.shop_key), None)


def _by_id(table: type[Cart | Event]) -> Update:
    return update(table).where(table.id == bindparam("row"))


def empty(session: Session, cart_ids: Collection[int]) -> None:
    """Remove every line of the carts."""
    for portion in chunks(cart_ids):
        session.execute(delete(CartItem).where(CartItem.cart_id.in_(portion)))
