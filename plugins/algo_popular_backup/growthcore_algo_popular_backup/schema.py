"""What a person fills in when a model uses the algorithm."""

from __future__ import annotations

from marshmallow import ValidationError, fields, validate, validates_schema

from growthcore.api import ParamsSchema, Text, labelled


def _weight(default: float, ko: str, en: str) -> fields.Float:
    return fields.Float(
        load_default=default,
        allow_nan=False,
        validate=validate.Range(min=0, max=1000, error="Give a number from 0 to 1,000."),
        metadata=labelled(
            Text(f"{ko} 가중치", f"Weight of a {en}"),
            Text("0이면 세지 않습니다.", "0: not counted."),
        ),
    )


class Params(ParamsSchema):
    """How popularity is counted."""

    days = fields.Integer(
        load_default=28,
        strict=True,
        validate=validate.Range(min=1, max=400, error="Give 1 to 400 days."),
        metadata=labelled(
            Text("집계 기간(일)", "Days"),
            Text("이 기간의 행동만 셉니다.", "Only what happened within these days counts."),
        ),
    )
    half_life_days = fields.Float(
        load_default=14.0,
        allow_nan=False,
        validate=validate.Range(min=0.1, max=400, error="Give 0.1 to 400 days."),
        metadata=labelled(
            Text("반감기(일)", "Half-life (days)"),
            Text(
                "이만큼 지난 행동은 절반만 셉니다.",
                "What happened so long ago counts half as much as what happens now.",
            ),
        ),
    )
    view = _weight(1.0, "상품 조회", "view")
    cart = _weight(3.0, "장바구니 담기", "cart")
    purchase = _weight(5.0, "구매", "purchase")

    @validates_schema
    def _something_counts(self, data: dict[str, float], **kwargs: object) -> None:
        if not any(data.get(name, 1) for name in ("view", "cart", "purchase")):
            raise ValidationError("At least one weight must be above 0.", "view")
