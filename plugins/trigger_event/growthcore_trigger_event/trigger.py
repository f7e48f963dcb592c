"""The trigger."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any, Final

from marshmallow import fields, validate

from growthcore.api import (
    Event,
    EventName,
    Occasion,
    ParamsSchema,
    PropertyFilterSchema,
    Text,
    Trigger,
    TriggerPorts,
    describe_comparison,
    labelled,
    property_filters,
)
from growthcore_trigger_event.matching import passes

_OFTEN: Final[Mapping[str, Text]] = {
    "event": Text("발생할 때마다", "every time"),
    "order": Text("주문당 한 번", "once an order"),
    "customer": Text("고객당 한 번", "once a customer"),
}
_LONGEST_ORDER = 60


class Params(ParamsSchema):
    """Which event, and how often."""

    event = EventName(required=True, metadata=labelled(Text("이벤트", "Event")))
    filters = fields.List(
        fields.Nested(PropertyFilterSchema, metadata=labelled(Text("조건", "Filter"))),
        load_default=list,
        validate=validate.Length(max=10),
        metadata=labelled(
            Text("속성 조건", "Property filters"),
            Text("모든 조건을 만족하는 이벤트만 해당합니다.", "All of them must hold."),
        ),
    )
    key = fields.String(
        load_default="event",
        validate=validate.OneOf(list(_OFTEN)),
        metadata=labelled(Text("진입 횟수", "How often"), choices=_OFTEN),
    )


class EventTrigger(Trigger):
    """A customer enters when an event happens, at the time it occurred."""

    id = "event"
    title = Text("이벤트 발생", "An event happens")
    Params = Params

    def listens_to(self, params: Mapping[str, Any]) -> frozenset[str]:
        return frozenset({params["event"]})

    def match(
        self, event: Event, params: Mapping[str, Any], ports: TriggerPorts
    ) -> Occasion | None:
        """The occasion, unless the customer or the order asked for is unknown."""
        key = _key(event, params["key"])
        if event.customer_id is None or key is None or event.name != params["event"]:
            return None
        if not all(passes(each, event.properties) for each in property_filters(params)):
            return None
        return Occasion(
            key=key, customer_id=event.customer_id, at=event.occurred_at, cart_id=event.cart_id
        )

    def describe(self, params: Mapping[str, Any]) -> Text:
        told = [
            describe_comparison(each.property, each.operator, each.value)
            for each in property_filters(params)
        ]
        often = _OFTEN[params["key"]]
        ko = "".join(f", {text.ko}" for text in told)
        en = "".join(f", {text.en}" for text in told)
        return Text(
            f"‘{params['event']}’ 이벤트가 발생하면{ko} ({often.ko})",
            f"when “{params['event']}” happens{en} ({often.en})",
        )


def _key(event: Event, often: str) -> str | None:
    """What makes the occasion one, or None when the event does not say."""
    if often == "customer":
        return f"customer:{event.customer_id}"
    if often == "event":
        return f"event:{event.id}"
    if event.order_id is None:
        return None
    order = event.order_id
    if len(order) > _LONGEST_ORDER:
        order = hashlib.sha256(order.encode()).hexdigest()[:32]
    return f"order:{order}"
