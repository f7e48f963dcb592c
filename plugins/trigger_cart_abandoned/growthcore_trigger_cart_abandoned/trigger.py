"""The trigger. It asks the cart as it stands, never the event: events come late and out of order."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from marshmallow import fields, validate

from growthcore.api import (
    WANTED,
    Cart,
    DurationField,
    Event,
    Occasion,
    ParamsSchema,
    Text,
    Trigger,
    TriggerPorts,
    Wanted,
    Window,
    labelled,
)

_EVENTS: Final = frozenset({"add_to_cart", "remove_from_cart", "view_cart", "begin_checkout"})


class Params(ParamsSchema):
    """How long a cart is left alone, and which carts matter."""

    idle = DurationField(
        load_default=timedelta(hours=1),
        # The core closes a cart after 30 idle days.
        validate=validate.Range(
            timedelta(minutes=1),
            timedelta(days=29),
            error="Give between 1 minute and 29 days.",
        ),
        metadata=labelled(
            Text("이탈 기준 시간", "Left alone for"),
            Text("마지막 장바구니 활동부터 셉니다.", "Counted from the last activity in the cart."),
        ),
    )
    minimum = fields.Integer(
        load_default=None,
        allow_none=True,
        strict=True,
        validate=validate.Range(min=1),
        metadata=labelled(
            Text("최소 금액", "Least value"),
            Text(
                "통화의 최소 단위. 원화는 원입니다. 비워 두면 모든 장바구니.",
                "In minor units: won, cents. Empty: every cart.",
            ),
        ),
    )


class CartAbandoned(Trigger):
    """A customer enters when nothing has happened in an open cart for a while, once a cart."""

    id = "cart_abandoned"
    title = Text("장바구니 이탈", "Cart abandoned")
    Params = Params

    def listens_to(self, params: Mapping[str, Any]) -> frozenset[str]:
        return _EVENTS

    def match(
        self, event: Event, params: Mapping[str, Any], ports: TriggerPorts
    ) -> Occasion | None:
        """The occasion of the event's cart, which moves with every further activity."""
        cart = ports.carts.get(event.cart_id) if event.cart_id is not None else None
        if event.name not in _EVENTS or cart is None or cart.customer_id is None:
            return None
        if _lost(cart, params):
            return None
        return Occasion(
            key=f"cart:{cart.id}",
            customer_id=cart.customer_id,
            at=cart.last_activity_at + params["idle"],
            cart_id=cart.id,
        )

    def still_wanted(
        self, occasion: Occasion, params: Mapping[str, Any], ports: TriggerPorts, now: datetime
    ) -> Wanted:
        """Drop what was bought or emptied meanwhile; put off what somebody is still busy with."""
        cart = ports.carts.get(occasion.cart_id) if occasion.cart_id is not None else None
        if cart is None or cart.customer_id != occasion.customer_id:
            return Wanted(dropped="cart_closed")
        if lost := _lost(cart, params):
            return Wanted(dropped=lost)
        due = cart.last_activity_at + params["idle"]
        return Wanted(until=due) if due > now else WANTED

    def describe(self, params: Mapping[str, Any]) -> Text:
        idle = Window(length=params["idle"]).describe()
        least = params["minimum"]
        return Text(
            f"{idle.ko} 동안 장바구니 활동이 없으면"
            + (f" (장바구니 금액 {least:,} 이상)" if least else ""),
            f"when nothing happened in a cart {idle.en}"
            + (f", for carts worth {least:,} or more" if least else ""),
        )


def _lost(cart: Cart, params: Mapping[str, Any]) -> str | None:
    """Why the cart is none to remind of, or None when it is one."""
    if not cart.open or not cart.lines:
        return "cart_closed"
    if params["minimum"] and _value(cart) < params["minimum"]:
        return "cart_below_minimum"
    return None


def _value(cart: Cart) -> int:
    """What the cart is worth in minor units: what each line cost when put in, else costs now."""
    prices = (
        (line.quantity, next((p for p in (line.price, line.product.price) if p is not None), 0))
        for line in cart.lines
    )
    return sum(quantity * price for quantity, price in prices)
