"""Models held against what customers did next: the cut, the gate, the choice."""

from datetime import timedelta

import numpy as np
import pytest
from sqlalchemy import select

from growthcore.api import Key, Placement, Scored
from growthcore.operators.models import AuditEntry
from growthcore.recommendations import service, training, watching
from growthcore.recommendations.evaluation import choosing, gate, judging
from growthcore.recommendations.evaluation.judging import Question
from growthcore.recommendations.models import Artifact
from growthcore.testing import factories

PEOPLE = 24


@pytest.fixture
def database(sqlite_database):
    """What is of one database here is asked on both elsewhere."""
    return sqlite_database


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


@pytest.fixture
def worse(bought):
    """A version in use that knows what was bought since; what is learnt from now on does not."""
    bought.scripted.fits = lambda interactions, params: {"good": np.ones(1)}
    bought.scripted.answers = lambda request: [
        Scored(bought.ids["P2" if request.artifact["good"][0] else "P9"], 1.0, "scripted")
    ]
    bought.core.clock.at -= timedelta(days=6)
    model_id = bought.trained("model", "scripted").model_id
    bought.core.clock.at += timedelta(days=6)
    bought.scripted.fits = lambda interactions, params: {"good": np.zeros(1)}
    return model_id


def test_what_is_worse_than_the_version_in_use_is_refused_with_figures(bought, worse):
    artifact = training.train(bought.core, worse)
    assert artifact.message == (
        f"Of {PEOPLE} customers since the last training it finds what 0.0% wanted, "
        "the version in use 100.0%; that one stays."
    )
    assert bought.versions("model") == {1: "active", 2: "rejected"}


def test_a_person_may_use_it_all_the_same_which_is_noted(bought, worse):
    artifact = training.train(bought.core, worse, forced_by="kim")
    assert (artifact.state, artifact.metrics["cases"]) == ("active", PEOPLE)
    with bought.core.db.read() as session:
        entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "model.forced")).one()
    assert entry.actor == "kim"
    assert "100.0%" in entry.details["although"]


def test_a_version_is_judged_as_it_was_trained_whatever_it_took_up_since(bought, worse):
    with bought.core.db.unit() as session:
        session.scalars(select(Artifact)).one().refreshed_at = bought.now
    assert training.train(bought.core, worse).state == "rejected"


def test_a_version_its_plugin_can_no_longer_use_is_replaced(bought, worse):
    bought.scripted.fits = lambda interactions, params: {"better": np.ones(1)}
    bought.scripted.answers = lambda request: [
        Scored(bought.ids["P2"], float(request.artifact["better"][0]), "scripted")
    ]
    assert training.train(bought.core, worse).state == "active"


def test_judging_can_be_stopped_like_learning(bought, monkeypatch):
    monkeypatch.setattr(watching, "EVERY", 0.0)
    answers(bought, "P2")
    fits = iter([lambda interactions: None, lambda interactions: _stop(bought)])

    def fit(interactions, params):
        next(fits)(interactions)
        interactions.report(0.5)
        return {"good": np.ones(1)}

    bought.scripted.fits = fit
    assert bought.trained("model", "scripted").state == "stopped"


def _stop(shop):
    with shop.core.db.unit() as session:
        training.stop(shop.core, session, service.get(session, "model"), actor="test")


def test_the_chooser_takes_the_best_and_says_by_how_much(bought):
    answers(bought, "P2")
    found = choosing.choose(bought.core, Placement.MAIN, bought.now)
    assert found.algorithm == "scripted"
    assert found.lead.mean == 1.0
    assert found.candidates[0].judgement.ahead.mean == 1.0
    assert found.summary()["candidates"][-1]["behind"]["mean"] == 1.0


def test_the_simpler_one_wins_where_nothing_is_better(bought):
    answers(bought, "P9")
    assert choosing.choose(bought.core, Placement.MAIN, bought.now).algorithm == "popular_backup"


def test_a_training_that_was_stopped_keeps_the_last_good_version(bought, monkeypatch):
    monkeypatch.setattr(watching, "EVERY", 0.0)
    answers(bought, "P2")
    bought.trained("model", "scripted")

    def stopped(interactions, params):
        _stop(bought)
        interactions.report(0.5)

    bought.scripted.fits = stopped
    artifact = training.train(bought.core, bought.standing("model").model.id)
    assert artifact.state == "stopped"
    assert bought.versions("model") == {1: "active", 2: "stopped"}
    assert bought.standing("model").model.training_share is None
