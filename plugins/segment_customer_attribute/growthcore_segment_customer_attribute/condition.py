"""The condition."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from marshmallow import fields, validate

from growthcore.api import (
    ComparisonSchema,
    Condition,
    ConditionQuery,
    Members,
    Text,
    describe_comparison,
    labelled,
)

_LABELS: Final[Mapping[str, Text]] = {
    "name": Text("이름", "name"),
    "locale": Text("언어", "locale"),
    "grade": Text("등급", "grade"),
    "points": Text("적립금", "points"),
    "birthday": Text("생일", "birthday"),
}


class Params(ComparisonSchema):
    """Which attribute, and what to compare it with."""

    attribute = fields.String(
        required=True,
        validate=validate.Regexp(
            r"[A-Za-z_][A-Za-z0-9_]{0,49}\Z",
            error="An attribute's name has 1-50 letters, digits or _, not beginning with a digit.",
        ),
        metadata=labelled(Text("속성", "Attribute")),
    )

    class Meta(ComparisonSchema.Meta):
        fields = ("attribute", "operator", "value")


class CustomerAttribute(Condition):
    """What is known of a customer. Only customers who have the attribute can meet it."""

    id = "customer_attribute"
    title = Text("고객 속성", "Customer attribute")
    help = Text(
        "등급, 생일, 이름(name), 언어(locale) 등 고객 속성을 비교합니다.",
        "Compares an attribute of the customer: grade, birthday, name, locale and others.",
    )
    Params = Params

    def members(self, query: ConditionQuery, params: Mapping[str, Any]) -> Members:
        """Those whose attribute compares so."""
        found = query.attribute(params["attribute"], params["operator"], params.get("value"))
        return Members(found, estimate=query.estimate(found))

    def describe(self, params: Mapping[str, Any]) -> Text:
        name = params["attribute"]
        label = _LABELS.get(name) or Text(name, name)
        told = (params["operator"], params.get("value"))
        return Text(
            describe_comparison(label.ko, *told).ko, describe_comparison(label.en, *told).en
        )
