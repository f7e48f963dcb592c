"""How an import shares the database with everybody else."""

from __future__ import annotations

import pytest

from growthcore.events.importing import turns
from growthcore.events.importing.turns import Turns


class Time:
    """Time that passes when it is slept, or told to."""

    def __init__(self):
        self.now = 1_000.0
        self.slept = []

    def sleep(self, seconds):
        self.slept.append(round(seconds, 6))
        self.now += seconds


@pytest.fixture
def time():
    return Time()


@pytest.fixture
def importing(database, time):
    return Turns(database, monotonic=lambda: time.now, sleep=time.sleep)


def test_the_next_turn_takes_as_many_rows_as_fit_into_a_quarter_of_a_second(importing, time):
    with importing.take(500):
        time.now += 0.5
    assert importing.rows == 250


def test_rows_at_most_double_from_turn_to_turn(importing, time):
    with importing.take(500):
        time.now += 0.001
    assert importing.rows == 1_000


def test_rows_stay_within_what_a_transaction_may_write(importing, time):
    for _turn in range(20):
        with importing.take(importing.rows):
            time.now += 0.001
    assert importing.rows == turns.MOST_ROWS


def test_reading_between_turns_does_not_make_them_smaller(importing, time):
    for _turn in range(2):
        time.now += 60
        with importing.take(500):
            time.now += 0.25
    assert importing.rows == 500


def test_waiting_for_others_does_not_make_turns_smaller(importing, time, database, monkeypatch):
    unit = database.unit

    def locked():
        time.now += 5
        return unit()

    monkeypatch.setattr(database, "unit", locked)
    with importing.take(500):
        time.now += 0.25
    assert importing.rows == 500


def test_a_turn_that_failed_counts_like_any_other(importing, time):
    def fail():
        time.now += 0.5
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError), importing.take(500):
        fail()
    assert importing.rows == 250


def test_others_get_a_moment_between_two_turns(importing, time, database):
    for _turn in range(2):
        with importing.take(500):
            time.now += 0.25
    assert time.slept == ([0.11] if database.dialect == "sqlite" else [])


def test_reading_is_part_of_that_moment(importing, time, database):
    with importing.take(500):
        time.now += 0.25
    time.now += 0.1
    with importing.take(500):
        pass
    assert time.slept == ([0.01] if database.dialect == "sqlite" else [])
