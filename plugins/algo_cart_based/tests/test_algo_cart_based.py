from datetime import timedelta

import pytest

from growthcore.api import RecommendRequest
from growthcore.testing.algorithms import algorithm_conformance
from growthcore.testing.fakes import context_for
from growthcore.testing.interactions import FakeHistory, FakeInteractions, Line
from growthcore.testing.packages import check_plugin
from growthcore.testing.values import START
from growthcore_algo_cart_based.algorithm import CartBased
from growthcore_algo_cart_based.schema import Params


def orders(*baskets, ago=timedelta(days=1)):
    """An order for each basket, by customer 1, 2, 3 …"""
    return [
        Line(number, product, "purchase", START - ago, order=number)
        for number, basket in enumerate(baskets, start=1)
        for product in basket
    ]


# Everybody buys from orders of three and more, as in a shop where carts say something.
PAST = orders(*[(n % 6 + 1, (n + 1) % 6 + 1, n % 3 + 7) for n in range(24)])


@algorithm_conformance(CartBased, past=PAST)
def test_conformance(check):
    check()


def test_the_package_is_in_order():
    check_plugin("algo_cart_based")


def ask(lines, cart, *, categories=None, customer=None, **params):
    algorithm = CartBased(context_for(CartBased))
    loaded = Params().load(params)
    artifact = algorithm.fit(FakeInteractions(lines, category_of=categories or {}), loaded)
    request = RecommendRequest(
        at=START, limit=10, params=loaded, artifact=artifact, cart=cart, customer_id=customer,
        history=FakeHistory(lines),
    )  # fmt: skip
    return [(each.product_id, each.reason) for each in algorithm.recommend(request)]


def test_what_goes_with_the_whole_cart_comes_before_what_goes_with_a_part():
    lines = orders((1, 2, 3), (1, 2, 3), (1, 4), (1, 4), (2, 5), (2, 5))
    assert ask(lines, [1, 2])[0] == (3, "goes_with_cart")


def test_a_stand_in_of_the_same_category_is_left_out():
    """Two cameras met in one order of many; a lens goes with each."""
    lines = orders((1, 2, 9), *[(1, 9)] * 10, *[(2, 9)] * 10)
    found = ask(lines, [1], categories={1: 5, 2: 5, 9: 6})
    assert [product for product, _ in found] == [9]
    assert [product for product, _ in ask(lines, [1], categories={1: 5, 2: 4, 9: 6})] == [9, 2]


def test_what_the_customer_keeps_buying_is_added_unless_it_is_to_be_left_out():
    lines = orders((8, 6), (8, 6), (1, 2), (1, 2))
    assert (8, "bought_before") in ask(lines, [1], customer=1)
    assert (8, "bought_before") not in ask(lines, [1], customer=1, habit=0)
    assert not {8, 6} & dict(ask(lines, [1, 2], customer=1, leave_out_bought=True)).keys()


@pytest.mark.parametrize("field", ["days", "popularity", "habit"])
def test_params_out_of_range_are_refused(field):
    assert Params().validate({field: -1})
