import pytest

from growthcore.api import Candidate, MessageClass, Suppress
from growthcore.testing.fakes import plugin_context
from growthcore.testing.packages import check_plugin
from growthcore.testing.values import START, FakeCarts, a_cart, a_customer, a_product
from growthcore_guard_sold_out.plugin import growthcore_before_send

IN_STOCK = a_product(1, stock=3)
UNKNOWN_STOCK = a_product(2, stock=None)
SOLD_OUT = a_product(3, stock=0)
HIDDEN = a_product(4, stock=3, hidden=True)


def candidate(message_id=1, cart_id=1):
    return Candidate(
        message_id=message_id,
        campaign_id=1,
        channel="file",
        message_class=MessageClass.ADVERTISING,
        customer=a_customer(),
        cart_id=cart_id,
        at=START,
    )


def vetoes(*candidates, carts=()):
    return growthcore_before_send(
        list(candidates), plugin_context("guard_sold_out", carts=FakeCarts(*carts))
    )


def test_the_package_is_in_order():
    check_plugin("guard_sold_out")


@pytest.mark.parametrize("products", [[SOLD_OUT], [HIDDEN], [SOLD_OUT, HIDDEN]])
def test_a_cart_of_which_nothing_can_be_bought_is_vetoed(products):
    assert vetoes(candidate(), carts=[a_cart(products=products)]) == {1: Suppress("sold_out")}


@pytest.mark.parametrize("products", [[IN_STOCK], [UNKNOWN_STOCK], [SOLD_OUT, IN_STOCK], []])
def test_a_cart_of_which_something_can_be_bought_is_not(products):
    assert vetoes(candidate(), carts=[a_cart(products=products)]) == {}


def test_messages_without_a_cart_or_with_an_unknown_one_are_left_alone():
    assert vetoes(candidate(1, None), candidate(2, 404)) == {}


def test_each_message_is_judged_by_its_own_cart():
    carts = [a_cart(1, products=[SOLD_OUT]), a_cart(2, products=[IN_STOCK])]
    assert set(vetoes(candidate(11, 1), candidate(12, 2), carts=carts)) == {11}
