"""Comparing algorithms for a place in a worker."""

from datetime import timedelta

import pytest

from growthcore.api import InvalidInput, Placement
from growthcore.recommendations import watching
from growthcore.recommendations.evaluation import choosing, measuring
from growthcore.recommendations.evaluation.choosing import Choice
from growthcore.worker import scheduler


def row(shop):
    with shop.core.db.read() as session:
        return measuring.of(session, "main")


def ask(shop):
    with shop.core.db.unit() as session:
        measuring.ask(shop.core, session, Placement.MAIN, actor="test")


@pytest.fixture
def asked(shop):
    ask(shop)
    return shop


def test_what_was_found_is_kept_with_when_and_how_far_it_is_is_told(asked, monkeypatch):
    def choose(core, placement, now, report):
        report(0.5)
        assert row(asked).share == 0.5
        return Choice(algorithm="scripted", cases=60, candidates=[])

    monkeypatch.setattr(choosing, "choose", choose)
    monkeypatch.setattr(watching, "EVERY", 0.0)
    asked.jobs.collected.clear()  # As when the queue was lost.
    (task,) = (each for each in scheduler.TASKS if each.name == "models.train")
    task.run(asked.core)
    asked.jobs.run(asked.core)
    found = row(asked)
    assert (found.result["algorithm"], found.measured_at) == ("scripted", asked.now)
    assert not measuring.is_open(asked.core, found)
    with asked.core.db.read() as session:
        assert measuring.suited(session) == {"scripted": ["main"]}


def test_one_worker_measures_and_a_dead_one_is_noticed(asked, monkeypatch):
    def dies(*_):
        assert not measuring.measure(asked.core, Placement.MAIN)
        raise SystemExit

    monkeypatch.setattr(choosing, "choose", dies)
    with pytest.raises(SystemExit):
        measuring.measure(asked.core, Placement.MAIN)
    assert measuring.is_open(asked.core, row(asked))
    asked.pass_time(minutes=asked.core.settings.training_minutes + 6)
    assert measuring.is_lost(asked.core, row(asked))
    ask(asked)
    assert measuring.is_open(asked.core, row(asked))


def test_why_there_is_nothing_to_compare_is_said(asked, monkeypatch):
    def choose(*_):
        raise InvalidInput({"placement": "No active plugin offers an algorithm that fits there."})

    monkeypatch.setattr(choosing, "choose", choose)
    assert measuring.measure(asked.core, Placement.MAIN)
    assert row(asked).problem.startswith("No active plugin")
    assert row(asked).asked_at is None


def test_one_that_meets_its_limit_says_which_setting_to_raise(asked, monkeypatch):
    def choose(core, placement, now, report):
        raise watching.too_long(core.settings)

    monkeypatch.setattr(choosing, "choose", choose)
    measuring.measure(asked.core, Placement.MAIN)
    assert "raise GROWTHCORE_TRAINING_MINUTES" in row(asked).problem
    assert not measuring.is_open(asked.core, row(asked))


def test_what_was_measured_stays_while_it_is_measured_again(asked):
    choice = Choice(algorithm=None, cases=3, candidates=[])
    measuring.keep(asked.core, Placement.MAIN, choice, asked.now - timedelta(days=1))
    ask(asked)
    assert row(asked).result["cases"] == 3
