"""How many answers each rule changed, counted beside the answers that are written down."""

from dataclasses import replace
from datetime import timedelta

import pytest

from growthcore.recommendations.answers import Recommendation, Request
from growthcore.recommendations.journal import Journal
from growthcore.recommendations.receipts import Minted, first_of
from growthcore.recommendations.records import record
from growthcore.recommendations.rules import counting


@pytest.fixture
def settings(settings):
    return replace(settings, receipts_per_minute=1)


@pytest.fixture
def counted(core):
    journal, number = Journal(core), iter(range(1000))

    def answer(*rules):
        now = core.clock.now()
        minted = Minted(first_of(now) + next(number), "main", ())
        told = Recommendation(items=(), skipped={})
        journal.write([lambda: record("m", Request(), told, minted, now)], [frozenset(rules)])

    return answer


def lately(core):
    with core.db.read() as session:
        return counting.lately(session, [1, 2, 3], core.clock.now())


def test_answers_of_seven_days_are_counted_by_rule(core, counted):
    counted(1, 2)
    counted(1)
    core.clock.at += timedelta(days=6)
    counted(1)
    assert lately(core) == {1: 3, 2: 1}
    core.clock.at += timedelta(days=2)
    with core.db.unit() as session:
        counting.sweep(session, core.clock.now())
    assert lately(core) == {1: 1}


def test_answers_that_are_not_written_down_are_counted_once_a_minute(core, counted):
    counted(1)
    counted(1)
    counted(1)
    assert lately(core) == {1: 1}
    core.clock.at += timedelta(minutes=1)
    counted(2)
    assert lately(core) == {1: 3, 2: 1}
