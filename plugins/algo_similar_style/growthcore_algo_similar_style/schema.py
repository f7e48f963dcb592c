"""What a person fills in when a model uses the algorithm."""

from __future__ import annotations

from marshmallow import fields, validate

from growthcore.api import ParamsSchema, Text, labelled


def _weight(default: float, ko: str, en: str) -> fields.Float:
    return fields.Float(
        load_default=default,
        allow_nan=False,
        validate=validate.Range(min=0, max=10, error="Give a number from 0 to 10."),
        metadata=labelled(
            Text(f"{ko} 가중치", f"Weight of {en}"),
            Text("0이면 보지 않습니다.", "0: not looked at."),
        ),
    )


class Params(ParamsSchema):
    """What makes two products alike."""

    text = _weight(1.0, "상품명", "the name")
    category = _weight(2.0, "카테고리", "the category")
    brand = _weight(1.0, "브랜드", "the brand")
    attributes = _weight(1.0, "속성", "attributes")
    price = _weight(0.5, "가격대", "the price band")
    neighbours = fields.Integer(
        load_default=50,
        strict=True,
        validate=validate.Range(min=5, max=200, error="Give a number from 5 to 200."),
        metadata=labelled(
            Text("상품당 이웃 수", "Neighbours of a product"),
            Text("많을수록 크고 느립니다.", "More are larger and slower."),
        ),
    )
