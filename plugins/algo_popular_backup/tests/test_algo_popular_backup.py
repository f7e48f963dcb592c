from datetime import timedelta

import pytest

from growthcore.api import RecommendRequest
from growthcore.testing.algorithms import algorithm_conformance
from growthcore.testing.fakes import context_for
from growthcore.testing.interactions import FakeHistory, FakeInteractions, Line
from growthcore.testing.packages import check_plugin
from growthcore.testing.values import START
from growthcore_algo_popular_backup import counting
from growthcore_algo_popular_backup.algorithm import PopularBackup
from growthcore_algo_popular_backup.schema import Params


@algorithm_conformance(PopularBackup)
def test_conformance(check):
    check()


def test_the_package_is_in_order():
    check_plugin("algo_popular_backup")


class Past(FakeInteractions):
    """Lines, and products nobody touched."""

    untouched: tuple[int, ...] = ()

    def products(self):
        return sorted({*super().products(), *self.untouched}, reverse=True)


def line(product, event="view_item", *, days=0, customer=0):
    return Line(customer, product, event, START - timedelta(days=days))


def past(*lines, categories=None, untouched=()):
    made = Past(sorted(lines, key=lambda each: each.at), category_of=categories or {})
    made.untouched = untouched
    return made


def fit(interactions, **params):
    algorithm = PopularBackup(context_for(PopularBackup))
    return algorithm.fit(interactions, Params().load(params))


def ranking(artifact):
    return dict(
        zip(artifact["products"].tolist(), artifact["scores"].round(9).tolist(), strict=True)
    )


def recommend(artifact, *, limit=10, category_id=None):
    request = RecommendRequest(
        at=START,
        limit=limit,
        params={},
        artifact=artifact,
        category_id=category_id,
        history=FakeHistory(),
    )
    found = PopularBackup(context_for(PopularBackup)).recommend(request)
    return [(each.product_id, round(each.score, 9), each.reason) for each in found]


def test_events_count_by_weight_and_halve_with_every_half_life():
    lines = [
        line(1),  # 1
        line(1, "add_to_cart", days=14),  # 3 / 2
        line(1, "purchase", days=28 - 1e-9),  # 5 / 4
        line(2, "purchase", days=7),  # 5 / sqrt(2)
        line(3, days=14),  # 1 / 2
        line(3, days=14, customer=2),  # 1 / 2
    ]
    assert ranking(fit(past(*lines))) == pytest.approx({1: 3.75, 2: 3.535533906, 3: 1.0})


def test_a_persons_repeats_count_once_by_the_latest_and_strangers_every_time():
    repeats = [line(1, days=14, customer=1), line(1, customer=1), line(2, days=14, customer=2)]
    strangers = [line(3, customer=0), line(3, customer=0)]
    assert ranking(fit(past(*repeats, *strangers))) == pytest.approx({1: 1.0, 2: 0.5, 3: 2.0})


def test_the_best_come_first():
    artifact = fit(past(line(1, days=14), line(2), line(3, "purchase")))
    assert artifact["products"].tolist() == [3, 2, 1]


def test_quantities_do_not_matter():
    bulk = Line(1, 1, "purchase", START, quantity=100)
    assert ranking(fit(past(bulk, line(2, "purchase")))) == {2: 5.0, 1: 5.0}


def test_weights_half_life_and_window_are_params():
    lines = [line(1, days=2), line(2, "purchase", days=4), line(3, "purchase", days=8)]
    params = {"days": 7, "half_life_days": 2, "view": 8, "cart": 0, "purchase": 1}
    assert ranking(fit(past(*lines), **params)) == {1: 4.0, 2: 0.25, 3: 0.0}


def test_all_time_counts_when_nothing_happened_in_the_window():
    artifact = fit(past(line(1, days=56), line(2, days=42)))
    assert ranking(artifact) == {2: 0.125, 1: 0.0625}


def test_products_nobody_touched_come_last_and_the_newest_of_them_first():
    artifact = fit(past(line(2), untouched=(1, 3)))
    assert recommend(artifact) == [(2, 1.0, "popular"), (3, 0.0, "new"), (1, 0.0, "new")]


def test_without_any_event_the_newest_products_are_shown():
    assert recommend(fit(past(untouched=(1, 2)))) == [(2, 0.0, "new"), (1, 0.0, "new")]


def test_without_products_nothing_is_learnt():
    assert fit(past()) == {}


def test_a_categorys_products_come_before_all_others():
    categories = {1: 10, 2: 20, 3: 10}
    lines = [line(1), line(2), line(2), line(2), line(3), line(3)]
    artifact = fit(past(*lines, categories=categories))
    assert recommend(artifact, category_id=10) == [
        (3, 2.0, "popular_in_category"),
        (1, 1.5, "popular_in_category"),
        (2, 1.0, "popular"),
    ]
    assert recommend(artifact, category_id=10, limit=1) == [(3, 2.0, "popular_in_category")]


@pytest.mark.parametrize("category_id", [None, 5, 15, 99])
def test_an_unknown_category_is_answered_with_everything(category_id):
    artifact = fit(past(line(1), line(2), line(2), categories={1: 10, 2: 20}))
    assert [each[0] for each in recommend(artifact, category_id=category_id)] == [2, 1]


def test_rankings_are_cut():
    untouched = range(1, counting.MOST + 101)
    artifact = fit(past(untouched=untouched, categories=dict.fromkeys(untouched, 1)))
    assert len(artifact["products"]) == counting.MOST
    assert artifact["offsets"].tolist() == [0, counting.MOST // 5]


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"days": 0}, "days"),
        ({"days": 28.5}, "days"),
        ({"half_life_days": float("nan")}, "half_life_days"),
        ({"half_life_days": 0}, "half_life_days"),
        ({"view": -1}, "view"),
        ({"view": 0, "cart": 0, "purchase": 0}, "view"),
        ({"dayz": 1}, "dayz"),
    ],
)
def test_params_that_do_not_fit_are_refused(given, field):
    assert set(Params().validate(given)) == {field}
