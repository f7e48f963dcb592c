"""The life of a message, and the waits between its attempts."""

from __future__ import annotations

from datetime import timedelta

import pytest

from growthcore.messaging import retries
from growthcore.messaging.states import FINAL, FOLLOWS, PENDING, State, may_follow


def test_every_state_is_either_pending_or_final():
    assert set(State) == PENDING | FINAL
    assert not PENDING & FINAL


def test_every_pending_state_can_reach_an_end():
    reached = set(FINAL)
    for _ in State:
        reached |= {state for state in State if FOLLOWS[state] & reached}
    assert reached == set(State)


def test_only_what_may_be_sent_again_leaves_a_final_state():
    assert {state for state in FINAL if FOLLOWS[state]} == {State.UNCERTAIN, State.FAILED}


def test_nothing_is_sent_that_was_not_claimed_first():
    assert not may_follow(State.DUE, State.SENDING)
    assert not may_follow(State.DUE, State.SENT)


@pytest.mark.parametrize("attempt", range(2, 2 + len(retries.DELAYS)))
def test_waits_grow_and_spread_by_at_most_a_tenth(attempt):
    expected = retries.DELAYS[attempt - 2]
    waits = {retries.delay_before(attempt, key) for key in range(50)}
    assert len(waits) > 10
    assert all(timedelta(seconds=expected * 0.9) <= wait for wait in waits)
    assert all(wait <= timedelta(seconds=expected * 1.1) for wait in waits)


def test_after_the_last_wait_it_is_given_up():
    assert retries.delay_before(2 + len(retries.DELAYS), 1) is None


def test_a_longer_wait_asked_for_is_honoured():
    assert retries.delay_before(2, 1, asked=7200) == timedelta(seconds=7200)
