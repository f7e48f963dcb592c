"""Attribution: the last click before an order, inside the campaign's window, earns it.

Opens earn nothing: programs make them. Work follows orders: each is asked about once, when it has a
customer, and again when it gets one.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from growthcore.analytics.models import Conversion
from growthcore.campaigns import definition
from growthcore.campaigns.models import CampaignVersion
from growthcore.core import Core
from growthcore.db.chunks import rows_in
from growthcore.db.upsert import insert
from growthcore.events.models import Order
from growthcore.messaging.models import Engagement, Message

BATCH = 500
LONGEST = timedelta(days=90)
"""No window is longer, so nothing older is looked at."""


def attribute(core: Core) -> int:
    """Attribute the next orders; returns how many were looked at."""
    with core.db.unit() as session:
        orders = session.scalars(
            select(Order)
            .where(~Order.attributed, Order.placed, Order.customer_id.is_not(None))
            .order_by(Order.id)
            .limit(BATCH)
            .with_for_update(skip_locked=True)
        ).all()
        clickers = _clickers(session, {order.customer_id for order in orders})
        found = [
            conversion
            for order in orders
            if order.customer_id in clickers and (conversion := _last_touch(session, order))
        ]
        if found:
            statement = insert(session, Conversion).on_conflict_do_nothing()
            session.execute(statement, found)
        if orders:
            session.execute(
                update(Order).where(Order.id.in_([o.id for o in orders])).values(attributed=True)
            )
        return len(orders)


def _clickers(session: Session, customer_ids: Collection[int | None]) -> set[int]:
    """Those of the customers who ever clicked: few, so that hardly an order is looked at by itself."""
    clicks = select(Engagement.customer_id).where(Engagement.kind == "click").distinct()
    return {row[0] for row in rows_in(session, clicks, Engagement.customer_id, customer_ids)}


def _last_touch(session: Session, order: Order) -> dict[str, object] | None:
    for clicked_at, message_id, campaign_id, version_id in _clicks(session, order):
        if order.placed_at - clicked_at <= _window(session, version_id):
            return {
                "order_id": order.id,
                "message_id": message_id,
                "campaign_id": campaign_id,
                "customer_id": order.customer_id,
                "clicked_at": clicked_at,
                "at": order.placed_at,
            }
    return None


def _clicks(session: Session, order: Order) -> Sequence[tuple[datetime, int, int, int]]:
    """The customer's clicks before the order, newest first."""
    rows = session.execute(
        select(Engagement.at, Engagement.message_id, Engagement.campaign_id, Message.version_id)
        .join(Message, Message.id == Engagement.message_id)
        .where(
            Engagement.customer_id == order.customer_id,
            Engagement.kind == "click",
            Engagement.at <= order.placed_at,
            Engagement.at >= order.placed_at - LONGEST,
            ~Engagement.machine,
        )
        .order_by(Engagement.at.desc(), Engagement.id.desc())
        .limit(50)
    )
    return [(at, message, campaign, version) for at, message, campaign, version in rows]


def _window(session: Session, version_id: int) -> timedelta:
    version = session.get_one(CampaignVersion, version_id)
    window: timedelta = definition.load(version.definition["campaign"])["attribution"]
    return window
