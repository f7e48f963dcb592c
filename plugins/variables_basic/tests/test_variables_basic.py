import pytest

from growthcore.testing.fakes import context_for
from growthcore.testing.packages import check_plugin
from growthcore.testing.values import SHOP, a_customer
from growthcore_variables_basic.variables import VARIABLES

CUSTOMER = a_customer(attributes={"grade": "VIP", "points": 1200})


def values(name, *customers):
    (variable,) = [each for each in VARIABLES if each.id == name]
    return variable(context_for(variable)).values(customers, SHOP)


def test_the_package_is_in_order():
    check_plugin("variables_basic")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("NAME", "김하늘"),
        ("고객명", "김하늘"),
        ("USER_ID", "haneul1"),
        ("아이디", "haneul1"),
        ("EMAIL", "haneul1@example.com"),
        ("GRADE", "VIP"),
        ("등급", "VIP"),
        ("NOW_POINT", "1,200"),
        ("적립금", "1,200"),
        ("MALL_NAME", "고운옷장"),
        ("쇼핑몰명", "고운옷장"),
        ("MALL_URL", "https://shop.example"),
    ],
)
def test_a_variable_has_its_value(name, value):
    assert values(name, CUSTOMER) == {1: value}


@pytest.mark.parametrize(
    ("points", "shown"),
    [(0, "0"), (1234567.0, "1,234,567"), (0.5, "0.5"), ("1200P", "1200P"), (-3000, "-3,000")],
)
def test_points_are_shown_as_people_write_them(points, shown):
    assert values("NOW_POINT", a_customer(attributes={"points": points})) == {1: shown}


@pytest.mark.parametrize("points", [None, True, "", "  "])
def test_what_is_no_number_of_points_is_no_value(points):
    assert values("NOW_POINT", a_customer(attributes={"points": points})) == {}


def test_a_customer_without_a_value_has_none_and_costs_the_others_nothing():
    assert values("NAME", a_customer(1, name=None), a_customer(2, name=" "), a_customer(3)) == {
        3: "김하늘"
    }


@pytest.mark.parametrize("variable", VARIABLES, ids=lambda variable: variable.id)
def test_a_variable_is_described_in_both_languages(variable):
    for text in (variable.title, variable.sample):
        assert text.ko
        assert text.en
