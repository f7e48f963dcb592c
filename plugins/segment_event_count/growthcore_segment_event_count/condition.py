"""The condition."""

from __future__ import annotations

import operator as operators
from collections.abc import Callable, Mapping
from typing import Any, Final

from marshmallow import fields, validate
from sqlalchemy import func

from growthcore.api import (
    Condition,
    ConditionQuery,
    EventName,
    Members,
    ParamsSchema,
    PropertyFilterSchema,
    Text,
    Window,
    WindowField,
    describe_comparison,
    labelled,
    property_filters,
)
from growthcore_segment_event_count.words import how_often, what_was_done

_COMPARE: Final[Mapping[str, Callable[[Any, Any], Any]]] = {
    ">=": operators.ge,
    ">": operators.gt,
    "=": operators.eq,
    "<=": operators.le,
    "<": operators.lt,
    "!=": operators.ne,
}
_OPPOSITE: Final = {">=": "<", "<": ">=", ">": "<=", "<=": ">", "=": "!=", "!=": "="}
_EVER: Final = {(">=", 1), (">", 0), ("!=", 0)}
_OPERATORS: Final[Mapping[str, Text]] = {
    ">=": Text("이상", "at least"),
    ">": Text("초과", "more than"),
    "=": Text("정확히", "exactly"),
    "<=": Text("이하", "at most"),
    "<": Text("미만", "less than"),
    "!=": Text("아님", "not"),
}


class Params(ParamsSchema):
    """Which event, how often, and when."""

    event = EventName(required=True, metadata=labelled(Text("이벤트", "Event")))
    operator = fields.String(
        load_default=">=",
        validate=validate.OneOf(list(_OPERATORS)),
        metadata=labelled(Text("비교", "Comparison"), choices=_OPERATORS),
    )
    count = fields.Integer(
        strict=True,
        load_default=1,
        validate=validate.Range(0, 1_000_000),
        metadata=labelled(Text("횟수", "Times")),
    )
    within = WindowField(
        load_default=Window(),
        metadata=labelled(
            Text("기간", "When"),
            Text("비워 두면 전체 기간입니다.", "All time when it is left out."),
        ),
    )
    filters = fields.List(
        fields.Nested(PropertyFilterSchema, metadata=labelled(Text("조건", "Filter"))),
        load_default=list,
        validate=validate.Length(max=10),
        metadata=labelled(
            Text("속성 조건", "Property filters"),
            Text("모든 조건을 만족하는 이벤트만 셉니다.", "Only events for which all hold count."),
        ),
    )


class EventCount(Condition):
    """How often a customer did something. Who never did is among those who did 0 times."""

    id = "event_count"
    title = Text("이벤트 횟수", "How often something was done")
    help = Text(
        "결제 시작, 구매 등 이벤트를 기간 안에 몇 번 했는지 비교합니다.",
        "Compares how often a customer did something, such as begin a checkout, in a span of time.",
    )
    Params = Params

    def members(self, query: ConditionQuery, params: Mapping[str, Any]) -> Members:
        """Those who did it and count; everybody but those where never doing it counts."""
        operator, count = params["operator"], params["count"]
        never_counts = _COMPARE[operator](0, count)
        if never_counts:
            operator = _OPPOSITE[operator]
        rows = query.events(params["event"], params["within"], property_filters(params))
        estimate = query.estimate(rows)
        if (operator, count) in _EVER:
            return Members(rows.distinct(), never_counts, estimate)
        counted = rows.group_by(query.event.c.customer_id).having(
            _COMPARE[operator](func.count(), count)
        )
        return Members(counted, never_counts, estimate)

    def describe(self, params: Mapping[str, Any]) -> Text:
        event, window = what_was_done(params["event"]), params["within"].describe()
        often = how_often(params["operator"], params["count"])
        told = [
            describe_comparison(each.property, each.operator, each.value)
            for each in property_filters(params)
        ]
        ko = f" ({', '.join(text.ko for text in told)})" if told else ""
        en = f" ({', '.join(text.en for text in told)})" if told else ""
        if often.en == "never":
            return Text(
                f"{window.ko} 동안 {event.ko}{ko} 없음", f"never {event.en}{en} {window.en}"
            )
        return Text(
            f"{window.ko} 동안 {event.ko}{ko} {often.ko}",
            f"{event.en}{en} {often.en} {window.en}",
        )
