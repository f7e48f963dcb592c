"""What events, carts and orders do when customers become one, are forgotten, or ask."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import String as Characters
from sqlalchemy import delete, func, literal, select, update
from sqlalchemy.orm import Session

from growthcore.api.ports import Clock
from growthcore.db.chunks import chunks
from growthcore.events import carts, identification, reading
from growthcore.events.cart_streams import CART_IDS, shop_key
from growthcore.events.models import Cart, CartItem, Event, EventItem, Order


class EventsListener:
    """A :class:`~growthcore.customers.listeners.CustomerListener` over this package's tables."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def merged(self, session: Session, kept_id: int, merged_id: int) -> Mapping[str, Any]:
        """Everything becomes the kept customer's; their carts are folded as one."""
        cart_events = session.execute(
            select(Event.id, Event.occurred_at, Event.name_id, Cart.key)
            .join(Cart, Cart.id == Event.cart_id, isouter=True)
            .where(Event.customer_id == merged_id, Event.name_id.in_(CART_IDS))
        ).all()
        moved = {
            name: list(session.scalars(select(table.id).where(table.customer_id == merged_id)))
            for name, table in (("events", Event), ("carts", Cart), ("orders", Order))
        }
        for table in (Event, EventItem, Cart, Order):
            session.execute(
                update(table).where(table.customer_id == merged_id).values(customer_id=kept_id)
            )
        told = [(row.occurred_at, CART_IDS[row.name_id], shop_key(row.key)) for row in cart_events]
        if told:
            identification.refold_for(session, kept_id, told, now=self._clock.now())
        return moved

    def erased(self, session: Session, customer_id: int) -> int:
        """Events and orders keep what is counted and summed, and lose what they tell beside it."""
        told = session.execute(
            update(Event)
            .where(Event.customer_id == customer_id, Event.properties.is_not(None))
            .values(properties=None)
        )
        owned = select(Cart.id).where(Cart.customer_id == customer_id)
        session.execute(delete(CartItem).where(CartItem.cart_id.in_(owned)))
        kept = session.execute(
            update(Cart)
            .where(Cart.customer_id == customer_id)
            .values(
                key=literal("erased-") + Cart.id.cast(Characters),
                open=False,
                closed_at=func.coalesce(Cart.closed_at, Cart.last_activity_at),
            )
        )
        return told.rowcount + kept.rowcount  # type: ignore[attr-defined,no-any-return]

    def exported(self, session: Session, customer_id: int) -> Mapping[str, Any]:
        """Events, carts and orders."""
        orders = session.scalars(
            select(Order).where(Order.customer_id == customer_id).order_by(Order.placed_at)
        )
        cart_ids = session.scalars(select(Cart.id).where(Cart.customer_id == customer_id)).all()
        return {
            "events": list(_events(session, customer_id)),
            "carts": [
                {
                    "id": cart.id,
                    "open": cart.open,
                    "last_activity_at": cart.last_activity_at.isoformat(),
                    "items": [
                        {"product": line.product.external_id, "quantity": line.quantity}
                        for line in cart.lines
                    ],
                }
                for cart in carts.load(session, cart_ids).values()
            ],
            "orders": [
                {
                    "order": order.key,
                    "placed_at": order.placed_at.isoformat(),
                    "value": order.value,
                    "currency": order.currency,
                    "refunded": order.refunded,
                }
                for order in orders
            ],
        }


def _events(session: Session, customer_id: int) -> Iterator[dict[str, Any]]:
    ids = session.scalars(
        select(Event.id).where(Event.customer_id == customer_id).order_by(Event.occurred_at)
    ).all()
    for portion in chunks(ids, 1000):
        for event in reading.load(session, portion):
            yield {
                "name": event.name,
                "occurred_at": event.occurred_at.isoformat(),
                "value": event.value,
                "currency": event.currency,
                "order": event.order_id,
                "properties": dict(event.properties),
                "items": [
                    {"product": item.product_id, "quantity": item.quantity, "price": item.price}
                    for item in event.items
                ],
            }
