"""Taking events in: a batch at a time, each event on its own, every table with a statement or two."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from growthcore.api.text import Text
from growthcore.db.bulk import insert_new, insert_rows
from growthcore.db.chunks import rows_in
from growthcore.events import carts, orders, vocabulary
from growthcore.events.claims import claim
from growthcore.events.folding import CART_EVENTS, PURCHASE
from growthcore.events.incoming import IncomingEvent, IncomingItem, Ingested, Rejection
from growthcore.events.models import Event, EventItem
from growthcore.events.owners import Owner
from growthcore.events.resolution import People, Products
from growthcore.events.validation import Bounds, Fault, fault

__all__ = ["IncomingEvent", "IncomingItem", "Ingested", "Rejection", "ingest"]

REFUND = "refund"
_UNKNOWN_CUSTOMER = Fault(
    "unknown_customer",
    Text("customer_id의 고객이 없습니다.", "There is no customer with this customer_id."),
)
_TOO_MANY_NAMES = Fault(
    "too_many_names",
    Text(
        "사용자 정의 이벤트 이름이 너무 많습니다. 기존 이름을 사용하세요.",
        "The shop has too many event names of its own; use one that exists.",
    ),
)
_EVENT_COLUMNS = (
    "event_id", "source", "name_id", "occurred_at", "received_at", "customer_id", "visitor_id",
    "order_id", "value", "currency", "properties", "message_id", "reacted",
)  # fmt: skip
_ITEM_COLUMNS = (
    "event_id", "position", "name_id", "occurred_at", "customer_id", "product_id", "category_id",
    "quantity", "price", "amount",
)  # fmt: skip


@dataclass(slots=True)
class _Taken:
    """An event that will be kept, with what was found out about it."""

    index: int
    event: IncomingEvent
    name: str
    name_id: int = 0
    customer_id: int | None = None
    visitor_id: int | None = None
    order_key: str | None = None
    order_id: int | None = None
    value: int | None = None
    id: int = 0


def ingest(
    session: Session,
    batch: Sequence[IncomingEvent],
    *,
    source: str,
    now: datetime,
    react: bool = True,
    historical: bool = False,
    currency: str = "KRW",
) -> Ingested:
    """Record a batch of at most 5,000 events; each stands or falls on its own.

    An event is told apart by ``(source, id)``; one told again is a duplicate, and so is a purchase
    whose order is known. Not ``react``: triggers never see the events. ``historical`` lifts the
    limit on age. ``currency`` is the shop's, for what names none.
    """
    intake = _Intake(session, batch, source=source, now=now, currency=currency)
    taken = intake.fresh(Bounds.at(now, historical=historical))
    taken = intake.resolved(taken)
    taken = intake.in_orders(taken)
    taken = intake.written(taken, react=react)
    intake.projected(taken)
    return Ingested(
        accepted=len(taken),
        duplicates=len(batch) - len(taken) - len(intake.rejected),
        rejected=tuple(sorted(intake.rejected, key=lambda each: each.index)),
        event_ids=tuple(each.id for each in taken),
        taken=tuple(each.index for each in taken),
    )


class _Intake:
    """One batch on its way in; each step hands on what is still to be kept."""

    def __init__(
        self,
        session: Session,
        batch: Sequence[IncomingEvent],
        *,
        source: str,
        now: datetime,
        currency: str,
    ) -> None:
        self.rejected: list[Rejection] = []
        self._session = session
        self._batch = batch
        self._source = source
        self._now = now
        self._currency = currency
        self._claims: dict[str, int] = {}

    def _reject(self, index: int, why: Fault) -> None:
        event = self._batch[index]
        self.rejected.append(Rejection(index, str(event.id)[:64], why.code, why.message))

    def fresh(self, bounds: Bounds) -> list[_Taken]:
        """Sound events that were not told before, oldest first."""
        sound: dict[str, _Taken] = {}
        for index, event in enumerate(self._batch):
            if why := fault(event, bounds):
                self._reject(index, why)
            elif event.id not in sound:
                name = vocabulary.canonical(event.name) or event.name
                sound[event.id] = _Taken(index, event, name, value=event.value)
        known = self._known(sound)
        fresh = (each for event_id, each in sound.items() if event_id not in known)
        return sorted(fresh, key=lambda each: (each.event.occurred_at, each.event.id))

    def resolved(self, taken: Sequence[_Taken]) -> list[_Taken]:
        """Events whose name and people are known."""
        names = vocabulary.intern(self._session, {each.name for each in taken})
        people = People.of(self._session, [each.event for each in taken], now=self._now)
        kept = []
        for each in taken:
            if each.name not in names:
                self._reject(each.index, _TOO_MANY_NAMES)
            elif not people.knows(each.event):
                self._reject(each.index, _UNKNOWN_CUSTOMER)
            else:
                each.name_id = names[each.name]
                each.visitor_id = people.visitor_id(each.event)
                each.customer_id = people.customer_id(each.event)
                kept.append(each)
        return kept

    def in_orders(self, taken: Sequence[_Taken]) -> list[_Taken]:
        """Events but for purchases whose order counts already."""
        placed, named = self._told_orders(taken)
        kept = []
        for each in taken:
            if each.name == PURCHASE:
                each.order_id = placed.pop(str(each.order_key), None)
            elif each.name == REFUND:
                each.order_id = named[str(each.order_key)]
            if each.name != PURCHASE or each.order_id is not None:
                kept.append(each)
            elif each.customer_id is not None:
                self._claims[str(each.order_key)] = each.customer_id
        return kept

    def _told_orders(self, taken: Sequence[_Taken]) -> tuple[dict[str, int], dict[str, int]]:
        """By the shop's number, the orders placed just now, and those that refunds name."""
        purchases: dict[str, orders.Told] = {}
        refunds: dict[str, orders.Told] = {}
        for each in taken:
            if each.name == PURCHASE:
                # Without a number of the shop's, the purchase is an order by itself.
                each.order_key = each.event.order or f"{self._source}:{each.event.id}"
                each.value = _worth(each.event)
                purchases.setdefault(each.order_key, self._order(each))
            elif each.name == REFUND:
                each.order_key = each.event.order
                refunds.setdefault(str(each.order_key), self._order(each))
        placed = orders.place(self._session, list(purchases.values()))
        return placed, orders.name_refunded(self._session, list(refunds.values()))

    def _order(self, each: _Taken) -> orders.Told:
        return orders.Told(
            key=str(each.order_key),
            customer_id=each.customer_id,
            visitor_id=each.visitor_id,
            placed_at=each.event.occurred_at,
            value=(each.value or 0) if each.name == PURCHASE else 0,
            currency=each.event.currency or self._currency,
        )

    def written(self, taken: Sequence[_Taken], *, react: bool) -> list[_Taken]:
        """Events that are rows now, with their items."""
        if not taken:
            return []
        ids = self._write_events([self._row(each, react=react) for each in taken])
        # Told by somebody else at this very moment, under another order: theirs came first.
        lost = [each for each in taken if each.event.id not in ids and each.name == PURCHASE]
        orders.forget(self._session, [each.order_id for each in lost if each.order_id])
        kept = [each for each in taken if each.event.id in ids]
        for each in kept:
            each.id = ids[each.event.id]
        self._write_items(kept)
        return kept

    def _write_events(self, rows: Sequence[tuple[Any, ...]]) -> dict[str, int]:
        """The ids of those that are ours, by the source's ids."""
        if self._session.get_bind().dialect.name == "postgresql":
            made = insert_new(
                self._session, Event, _EVENT_COLUMNS, rows, returning=("event_id", "id")
            )
            return dict(made)
        # SQLite has one writer, so what was not there a moment ago can only be ours.
        insert_rows(self._session, Event, _EVENT_COLUMNS, rows)
        return self._known(row[0] for row in rows)

    def _known(self, event_ids: Iterable[str]) -> dict[str, int]:
        rows = select(Event.event_id, Event.id).where(Event.source == self._source)
        return dict(rows_in(self._session, rows, Event.event_id, event_ids))

    def _row(self, each: _Taken, *, react: bool) -> tuple[Any, ...]:
        event = each.event
        return (
            event.id,
            self._source,
            each.name_id,
            event.occurred_at,
            self._now,
            each.customer_id,
            each.visitor_id,
            each.order_id,
            each.value,
            event.currency,
            event.properties or None,
            event.message_id,
            not react,
        )

    def _write_items(self, taken: Iterable[_Taken]) -> None:
        filled = [each for each in taken if each.event.items]
        if not filled:
            return
        products = Products.of(
            self._session,
            (item for each in filled for item in each.event.items),
            now=self._now,
            currency=self._currency,
        )
        insert_rows(
            self._session,
            EventItem,
            _ITEM_COLUMNS,
            (
                _item_row(each, position, item, products)
                for each in filled
                for position, item in enumerate(each.event.items)
            ),
        )

    def projected(self, taken: Sequence[_Taken]) -> None:
        """Orders and carts follow."""
        claim(self._session, self._claims, now=self._now)
        concerned = (each.order_id for each in taken if each.order_id is not None)
        orders.settle_refunds(self._session, concerned)
        touched: dict[Owner, carts.Touched] = {}
        named: dict[int, str] = {}
        for each in taken:
            owner = Owner.of(each.customer_id, each.visitor_id)
            if owner is None or each.name not in CART_EVENTS:
                continue
            at, key = each.event.occurred_at, each.event.cart
            touched.setdefault(owner, carts.Touched(since=at)).note(at, each.name, key)
            if key:
                named[each.id] = key
        carts.refold(self._session, touched, now=self._now, named=named)


def _worth(event: IncomingEvent) -> int:
    """What a purchase is worth: its value, else the sum of its lines."""
    if event.value is not None:
        return event.value
    return sum((item.price or 0) * item.quantity for item in event.items)


def _item_row(
    each: _Taken, position: int, item: IncomingItem, products: Products
) -> tuple[Any, ...]:
    return (
        each.id,
        position,
        each.name_id,
        each.event.occurred_at,
        each.customer_id,
        products.product_id(item),
        products.category_id(item),
        item.quantity,
        item.price,
        (item.price or 0) * item.quantity,
    )
