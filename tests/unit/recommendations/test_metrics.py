"""Measures of lists, against their definitions."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from growthcore.recommendations.evaluation import metrics

PRODUCTS = st.integers(1, 30)
LISTS = st.lists(PRODUCTS, unique=True, max_size=15)
CASES = st.lists(
    st.tuples(LISTS, st.sets(PRODUCTS, min_size=1, max_size=12)), min_size=1, max_size=8
)
SHARES = {product: product / 30 for product in range(1, 31)}


def measured(*cases, k=10):
    found, wanted = zip(*cases, strict=True)
    return metrics.measure(found, wanted, popularity=SHARES, k=k)


def test_an_example_worked_by_hand():
    one = measured(([5, 1, 7, 2], {1, 2, 9}), k=4)
    assert one.hit.tolist() == [1.0]
    assert one.recall.tolist() == [pytest.approx(2 / 3)]
    ideal = 1 + 1 / math.log2(3) + 1 / 2
    assert one.ndcg.tolist() == [pytest.approx((1 / math.log2(3) + 1 / math.log2(5)) / ideal)]
    assert one.average_precision.tolist() == [pytest.approx((1 / 2 + 2 / 4) / 3)]
    assert one.coverage == pytest.approx(4 / 30)


@given(CASES)
def test_measures_lie_between_0_and_1_and_agree_on_misses(cases):
    found = measured(*cases)
    for values in (found.hit, found.ndcg, found.recall, found.average_precision):
        assert ((values >= 0) & (values <= 1 + 1e-9)).all()
        assert ((values > 0) == (found.hit > 0)).all()
    assert 0 <= found.coverage <= 1
    assert found.novelty >= 0


@given(CASES)
def test_the_wanted_first_in_any_order_is_perfect(cases):
    wanted = [goal for _, goal in cases]
    perfect = measured(*[(sorted(goal), goal) for goal in wanted])
    assert perfect.ndcg == pytest.approx(np.ones(len(wanted)))


def test_an_interval_holds_the_mean_and_shrinks_with_more_cases():
    few, many = (metrics.estimate(np.tile([0.0, 1.0], n)) for n in (10, 1000))
    assert few.low < few.mean == 0.5 < few.high
    assert many.high - many.low < few.high - few.low
    assert metrics.estimate(np.zeros(0)).n == 0


def test_pairs_are_compared_case_by_case():
    hard = np.array([0.0, 1.0] * 50)
    better = metrics.difference(np.minimum(hard + 0.1, 1.1), hard)
    assert better.low > 0
    assert better.mean == pytest.approx(0.1)
