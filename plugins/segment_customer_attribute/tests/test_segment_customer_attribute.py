import pytest
from marshmallow import ValidationError

from growthcore.testing.conditions import condition_conformance
from growthcore.testing.fakes import context_for
from growthcore.testing.packages import check_plugin
from growthcore_segment_customer_attribute.condition import CustomerAttribute


def described(**params):
    condition = CustomerAttribute(context_for(CustomerAttribute))
    text = condition.describe(condition.Params().load(params))
    return text.ko, text.en


@condition_conformance(
    CustomerAttribute,
    samples=[
        {"attribute": "vip", "operator": "=", "value": True},
        {"attribute": "vip", "operator": "exists"},
        {"attribute": "vip", "operator": "!=", "value": "no"},
        {"attribute": "tier", "operator": ">=", "value": 1_000},
        {"attribute": "tier", "operator": "in", "value": ["a", 2]},
        {"attribute": "tier", "operator": "contains", "value": "VI"},
    ],
)
def test_conformance(check):
    check()


def test_the_package_is_in_order():
    check_plugin("segment_customer_attribute")


@pytest.mark.parametrize(
    ("params", "ko", "en"),
    [
        ({"attribute": "grade", "value": "VIP"}, "등급 VIP 같음", "grade is VIP"),
        (
            {"attribute": "points", "operator": ">=", "value": 1000},
            "적립금 1000 이상",
            "points is at least 1000",
        ),
        ({"attribute": "size", "operator": "exists"}, "size 값 있음", "size is known"),
        (
            {"attribute": "locale", "operator": "in", "value": ["ko", "en"]},
            "언어 ko, en 다음 중 하나",
            "locale is one of ko, en",
        ),
    ],
)
def test_the_sentence_names_attribute_comparison_and_value(params, ko, en):
    assert described(**params) == (ko, en)


@pytest.mark.parametrize(
    "wrong",
    [
        {"value": "VIP"},
        {"attribute": "1st", "value": "VIP"},
        {"attribute": "grade"},
        {"attribute": "grade", "operator": "in", "value": "VIP"},
        {"attribute": "grade", "operator": "like", "value": "VIP"},
    ],
)
def test_params_that_make_no_sense_are_refused(wrong):
    with pytest.raises(ValidationError):
        CustomerAttribute.Params().load(wrong)
