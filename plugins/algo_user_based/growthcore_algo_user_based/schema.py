"""What a person fills in when a model uses one of the algorithms."""

from __future__ import annotations

from marshmallow import ValidationError, fields, validate, validates_schema

from growthcore.api import ParamsSchema, Text, labelled

_MODELS = {
    "auto": Text("자동", "By itself"),
    "closed_form": Text("닫힌 식 (EASE)", "Closed form (EASE)"),
    "item_item": Text("상품 간 유사도", "Neighbours"),
    "factors": Text("행렬 분해 (ALS)", "Factors (ALS)"),
}


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


def _weight(default: float, label: Text) -> fields.Float:
    told = "Give a number from 0 to 1."
    limits = validate.Range(min=0, max=1, error=told)
    return fields.Float(
        load_default=default, allow_nan=False, validate=limits, metadata=labelled(label)
    )


class Params(ParamsSchema):
    """What is learnt from, and how."""

    days = _whole(365, 7, 1000, Text("학습 기간(일)", "Days"))
    view = _weight(0.3, Text("상품 조회 가중치", "Weight of a view"))
    cart = _weight(0.6, Text("장바구니 담기 가중치", "Weight of a cart"))
    purchase = _weight(1.0, Text("구매 가중치", "Weight of a purchase"))
    half_life_days = _number(
        60.0,
        1,
        3650,
        Text("반감기(일)", "Half-life (days)"),
        Text(
            "이만큼 지난 행동은 최근 행동보다 덜 셉니다. 오래된 취향도 절반은 남습니다.",
            "What happened so long ago counts less; at least half of it stays.",
        ),
    )
    popular = _number(
        0.4, 0, 5, Text("인기 반영", "Weight of popularity"),
        Text("최근 인기를 얼마나 더할지 정합니다.", "How much popularity of late is added."),
    )  # fmt: skip
    popular_days = _whole(28, 1, 365, Text("인기 집계 기간(일)", "Days of popularity"))
    regularisation = _number(
        350.0, 1, 100_000, Text("정규화", "Regularisation"),
        Text("클수록 조심스럽게 배웁니다.", "The greater, the more careful."),
    )  # fmt: skip
    least_people = _whole(
        5, 1, 1000, Text("최소 고객 수", "Least people"),
        Text("이보다 적은 고객이 아는 상품은 배우지 않습니다.", "Products fewer people know are left out."),
    )  # fmt: skip
    model = fields.String(
        load_default="auto",
        validate=validate.OneOf(list(_MODELS)),
        metadata=labelled(Text("학습 방법", "Method"), choices=_MODELS),
    )
    most_items = _whole(
        10_000, 100, 50_000, Text("닫힌 식의 최대 상품 수", "Most products of the closed form"),
        Text(
            "메모리는 상품 수의 제곱에 비례합니다(10,000개에 약 1.2GB).",
            "Memory grows with its square: about 1.2 GB for 10,000.",
        ),
    )  # fmt: skip
    length = _whole(60, 10, 500, Text("목록 길이", "Length of a list"))
    gpu = fields.Boolean(
        load_default=False,
        metadata=labelled(
            Text("GPU 사용", "Use a GPU"),
            Text(
                "행렬 분해를 GPU가 있으면 거기에서 배웁니다.",
                "Learns factors on a GPU if there is one.",
            ),
        ),
    )

    @validates_schema
    def _something_counts(self, data: dict[str, float], **kwargs: object) -> None:
        if not any(data.get(name, 1) for name in ("view", "cart", "purchase")):
            raise ValidationError("At least one weight must be above 0.", "view")
