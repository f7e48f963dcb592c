"""The condition."""

from __future__ import annotations

import operator as operators
from collections.abc import Callable, Mapping
from typing import Any, Final

from marshmallow import ValidationError, fields, validate, validates_schema
from sqlalchemy import ColumnElement, Select, func

from growthcore.api import (
    Condition,
    ConditionQuery,
    Members,
    ParamsSchema,
    Text,
    Window,
    WindowField,
    labelled,
)

_COMPARE: Final[Mapping[str, Callable[[Any, Any], Any]]] = {
    ">=": operators.ge,
    ">": operators.gt,
    "=": operators.eq,
    "<=": operators.le,
    "<": operators.lt,
    "!=": operators.ne,
}
_OPPOSITE: Final = {">=": "<", "<": ">=", ">": "<=", "<=": ">", "=": "!=", "!=": "="}
_OPERATORS: Final[Mapping[str, Text]] = {
    ">=": Text("이상", "at least"),
    ">": Text("초과", "more than"),
    "=": Text("정확히", "exactly"),
    "<=": Text("이하", "at most"),
    "<": Text("미만", "less than"),
    "!=": Text("아님", "anything but"),
}


class Params(ParamsSchema):
    """How much, when, and of what."""

    operator = fields.String(
        load_default=">=",
        validate=validate.OneOf(list(_OPERATORS)),
        metadata=labelled(Text("비교", "Comparison"), choices=_OPERATORS),
    )
    amount = fields.Integer(
        strict=True,
        required=True,
        validate=validate.Range(0, 10**15),
        metadata=labelled(
            Text("금액", "Amount"),
            Text(
                "통화의 최소 단위입니다. 원화는 원, 달러는 센트입니다.",
                "In the currency's smallest unit: won as they are, dollars in cents.",
            ),
        ),
    )
    within = WindowField(
        load_default=Window(),
        metadata=labelled(
            Text("기간", "When"),
            Text("비워 두면 전체 기간입니다.", "All time when it is left out."),
        ),
    )
    category = fields.String(
        validate=validate.Length(1, 300),
        metadata=labelled(
            Text("카테고리", "Category"),
            Text(
                "경로로 씁니다(여성/상의). 하위 카테고리를 포함합니다.",
                "By its path (women/tops). Categories below it count too.",
            ),
        ),
    )
    product = fields.String(
        validate=validate.Length(1, 100),
        metadata=labelled(
            Text("상품 번호", "Product id"), Text("쇼핑몰의 상품 번호", "The shop's own")
        ),
    )

    @validates_schema
    def _of_one_thing(self, data: Mapping[str, Any], **kwargs: Any) -> None:
        if "category" in data and "product" in data:
            raise ValidationError("Give a category or a product, not both.", "product")


class PurchaseValue(Condition):
    """How much a customer bought; 0 for one who bought nothing. Refunds are not taken off."""

    id = "purchase_value"
    title = Text("구매 금액", "How much was bought")
    help = Text(
        "기간 안의 구매 금액 합계를 비교합니다. 환불은 빼지 않습니다.",
        "Compares the sum of a customer's purchases in a span of time; refunds are not taken off.",
    )
    Params = Params

    def members(self, query: ConditionQuery, params: Mapping[str, Any]) -> Members:
        """Those whose sum counts; everybody but those whose does not where buying nothing counts."""
        operator, amount = params["operator"], params["amount"]
        nothing_counts = _COMPARE[operator](0, amount)
        if nothing_counts:
            operator = _OPPOSITE[operator]
        rows, customer_id, value = _purchases(query, params)
        estimate = query.estimate(rows)
        total = func.coalesce(func.sum(value), 0)
        summed = rows.group_by(customer_id).having(_COMPARE[operator](total, amount))
        return Members(summed, nothing_counts, estimate)

    def describe(self, params: Mapping[str, Any]) -> Text:
        window, word = params["within"].describe(), _OPERATORS[params["operator"]]
        ko, en = _bought(params)
        shown = f"{params['amount']:,}"
        exact = params["operator"] == "="
        much = f"{word.ko} {shown}" if exact else f"{shown} {word.ko}"
        return Text(
            f"{window.ko} 동안 {ko}구매 금액 {much}",
            f"bought {en}for {word.en} {shown} {window.en}",
        )


def _purchases(
    query: ConditionQuery, params: Mapping[str, Any]
) -> tuple[Select[int], ColumnElement[Any], ColumnElement[Any]]:
    """The rows to sum, whose they are, and what each is worth: orders, or lines of one thing."""
    if "category" in params:
        kind = query.in_category(params["category"])
    elif "product" in params:
        kind = query.of_product(params["product"])
    else:
        orders = query.events("purchase", params["within"])
        return orders, query.event.c.customer_id, query.event.c.value
    lines = query.items("purchase", params["within"]).where(kind)
    return lines, query.item.c.customer_id, query.item.c.amount


def _bought(params: Mapping[str, Any]) -> tuple[str, str]:
    if "category" in params:
        return f"카테고리 ‘{params['category']}’ ", f"from “{params['category']}” "
    if "product" in params:
        return f"상품 ‘{params['product']}’ ", f"product “{params['product']}” "
    return "", ""
