"""Calls that fail, hang or come to nothing, and what is asked after them."""

from __future__ import annotations

import os
import signal
import threading
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from growthcore.plugins import calls
from growthcore.plugins.calls import FAILURES, REST, Breaker, Calls, Missed

FAILED, TIMED_OUT, RESTING = Missed


class Shop:
    """Calls that take at most 100 ms, a clock to turn, and an event that hung calls wait for."""

    def __init__(self) -> None:
        self.at = 0.0
        self.told: list[Missed | None] = []
        self.made: list[str] = []
        self.end = threading.Event()
        self.worn_out: list[bool] = []
        self.calls = Calls(0.1, worn_out=lambda: self.worn_out.append(True), now=lambda: self.at)

    def ask(self, *given: str, name: str = "model") -> list[str | Missed]:
        return self.calls.each(name, self._call, given, self.told.append)

    def _call(self, wanted: str) -> str | None:
        self.made.append(wanted)
        if wanted == "hang":
            self.end.wait()
        if wanted == "exit":
            raise SystemExit
        return None if wanted == "fail" else wanted


@pytest.fixture
def shop():
    made = Shop()
    yield made
    made.end.set()


def test_what_is_answered_is_answered_in_order(shop):
    assert shop.ask("a", "b") == ["a", "b"]
    assert shop.ask() == []


def test_one_call_that_fails_hangs_or_ends_its_thread_costs_only_itself(shop):
    assert shop.ask("a", "hang", "b", "fail", "exit", "c") == [
        "a", TIMED_OUT, "b", FAILED, FAILED, "c",
    ]  # fmt: skip
    assert shop.told == []


@pytest.mark.parametrize(("how", "why"), [("fail", FAILED), ("hang", TIMED_OUT), ("exit", FAILED)])
def test_three_in_a_row_are_enough(shop, how, why):
    assert shop.ask(*[how] * 5) == [why] * 3 + [RESTING] * 2
    assert shop.ask("a") == [RESTING]
    assert shop.ask("a", name="another model") == ["a"]
    assert shop.told == [why]
    assert len(shop.made) == FAILURES + 1


def test_after_its_rest_one_call_tries(shop):
    shop.ask(*["fail"] * FAILURES)
    shop.at += REST
    assert shop.ask("fail", "a") == [FAILED, RESTING]
    shop.at += REST - 1
    assert shop.ask("a") == [RESTING]
    shop.at += 1
    assert shop.ask("a", "fail", "b") == ["a", FAILED, "b"]
    assert shop.told == [FAILED, FAILED, None]


def test_what_comes_too_late_changes_nothing(shop):
    shop.ask(*["hang"] * FAILURES)
    shop.end.set()
    assert shop.ask("a") == [RESTING]
    assert shop.told == [TIMED_OUT]


def test_a_process_that_is_full_of_hung_calls_says_so_once_and_risks_no_more(shop, monkeypatch):
    monkeypatch.setattr(calls, "MOST_LEFT", FAILURES)
    shop.calls = Calls(0.1, worn_out=lambda: shop.worn_out.append(True), now=lambda: shop.at)
    shop.ask(*["hang"] * FAILURES)
    assert shop.worn_out == [True]
    shop.at += REST
    assert shop.ask("a") == [RESTING]
    assert shop.ask("a", "hang", "b", name="another model") == ["a", TIMED_OUT, "b"]
    assert shop.worn_out == [True]
    # What returns after all makes room for a trial.
    shop.end.set()
    while shop.ask("a") == [RESTING]:
        pass
    assert shop.told == [TIMED_OUT, None]


def test_a_defect_of_whoever_calls_is_told_to_them(shop):
    with pytest.raises(ZeroDivisionError):
        shop.calls.each("model", lambda _: 1 / 0, ["a"], shop.told.append)


def test_a_web_servers_process_is_replaced_by_it_and_any_other_ends_itself(monkeypatch):
    signals = []
    monkeypatch.setattr(calls.os, "kill", lambda *given: signals.append(given))
    calls.renew_process()
    server = SimpleNamespace(pid=7)
    monkeypatch.setattr(calls, "parent_process", lambda: server)
    calls.renew_process()
    assert signals == [(os.getpid(), signal.SIGTERM), (7, signal.SIGHUP)]


@given(st.lists(st.sampled_from(["good", "bad", "wait"]), max_size=40))
def test_a_breaker_is_open_from_the_third_failure_in_a_row_until_a_trial_succeeds(steps):
    at, row, rests_until = 0.0, 0, None
    breaker = Breaker(lambda: at)
    for step in steps:
        at += REST / 2 if step == "wait" else 1.0
        admitted = breaker.admits()
        assert admitted is (rests_until is None or at >= rests_until)
        if not admitted or step == "wait":
            if admitted and rests_until is not None:
                rests_until = at + REST
            continue
        if step == "good":
            assert breaker.succeeded() is (rests_until is not None)
            row, rests_until = 0, None
        else:
            row += 1
            opens = row >= FAILURES
            assert breaker.failed() is opens
            rests_until = at + REST if opens else None
