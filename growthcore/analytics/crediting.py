"""Orders owed to recommendations: line by line, to the last click before.

A line is *direct* where its own product was clicked in a recommendation in the ``credit_days`` before
the order, else *assisted* where any other was; each line counts once. Work follows orders: each is
looked at when it is placed, and again when something may have changed the answer: a refund, a click
told late, somebody who turns out to be the customer.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, insert, or_, select, update
from sqlalchemy.orm import Session

from growthcore.analytics.models import Credit
from growthcore.core import Core
from growthcore.customers.models import Visitor
from growthcore.customers.visitors import Known
from growthcore.db.chunks import among, rows_in
from growthcore.events.models import Event, EventItem, Order
from growthcore.events.vocabulary import STANDARD
from growthcore.recommendations import statistics
from growthcore.recommendations.shown import CLICKED, Touch
from growthcore.recommendations.statistics import Counts

BATCH = 500


def credit(core: Core) -> int:
    """Credit the next orders; returns how many were looked at."""
    within = timedelta(days=core.settings.credit_days)
    with core.db.unit() as session:
        orders = session.scalars(
            select(Order)
            .where(~Order.credited, Order.placed)
            .order_by(Order.id)
            .limit(BATCH)
            .with_for_update(skip_locked=True)
        ).all()
        if orders:
            _settle(session, orders, within)
        return len(orders)


def _settle(session: Session, orders: Sequence[Order], within: timedelta) -> None:
    ids = [order.id for order in orders]
    before = session.scalars(select(Credit).where(among(Credit.order_id, ids))).all()
    after = _credits(session, orders, within)
    if before:
        session.execute(delete(Credit).where(among(Credit.order_id, ids)))
    if after:
        session.execute(insert(Credit), [_row(each) for each in after])
    counts: Counts = Counter()
    for each in after:
        counts.update(counted(each))
    for each in before:
        counts.subtract(counted(each))
    statistics.add(session, counts)
    session.execute(update(Order).where(among(Order.id, ids)).values(credited=True))


def counted(credit: Credit) -> Counts:
    """What a credit adds to the roll-up, in the hour of its order."""
    where = statistics.place(credit.model_id, credit.at, credit.source_id, credit.page, credit.slot)
    line, money = ("purchases", "revenue") if credit.direct else ("assisted", "assisted_revenue")
    counts: Counts = Counter()
    counts[where, line], counts[where, money] = 1, credit.amount
    return counts


def _credits(session: Session, orders: Sequence[Order], within: timedelta) -> list[Credit]:
    clicks = _clicks(session, orders, within)
    lines = _lines(session, [order.id for order in orders if clicks.get(order.id)])
    return [
        credit
        for order in orders
        for credit in _of_order(order, lines.get(order.id, ()), clicks.get(order.id, ()))
    ]


def _of_order(order: Order, lines: Sequence[EventItem], clicks: Sequence[Touch]) -> list[Credit]:
    """The lines of an order that are owed to one of the clicks, which are oldest first."""
    last_of = {click.product_id: click for click in clicks}
    total = sum(line.amount for line in lines)
    # A coupon or a refund is of the order: every line bears its part.
    left = max(min(total, order.value - order.refunded), 0)
    owed = []
    for line in lines if clicks else ():
        click = last_of.get(line.product_id, clicks[-1])
        owed.append(
            Credit(
                event_id=line.event_id,
                position=line.position,
                order_id=order.id,
                at=order.placed_at,
                clicked_at=click.at,
                answer=click.answer,
                product_id=click.product_id,
                model_id=click.model_id,
                source_id=click.source_id,
                page=click.page,
                slot=click.slot,
                direct=click.product_id == line.product_id,
                amount=line.amount * left // total if total else 0,
            )
        )
    return owed


def _clicks(
    session: Session, orders: Sequence[Order], within: timedelta
) -> Mapping[int, Sequence[Touch]]:
    """People's clicks that each order may be owed to, oldest first."""
    browsers = _browsers(session, orders)
    customers = {order.customer_id for order in orders if order.customer_id}
    first = min(order.placed_at for order in orders) - within
    last = max(order.placed_at for order in orders)
    found = session.scalars(
        select(Touch)
        .where(
            CLICKED,
            ~Touch.machine,
            Touch.at.between(first, last),
            or_(among(Touch.visitor_id, browsers), among(Touch.customer_id, customers)),
        )
        .order_by(Touch.at, Touch.answer, Touch.slot)
    ).all()
    return {
        order.id: [
            click
            for click in found
            if order.placed_at - within <= click.at <= order.placed_at
            and _theirs(order, click, browsers)
        ]
        for order in orders
    }


def _theirs(order: Order, click: Touch, browsers: Mapping[int, Known]) -> bool:
    """Whether whoever placed the order clicked."""
    if click.visitor_id is None:
        return click.customer_id is not None and click.customer_id == order.customer_id
    who = browsers[click.visitor_id].user_at(click.at)
    if order.customer_id is not None and who is not None:
        return who == order.customer_id
    return click.visitor_id == order.visitor_id


def _browsers(session: Session, orders: Sequence[Order]) -> Mapping[int, Known]:
    """The browsers the orders were placed with, and those their customers use."""
    used = {order.visitor_id for order in orders if order.visitor_id}
    owned = {order.customer_id for order in orders if order.customer_id}
    found = session.execute(
        select(
            Visitor.id, Visitor.customer_id, Visitor.previous_customer_id, Visitor.identified_at
        ).where(or_(among(Visitor.id, used), among(Visitor.customer_id, owned)))
    )
    return {row.id: Known(*row) for row in found}


def _lines(session: Session, order_ids: Collection[int]) -> dict[int, list[EventItem]]:
    statement = (
        select(Event.order_id, EventItem)
        .join(EventItem, EventItem.event_id == Event.id)
        .where(Event.name_id == STANDARD["purchase"])
        .order_by(EventItem.event_id, EventItem.position)
    )
    found: dict[int, list[EventItem]] = {}
    for order_id, line in rows_in(session, statement, Event.order_id, order_ids):
        found.setdefault(order_id, []).append(line)
    return found


def _row(credit: Credit) -> dict[str, Any]:
    return {column.name: getattr(credit, column.name) for column in Credit.__table__.columns}
