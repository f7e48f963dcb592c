from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
import threadpoolctl  # noqa: F401 - sets an environment variable when first imported

from growthcore.api import RecommendRequest
from growthcore.testing.algorithms import algorithm_conformance
from growthcore.testing.fakes import context_for
from growthcore.testing.interactions import FakeHistory, FakeInteractions, Line, a_past
from growthcore.testing.packages import check_plugin
from growthcore.testing.values import START
from growthcore_algo_user_based.algorithm import UserBased, UserBasedKnown

SMALL = {"least_people": 2, "regularisation": 5.0}
METHODS = ("closed_form", "item_item", "factors")


@algorithm_conformance(UserBased, params=SMALL)
def test_conformance(check):
    check()


@algorithm_conformance(UserBasedKnown, params=SMALL)
def test_conformance_with_known(check):
    check()


@algorithm_conformance(UserBased, params={**SMALL, "model": "item_item"})
def test_conformance_of_neighbours(check):
    check()


def test_the_package_is_in_order():
    check_plugin("algo_user_based")


def learnt(cls=UserBased, lines=None, **params):
    algorithm = cls(context_for(cls))
    loaded = algorithm.Params().load({**SMALL, **params})
    lines = a_past() if lines is None else lines
    artifact = algorithm.fit(FakeInteractions(lines), loaded)
    request = RecommendRequest(
        at=START, limit=10, params=loaded, artifact=artifact, history=FakeHistory(lines)
    )
    return algorithm, request


def products(algorithm, request, **who):
    return [each.product_id for each in algorithm.recommend(replace(request, **who))]


@pytest.mark.parametrize("method", METHODS)
def test_everybody_gets_the_half_of_the_shop_they_like(method):
    """Odd customers like products 1-6, even ones 7-12; each bought four."""
    algorithm, request = learnt(model=method, popular=0.0)
    for customer in range(1, 11):
        best = products(algorithm, request, customer_id=customer)[:2]
        assert {(product <= 6) == bool(customer % 2) for product in best} == {True}


def test_what_is_known_is_left_out_or_kept():
    bought = {line.product for line in a_past() if line.customer == 1}
    assert not bought & set(products(*learnt(), customer_id=1))
    assert bought & set(products(*learnt(UserBasedKnown), customer_id=1))


def test_what_was_only_looked_at_may_still_be_wanted():
    looked = Line(customer=1, product=3, event="view_item", at=START - timedelta(hours=1))
    past = sorted([*a_past(), looked], key=lambda line: line.at)
    bought = {line.product for line in past if line.customer == 1 and line.event == "purchase"}
    algorithm, request = learnt(lines=past)
    assert 3 not in bought
    assert 3 in products(algorithm, request, customer_id=1)
    others = [line for line in past if line.customer != 1]
    algorithm, request = learnt(lines=others)
    found = products(algorithm, replace(request, history=FakeHistory(past)), customer_id=1)
    assert 3 in found
    assert not bought & set(found)


def test_somebody_without_a_list_is_scored_from_what_they_did_lately():
    past = a_past()
    algorithm, request = learnt(lines=[line for line in past if line.customer != 3])
    assert 3 not in request.artifact["people"]
    newcomer = replace(request, history=FakeHistory(past))
    best = products(algorithm, newcomer, customer_id=3)[:2]
    assert all(product <= 6 for product in best)


def test_a_short_list_does_not_shorten_what_others_get():
    past = a_past()
    algorithm, request = learnt(lines=[line for line in past if line.customer != 3], length=10)
    lists = {name: request.artifact[name][:, :1] for name in ("lists", "list_scores")}
    short = replace(request, artifact={**request.artifact, **lists}, history=FakeHistory(past))
    assert len(products(algorithm, short, customer_id=1)) == 1
    assert len(products(algorithm, short, customer_id=3)) > 1


def test_the_closed_form_is_the_one_of_its_paper():
    """Against the normal equations solved column by column with the diagonal held at zero."""
    from scipy.sparse import csr_matrix

    from growthcore_algo_user_based.learning import _Closed

    dice = np.random.default_rng(3)
    known = csr_matrix((dice.random((60, 8)) < 0.4).astype(np.float32))
    made = _Closed(known, 7.0)
    gram = (known.T @ known).toarray() + 7.0 * np.eye(8)
    found = made.scores(np.eye(8, dtype=np.float32))
    for item in range(8):
        others = [other for other in range(8) if other != item]
        weights = np.linalg.solve(gram[np.ix_(others, others)], gram[others, item])
        assert found[others, item] == pytest.approx(weights, abs=1e-4)
        assert found[item, item] == 0
