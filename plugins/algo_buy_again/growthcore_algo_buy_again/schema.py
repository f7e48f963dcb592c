"""What a person fills in when a model uses the algorithm."""

from __future__ import annotations

from marshmallow import fields, validate

from growthcore.api import ParamsSchema, Text, labelled


class Params(ParamsSchema):
    """How fast a habit is forgotten, and how much the habits of others say."""

    days = fields.Integer(
        load_default=365,
        strict=True,
        validate=validate.Range(min=7, max=1000, error="Give a number from 7 to 1,000."),
        metadata=labelled(
            Text("학습 기간(일)", "Days"),
            Text("다시 사는 비율을 세는 기간입니다.", "In which buying again is counted."),
        ),
    )
    again = fields.Float(
        load_default=0.5,
        allow_nan=False,
        validate=validate.Range(min=0, max=2, error="Give a number from 0 to 2."),
        metadata=labelled(
            Text("다시 사는 비율 반영", "Weight of buying again"),
            Text(
                "0이면 고객 자신의 구매만 봅니다. 클수록 많은 고객이 다시 사는 상품을 앞세웁니다.",
                "0: only the customer's own purchases. More: what many people buy again comes first.",
            ),
        ),
    )

    half_life_days = fields.Float(
        load_default=120.0,
        allow_nan=False,
        validate=validate.Range(min=1, max=3650, error="Give a number from 1 to 3,650."),
        metadata=labelled(
            Text("반감기(일)", "Half-life (days)"),
            Text("이만큼 지난 구매는 절반만 셉니다.", "A purchase so long ago counts half."),
        ),
    )
