"""Comparisons of a named value with a constant."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from marshmallow import ValidationError, fields, validate, validates_schema

from growthcore.api.schema import ParamsSchema, labelled
from growthcore.api.text import Text

OPERATORS: Final[Mapping[str, Text]] = {
    "=": Text("같음", "is"),
    "!=": Text("다름", "is not"),
    ">": Text("초과", "is more than"),
    ">=": Text("이상", "is at least"),
    "<": Text("미만", "is less than"),
    "<=": Text("이하", "is at most"),
    "in": Text("다음 중 하나", "is one of"),
    "contains": Text("포함", "contains"),
    "exists": Text("값 있음", "is known"),
}
"""What may stand between a property or attribute and its value. ``!=`` is true of a missing value
only where ``exists`` is; text compares by code point, numbers and ISO dates by size."""


@dataclass(frozen=True)
class PropertyFilter:
    """``property operator value``, for example ``color = red``."""

    property: str
    operator: str
    value: Any = None


class ValueField(fields.Field[Any]):
    """Text, a number, true or false, or a list of up to 1,000 of them for ``in``."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        if isinstance(value, list):
            if not 1 <= len(value) <= 1000:
                raise ValidationError("Give between 1 and 1,000 values.")
            return [self._scalar(part) for part in value]
        return self._scalar(value)

    @staticmethod
    def _scalar(value: Any) -> str | int | float | bool:
        if isinstance(value, str) and len(value) <= 500:
            return value
        if isinstance(value, bool | int | float) and abs(value) < 1e15:
            return value
        raise ValidationError("Give text of up to 500 characters, a number, true or false.")


class ComparisonSchema(ParamsSchema):
    """Base of schemas that hold ``operator`` and ``value``: checks that the two go together."""

    operator = fields.String(
        load_default="=",
        validate=validate.OneOf(list(OPERATORS)),
        metadata=labelled(Text("비교", "Comparison"), choices=OPERATORS),
    )
    value = ValueField(metadata=labelled(Text("값", "Value")))

    @validates_schema
    def _goes_together(self, data: Mapping[str, Any], **kwargs: Any) -> None:
        operator, value = data["operator"], data.get("value")
        if operator == "exists":
            return
        if value is None:
            raise ValidationError("Give the value to compare with.", "value")
        if (operator == "in") != isinstance(value, list):
            raise ValidationError('Give a list with "in", a single value otherwise.', "value")
        if operator == "contains" and not isinstance(value, str):
            raise ValidationError("Only text can be contained.", "value")


class PropertyFilterSchema(ComparisonSchema):
    """One filter on an event's properties."""

    property = fields.String(
        required=True,
        validate=validate.Regexp(r"^[A-Za-z_][A-Za-z0-9_]{0,49}\Z"),
        metadata=labelled(Text("속성", "Property")),
    )

    class Meta(ComparisonSchema.Meta):
        fields = ("property", "operator", "value")


def property_filters(data: Mapping[str, Any]) -> list[PropertyFilter]:
    """The loaded ``filters`` of a params schema as values."""
    return [
        PropertyFilter(each["property"], each["operator"], each.get("value"))
        for each in data.get("filters", ())
    ]


def describe_comparison(name: str, operator: str, value: Any) -> Text:
    """``name operator value`` in words."""
    shown = ", ".join(map(str, value)) if isinstance(value, list) else value
    word = OPERATORS[operator]
    if operator == "exists":
        return Text(f"{name} {word.ko}", f"{name} {word.en}")
    return Text(f"{name} {shown} {word.ko}", f"{name} {word.en} {shown}")
