from datetime import timedelta

from growthcore.api import RecommendRequest
from growthcore.testing.algorithms import algorithm_conformance
from growthcore.testing.fakes import context_for
from growthcore.testing.interactions import FakeHistory, FakeInteractions, Line
from growthcore.testing.packages import check_plugin
from growthcore.testing.values import START
from growthcore_algo_viewed_together.algorithm import BoughtTogether, ViewedTogether


def visits(*seen, event="view_item", pause=timedelta(minutes=1)):
    """What customers 1, 2, 3 … looked at yesterday, one product after the other."""
    begin = START - timedelta(days=1)
    return sorted(
        (
            Line(number, product, event, begin + place * pause, order=number)
            for number, products in enumerate(seen, start=1)
            for place, product in enumerate(products)
        ),
        key=lambda line: line.at,
    )


PAIRS = [(n % 6 + 1, (n + 1) % 6 + 1, (n + 3) % 6 + 1) for n in range(24)]


@algorithm_conformance(ViewedTogether, past=visits(*PAIRS))
def test_conformance_viewed(check):
    check()


@algorithm_conformance(BoughtTogether, past=visits(*PAIRS, event="purchase"))
def test_conformance_bought(check):
    check()


def test_the_package_is_in_order():
    check_plugin("algo_viewed_together")


def ask(cls, lines, *, product=None, cart=(), **params):
    algorithm = cls(context_for(cls))
    loaded = algorithm.Params().load(params)
    request = RecommendRequest(
        at=START, limit=10, params=loaded, artifact=algorithm.fit(FakeInteractions(lines), loaded),
        product_id=product, cart=cart, history=FakeHistory(),
    )  # fmt: skip
    return [each.product_id for each in algorithm.recommend(request)]


def test_what_shares_most_visits_comes_first():
    lines = visits((1, 2), (1, 2), (1, 2), (1, 3), (3, 4), (2, 4))
    assert ask(ViewedTogether, lines, product=1) == [2, 3]


def test_a_long_pause_begins_another_visit():
    lines = visits((1, 2), (1, 2), pause=timedelta(minutes=31))
    assert ask(ViewedTogether, lines, product=1) == []
    assert ask(ViewedTogether, lines, product=1, gap_minutes=60) == [2]


def test_orders_count_whatever_was_looked_at():
    lines = visits((1, 2), (1, 2)) + visits((1, 3), event="purchase")
    assert ask(BoughtTogether, lines, product=1) == [3]


def test_without_a_product_the_cart_is_asked_about():
    lines = visits((1, 2), (1, 2), (3, 4), (3, 4))
    assert sorted(ask(ViewedTogether, lines, cart=[1, 3])) == [2, 4]


def test_a_few_meetings_of_rare_products_do_not_beat_many():
    lines = visits((1, 9), *[(1, 2)] * 20, *[(2, 5)] * 5, *[(1, 6)] * 5)
    assert ask(ViewedTogether, lines, product=1, shrink=10)[0] == 2
