"""What a person fills in when a model uses one of the algorithms."""

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


class _Params(ParamsSchema):
    half_life_days = _number(
        60.0, 1, 3650, Text("반감기(일)", "Half-life (days)"),
        Text("이만큼 지난 행동은 절반만 셉니다.", "What happened so long ago counts half."),
    )  # fmt: skip
    neighbours = _whole(
        50, 5, 500, Text("상품당 이웃 수", "Neighbours of a product"),
        Text("많을수록 크고 느립니다.", "More are larger and slower."),
    )  # fmt: skip
    popularity = _number(
        0.6, 0.5, 1, Text("인기 반영", "Favour popular ones"),
        Text(
            "0.5는 드문 상품도 같게 보고, 1에 가까울수록 인기 있는 상품을 앞세웁니다.",
            "0.5 treats rare products alike; the nearer to 1, the more popular ones come first.",
        ),
    )  # fmt: skip
    shrink = _number(
        2.0, 0, 1000, Text("우연 보정", "Against chance"),
        Text(
            "클수록 몇 번만 함께 나타난 상품을 덜 믿습니다.",
            "The greater, the less a few meetings count.",
        ),
    )  # fmt: skip


class ViewedParams(_Params):
    """How visits are counted."""

    days = _whole(
        90, 1, 1000, Text("학습 기간(일)", "Days"),
        Text("이 기간의 조회만 봅니다.", "Only views of these days are looked at."),
    )  # fmt: skip
    gap_minutes = _whole(
        30, 1, 1440, Text("방문 구분(분)", "Pause between visits (minutes)"),
        Text("이만큼 쉬면 새 방문으로 봅니다.", "After such a pause a new visit begins."),
    )  # fmt: skip


class BoughtParams(_Params):
    """How orders are counted."""

    days = _whole(
        365, 1, 1000, Text("학습 기간(일)", "Days"),
        Text("이 기간의 주문만 봅니다.", "Only orders of these days are looked at."),
    )  # fmt: skip
