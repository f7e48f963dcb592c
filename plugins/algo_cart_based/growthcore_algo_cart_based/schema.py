"""What a person fills in when a model uses the algorithm."""

from __future__ import annotations

from marshmallow import fields, validate

from growthcore.api import ParamsSchema, Text, labelled


def _number(
    default: float,
    least: float,
    most: float,
    label: Text,
    help: Text | None = None,  # noqa: A002
) -> fields.Float:
    told = f"Give a number from {least:,} to {most:,}."
    return fields.Float(
        load_default=default,
        allow_nan=False,
        validate=validate.Range(min=least, max=most, error=told),
        metadata=labelled(label, help),
    )


def _whole(
    default: int,
    least: int,
    most: int,
    label: Text,
    help: Text | None = None,  # noqa: A002
) -> fields.Integer:
    told = f"Give a number from {least:,} to {most:,}."
    return fields.Integer(
        load_default=default,
        strict=True,
        validate=validate.Range(min=least, max=most, error=told),
        metadata=labelled(label, help),
    )


class Params(ParamsSchema):
    """How baskets are counted, and how much the customer's habits matter."""

    days = _whole(
        365, 7, 1000, Text("학습 기간(일)", "Days"),
        Text("이 기간의 주문만 봅니다.", "Only orders of these days are looked at."),
    )  # fmt: skip
    half_life_days = _number(
        180.0, 1, 3650, Text("반감기(일)", "Half-life (days)"),
        Text("이만큼 지난 주문은 절반만 셉니다.", "An order so long ago counts half."),
    )  # fmt: skip
    neighbours = _whole(
        50, 5, 500, Text("상품당 이웃 수", "Neighbours of a product"),
        Text("많을수록 크고 느립니다.", "More are larger and slower."),
    )  # fmt: skip
    popularity = _number(
        0.6, 0.5, 1, Text("인기 반영", "Favour popular ones"),
        Text(
            "0.5는 드문 상품도 같게 보고, 1에 가까울수록 많이 팔리는 상품을 앞세웁니다.",
            "0.5 treats rare products alike; the nearer to 1, the more what sells much comes first.",
        ),
    )  # fmt: skip
    shrink = _number(
        0.0, 0, 1000, Text("우연 보정", "Against chance"),
        Text(
            "클수록 몇 번만 함께 팔린 상품을 덜 믿습니다.",
            "The greater, the less a few shared baskets count.",
        ),
    )  # fmt: skip
    habit = _number(
        1.0, 0, 10, Text("구매 습관 가중치", "Weight of habits"),
        Text(
            "고객이 자주 사던 상품을 얼마나 더할지 정합니다. 0이면 더하지 않습니다.",
            "How much what the customer keeps buying is added. 0: not at all.",
        ),
    )  # fmt: skip
    habit_half_life_days = _number(
        120.0, 1, 3650, Text("구매 습관 반감기(일)", "Half-life of habits (days)"),
    )  # fmt: skip
    leave_out_bought = fields.Boolean(
        load_default=False,
        metadata=labelled(
            Text("이미 구매한 상품 제외", "Leave out what was bought"),
            Text(
                "한 번 사면 다시 사지 않는 상품을 파는 쇼핑몰에 맞습니다.",
                "For shops whose products nobody buys twice.",
            ),
        ),
    )
