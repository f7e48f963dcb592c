"""One customer as a whole: who it is, what was agreed to, bought and left in the cart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from growthcore.analytics import people
from growthcore.api import Cart as CartValue
from growthcore.api import Product
from growthcore.catalog import service as catalog
from growthcore.customers import attributes, consent, suppression
from growthcore.customers.models import ConsentRecord, Customer, Suppression, Visitor
from growthcore.db.chunks import rows_in
from growthcore.db.paging import Page, paged
from growthcore.events import carts
from growthcore.events.models import Cart, CartItem, Event, EventItem, Order
from growthcore.events.vocabulary import STANDARD


@dataclass(frozen=True, kw_only=True)
class Head:
    """What stands above everything else of a customer. Money is in minor units of ``currency``.

    ``spent`` is what placed orders were worth, less what was given back, by currency.
    """

    customer: Customer
    last_seen_at: datetime | None
    orders: int
    spent: Mapping[str, int]
    suppressions: Sequence[Suppression]

    @property
    def label(self) -> str:
        """What the customer is called where no name may stand: the shop's id, else ours."""
        return self.customer.external_id or f"#{self.customer.id}"


@dataclass(frozen=True, kw_only=True)
class Agreement:
    """The newest statement on one medium and purpose."""

    medium: str
    purpose: str
    granted: bool
    newest: ConsentRecord


@dataclass(frozen=True, kw_only=True)
class Identity:
    """What else the customer is known by: browsers, and customers who were found to be this one."""

    visitors: Sequence[Visitor]
    merged: Sequence[Customer]
    attributes: Mapping[str, str | float | bool | None] = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class Line:
    """A product of an order. ``price`` is of one piece, in minor units of the order's currency."""

    product: Product
    quantity: int
    price: int | None


@dataclass(frozen=True, kw_only=True)
class Placed:
    """An order with what was bought; an imported one may have no lines."""

    order: Order
    lines: Sequence[Line]


def head(session: Session, customer_id: int) -> Head | None:
    """The customer with this id of ours, also one who is gone; None when there never was one."""
    row = session.get(Customer, customer_id)
    if row is None:
        return None
    bought = session.execute(
        select(Order.currency, func.count(), func.sum(Order.value - Order.refunded))
        .where(Order.customer_id == customer_id, Order.placed.is_(True))
        .group_by(Order.currency)
        .order_by(Order.currency)
    ).all()
    return Head(
        customer=row,
        last_seen_at=people.last_seen(session, [customer_id]).get(customer_id),
        orders=sum(count for _, count, _ in bought),
        spent={currency: int(sum_) for currency, _, sum_ in bought},
        suppressions=suppression.of_customer(session, row),
    )


def agreements(
    session: Session, customer_id: int
) -> tuple[list[Agreement], Sequence[ConsentRecord]]:
    """What holds now by medium and purpose, and every statement it follows from, newest first."""
    told = consent.history(session, customer_id)
    found = []
    for (medium, purpose), granted in sorted(consent.of(session, customer_id).items()):
        about = (each for each in told if (each.channel, each.purpose) == (medium, purpose))
        newest = next((each for each in about if each.granted == granted), None)
        if newest is not None:
            found.append(Agreement(medium=medium, purpose=purpose, granted=granted, newest=newest))
    return found, told


def identity(session: Session, customer_id: int) -> Identity:
    """Attributes, browsers and merged customers."""
    visitors = select(Visitor).where(Visitor.customer_id == customer_id)
    merged = select(Customer).where(Customer.merged_into_id == customer_id)
    return Identity(
        visitors=session.scalars(visitors.order_by(Visitor.first_seen_at.desc()).limit(50)).all(),
        merged=session.scalars(merged.order_by(Customer.id)).all(),
        attributes=attributes.load(session, [customer_id]).get(customer_id, {}),
    )


def open_carts(session: Session, customer_id: int) -> list[CartValue]:
    """Carts that something is left in, the one touched last first."""
    ids = session.scalars(
        select(Cart.id)
        .where(Cart.customer_id == customer_id, Cart.open.is_(True))
        .where(select(CartItem.cart_id).where(CartItem.cart_id == Cart.id).exists())
        .order_by(Cart.last_activity_at.desc(), Cart.id.desc())
        .limit(20)
    ).all()
    found = carts.load(session, ids)
    return [found[id_] for id_ in ids]


def orders(session: Session, customer_id: int, *, offset: int = 0, limit: int = 20) -> Page[Placed]:
    """A customer's orders with what was bought, the newest first."""
    statement = (
        select(Order)
        .where(Order.customer_id == customer_id, Order.placed.is_(True))
        .order_by(Order.placed_at.desc(), Order.id.desc())
    )
    page = paged(session, statement, offset=offset, limit=limit)
    lines = _lines(session, [order.id for order in page.items])
    placed = [Placed(order=each, lines=lines.get(each.id, ())) for each in page.items]
    return Page(placed, page.total)


def _lines(session: Session, order_ids: Sequence[int]) -> dict[int, list[Line]]:
    """What was bought: the lines of the first purchase that told of each order."""
    told = select(Event.order_id, func.min(Event.id)).where(Event.name_id == STANDARD["purchase"])
    first = rows_in(session, told.group_by(Event.order_id), Event.order_id, order_ids)
    order_of = {event_id: order_id for order_id, event_id in first}
    rows = [
        row
        for (row,) in rows_in(
            session,
            select(EventItem).order_by(EventItem.event_id, EventItem.position),
            EventItem.event_id,
            order_of,
        )
    ]
    products = catalog.load(session, {row.product_id for row in rows})
    found: dict[int, list[Line]] = {}
    for row in rows:
        line = Line(product=products[row.product_id], quantity=row.quantity, price=row.price)
        found.setdefault(order_of[row.event_id], []).append(line)
    return found
