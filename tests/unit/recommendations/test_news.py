"""What was kept and what happened since, together, teach the same as everything at once."""

from datetime import timedelta
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from growthcore.api import BASE
from growthcore.testing.fakes import context_for
from growthcore.testing.interactions import FakeInteractions, Line
from growthcore.testing.values import START
from growthcore_algo_cart_based.algorithm import CartBased
from growthcore_algo_popular_backup.algorithm import PopularBackup
from growthcore_algo_viewed_together.algorithm import BoughtTogether, ViewedTogether

ALGORITHMS = {
    PopularBackup: {"days": 3},
    ViewedTogether: {"days": 3},
    BoughtTogether: {"days": 3},
    CartBased: {"days": 7},
}
EVENTS = ("view_item", "add_to_cart", "purchase")
NEWS = [Line(9, 1, event, START, order=100 + place) for place, event in enumerate(EVENTS)]

lines = st.builds(
    lambda customer, product, event, ago, order: Line(
        customer, product, event, START - timedelta(minutes=ago), order=order
    ),
    customer=st.integers(-3, 5).filter(bool),
    product=st.integers(1, 8),
    event=st.sampled_from(EVENTS),
    ago=st.integers(0, 9 * 24 * 60),
    order=st.integers(1, 60),
)


def in_order(given_lines):
    # An order is one event: at one time, by one person.
    first = {line.order: line for line in reversed(given_lines)}
    same = [
        Line(first[n].customer, line.product, first[n].event, first[n].at, order=n)
        for line in given_lines
        for n in [line.order]
    ]
    return sorted(same, key=lambda line: line.at) + NEWS


def learnt(artifact):
    return {name: array for name, array in artifact.items() if not name.startswith(BASE)}


@pytest.mark.parametrize("cls", ALGORITHMS, ids=lambda cls: cls.id)
@settings(max_examples=25, deadline=None)
@given(
    drawn=st.lists(lines, min_size=1, max_size=60), ago=st.lists(st.integers(1, 2880), max_size=2)
)
def test_refreshed_twice_equals_trained_anew(cls, drawn, ago):
    algorithm, past = cls(context_for(cls)), in_order(drawn)
    params = algorithm.Params().load(ALGORITHMS[cls])
    times = [START - timedelta(minutes=each) for each in sorted(ago, reverse=True)] + [START]
    known = algorithm.fit(FakeInteractions(past, until=times[0]), params)
    for before, now in pairwise(times):
        known = algorithm.refresh(known, FakeInteractions(past, until=now), before, params) or known
    anew = algorithm.fit(FakeInteractions(past, until=START), params)
    # Where there was nothing to learn yet, there is nothing to refresh.
    for name, array in learnt(anew).items() if known else ():
        np.testing.assert_allclose(known[name], array, rtol=1e-5, atol=1e-7, err_msg=name)


def test_another_product_on_show_and_another_category_are_news():
    past = [Line(1, product, "view_item", START - timedelta(days=1)) for product in (1, 2, 4)]
    algorithm = PopularBackup(context_for(PopularBackup))
    params = algorithm.Params().load({})

    def interactions(*shown, **options):
        told = FakeInteractions(past, until=START, **options)
        told.products = lambda: shown
        return told

    known = algorithm.fit(interactions(4, 2, 1), params)
    assert not algorithm.refresh(known, interactions(4, 2, 1), START, params)
    assert sorted(algorithm.refresh(known, interactions(4, 3, 1), START, params)["products"]) == [
        1,
        3,
        4,
    ]
    moved = algorithm.refresh(known, interactions(4, 2, 1, category_of={1: 7}), START, params)
    assert moved["categories"].tolist() == [7]
