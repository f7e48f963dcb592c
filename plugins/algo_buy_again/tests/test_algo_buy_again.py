from datetime import timedelta

from growthcore.api import RecommendRequest
from growthcore.testing.algorithms import algorithm_conformance
from growthcore.testing.fakes import context_for
from growthcore.testing.interactions import FakeHistory, FakeInteractions, Line
from growthcore.testing.packages import check_plugin
from growthcore.testing.values import START
from growthcore_algo_buy_again.algorithm import BuyAgain


@algorithm_conformance(BuyAgain)
def test_conformance(check):
    check()


def test_the_package_is_in_order():
    check_plugin("algo_buy_again")


def purchases(customer, *products, days=1):
    return [Line(customer, each, "purchase", START - timedelta(days=days)) for each in products]


def ask(lines, customer, *, cart=(), **params):
    algorithm = BuyAgain(context_for(BuyAgain))
    loaded = algorithm.Params().load(params)
    lines = sorted(lines, key=lambda line: line.at)
    request = RecommendRequest(
        at=START, limit=10, params=loaded, artifact=algorithm.fit(FakeInteractions(lines), loaded),
        customer_id=customer, cart=cart, history=FakeHistory(lines),
    )  # fmt: skip
    return [each.product_id for each in algorithm.recommend(request)]


def test_often_and_lately_comes_first():
    lines = [*purchases(1, 5, 5, 6), *purchases(1, 7, 7, days=200)]
    assert ask(lines, 1, again=0) == [5, 6, 7]


def test_what_others_buy_again_comes_before_what_is_bought_once():
    lines = [*purchases(1, 5, 6)]
    for other in range(2, 40):
        lines += purchases(other, 5, 5, 6)
    assert ask(lines, 1) == [5, 6]
    assert ask(lines, 1, again=0) == [6, 5]


def test_what_lies_in_the_cart_already_is_not_named_again():
    assert ask(purchases(1, 5, 6), 1, cart=[6]) == [5]


def test_others_purchases_are_not_ones_own():
    assert ask(purchases(1, 5), 2) == []
