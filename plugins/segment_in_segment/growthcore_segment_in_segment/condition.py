"""The condition."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import fields, validate

from growthcore.api import Condition, ConditionQuery, Members, ParamsSchema, Text, labelled


class Params(ParamsSchema):
    """Which segment."""

    segment_id = fields.Integer(
        strict=True,
        required=True,
        validate=validate.Range(1, 2**53),
        metadata=labelled(
            Text("세그먼트", "Segment"), Text("세그먼트 번호", "The segment's number")
        ),
    )


class InSegment(Condition):
    """Being in another saved segment, as that one is defined at the moment of asking."""

    id = "in_segment"
    title = Text("다른 세그먼트", "Another segment")
    help = Text(
        "저장된 다른 세그먼트에 속한 고객입니다. 제외하려면 ‘제외’로 감쌉니다.",
        "The members of another saved segment; negate it to leave them out.",
    )
    Params = Params

    def members(self, query: ConditionQuery, params: Mapping[str, Any]) -> Members:
        """The other segment's members."""
        return query.segment(params["segment_id"])

    def describe(self, params: Mapping[str, Any]) -> Text:
        number = params["segment_id"]
        return Text(f"세그먼트 {number}에 속함", f"is in segment {number}")
