"""Models held against what customers did next: the cut, the gate, the choice."""

from datetime import timedelta

import pytest

from growthcore.api import Key, Placement, Scored
from growthcore.recommendations import service, training
from growthcore.recommendations.evaluation import choosing, gate, judging
from growthcore.recommendations.evaluation.judging import Question
from growthcore.testing import factories

PEOPLE = 24


@pytest.fixture
def bought(shop, monkeypatch):
    """Ten weeks in which everybody bought P1, and then, in the last days, P2; the others nobody."""
    monkeypatch.setattr(judging, "LEAST", PEOPLE)
    monkeypatch.setattr(gate, "LEAST", PEOPLE)
    monkeypatch.setattr(choosing, "LEAST", PEOPLE)
    ids = shop.sells(*[f"P{n}" for n in range(1, 31)])
    with shop.core.db.unit() as session:
        for number in range(PEOPLE):
            for days, products in ((70, ["P1"]), (60 - number % 20, ["P1", "P3"]), (5, ["P2"])):
                factories.make_event(
                    session, "purchase", at=shop.now - timedelta(days=days, minutes=number),
                    items=products, customer=f"c{number}",
                )  # fmt: skip
    shop.ids = dict(zip([f"P{n}" for n in range(1, 31)], ids, strict=True))
    return shop


def answers(shop, *products):
    shop.scripted.answers = lambda request: [
        Scored(shop.ids[each], 1.0 / place, "scripted") for place, each in enumerate(products, 1)
    ]
    shop.scripted.fits = lambda interactions, params: {"seen": _lines(interactions)}


def _lines(interactions):
    import numpy as np

    return np.array([sum(len(chunk.products) for chunk in interactions.chunks(["purchase"]))])


def judge(shop):
    algorithm = shop.core.plugins.algorithms["scripted"]
    return judging.judge(shop.core, algorithm, {}, shop.now)


def test_what_is_judged_by_was_never_learnt(bought):
    cut = judging.cut_of(bought.core, bought.now)
    assert bought.now - timedelta(days=28) <= cut < bought.now - timedelta(days=5)
    question = Question(bought.core, Key.CUSTOMER, cut, bought.now, keeps_bought=False)
    learnt = question.learn(bought.core.plugins.algorithms["popular_backup"], {
        "days": 400, "half_life_days": 400, "view": 1, "cart": 1, "purchase": 1,
    })  # fmt: skip
    scores = dict(zip(learnt["products"].tolist(), learnt["scores"].tolist(), strict=True))
    assert scores[bought.ids["P2"]] == 0
    assert {case.wanted for case in question.cases} == {frozenset({bought.ids["P2"]})}


def test_a_model_that_knows_better_is_ahead_of_popularity_and_one_that_does_not_is_worse(bought):
    answers(bought, "P2")
    found = judge(bought)
    assert found.cases == PEOPLE
    assert found.ahead.mean == 1.0
    assert not found.worse
    answers(bought, "P9")
    assert judge(bought).ahead.mean == 0.0


def test_a_shop_without_purchases_is_not_judged(shop):
    assert judge(shop) is None


def test_too_few_cases_say_so(shop):
    shop.sells("P1")
    for days in (10, 1):
        shop.happens("purchase", "P1", ago=timedelta(days=days), customer="kim")
    found = judge(shop)
    assert (found.cases, found.model) == (0, None)


def test_what_is_worse_than_the_version_in_use_is_refused_with_figures(bought):
    answers(bought, "P2")
    bought.core.clock.at -= timedelta(days=6)
    bought.trained("model", "scripted")
    bought.core.clock.at += timedelta(days=6)
    # From now on it gives what nobody wants, but only where it learnt anew.
    bought.scripted.answers = lambda request: [
        Scored(bought.ids["P2" if request.artifact["seen"][0] > 10**6 else "P9"], 1.0, "scripted")
    ]
    old = bought.standing("model").active
    with bought.core.db.read() as session:
        model = service.get(session, "model")
    bought.scripted.fits = lambda interactions, params: {"seen": _lines(interactions)}
    verdict = gate.verdict(bought.core, model, bought.now)
    assert verdict.refused is None, "both answer alike"
    artifact = training.train(bought.core, model.id)
    assert (artifact.state, artifact.metrics["cases"]) == ("active", PEOPLE)
    assert artifact.version == old.version + 1


def test_the_chooser_takes_the_best_and_says_by_how_much(bought):
    answers(bought, "P2")
    found = choosing.choose(bought.core, Placement.MAIN, bought.now)
    assert found.algorithm == "scripted"
    assert found.lead.mean == 1.0
    assert found.candidates[0].judgement.ahead.mean == 1.0


def test_the_simpler_one_wins_where_nothing_is_better(bought):
    answers(bought, "P9")
    assert choosing.choose(bought.core, Placement.MAIN, bought.now).algorithm == "popular_backup"


def test_a_training_that_was_stopped_keeps_the_last_good_version(bought, monkeypatch):
    from growthcore.recommendations import watching

    monkeypatch.setattr(watching, "EVERY", 0.0)
    answers(bought, "P2")
    bought.trained("model", "scripted")

    def stopped(interactions, params):
        with bought.core.db.unit() as session:
            training.stop(bought.core, session, service.get(session, "model"), actor="test")
        interactions.report(0.5)

    bought.scripted.fits = stopped
    artifact = training.train(bought.core, bought.standing("model").model.id)
    assert artifact.state == "stopped"
    assert bought.versions("model") == {1: "active", 2: "stopped"}
    assert bought.standing("model").model.training_share is None
