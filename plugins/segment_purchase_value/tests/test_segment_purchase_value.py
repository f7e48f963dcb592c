import pytest
from marshmallow import ValidationError

from growthcore.testing.conditions import condition_conformance
from growthcore.testing.fakes import context_for
from growthcore.testing.packages import check_plugin
from growthcore_segment_purchase_value.condition import PurchaseValue


def described(**params):
    condition = PurchaseValue(context_for(PurchaseValue))
    text = condition.describe(condition.Params().load(params))
    return text.ko, text.en


@condition_conformance(
    PurchaseValue,
    samples=[
        {"operator": ">=", "amount": 40_000, "within": {"days": 30}},
        {"operator": "<", "amount": 40_000},
        {"operator": ">", "amount": 10_000, "category": "여성"},
        {"operator": "!=", "amount": 20_000, "product": "P1"},
        {"operator": ">=", "amount": 1, "category": "no such category"},
    ],
)
def test_conformance(check):
    check()


def test_the_package_is_in_order():
    check_plugin("segment_purchase_value")


@pytest.mark.parametrize(
    ("params", "ko", "en"),
    [
        (
            {"amount": 300_000, "within": {"days": 90}},
            "지난 90일 동안 구매 금액 300,000 이상",
            "bought for at least 300,000 in the last 90 days",
        ),
        (
            {"operator": "=", "amount": 0, "category": "여성/상의"},
            "전체 기간 동안 카테고리 ‘여성/상의’ 구매 금액 정확히 0",
            "bought from “여성/상의” for exactly 0 of all time",
        ),
        (
            {"operator": "<", "amount": 5_000, "product": "P1"},
            "전체 기간 동안 상품 ‘P1’ 구매 금액 5,000 미만",
            "bought product “P1” for less than 5,000 of all time",
        ),
    ],
)
def test_the_sentence_reads_as_people_speak(params, ko, en):
    assert described(**params) == (ko, en)


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"amount": -1},
        {"amount": 10**16},
        {"amount": 1, "category": ""},
        {"amount": 1, "category": "여성", "product": "P1"},
    ],
)
def test_params_that_make_no_sense_are_refused(wrong):
    with pytest.raises(ValidationError):
        PurchaseValue.Params().load(wrong)
