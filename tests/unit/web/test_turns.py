"""Answers take turns, and wait for nobody long."""

from __future__ import annotations

import threading

from growthcore.web.storefront.turns import Turns


def at_once(turns, count=3):
    """How many threads were inside at the same time, at most."""
    inside, most, lock, end = [], [], threading.Lock(), threading.Barrier(count + 1)

    def answer():
        with turns.one():
            with lock:
                inside.append(1)
                most.append(len(inside))
            busy.wait(0.02)
            with lock:
                inside.pop()
        end.wait()

    busy = threading.Event()
    for _ in range(count):
        threading.Thread(target=answer, daemon=True).start()
    end.wait()
    return max(most)


def test_one_answers_at_a_time():
    assert at_once(Turns(alone=True, longest=10)) == 1


def test_who_waited_long_enough_goes_on():
    turns = Turns(alone=True, longest=0.01)
    with turns.one(), turns.one():
        pass
    # And whoever did not take the turn does not end it.
    with turns.one():
        assert not turns._lock.acquire(blocking=False)


def test_where_others_had_better_go_on_they_do():
    turns = Turns(alone=False, longest=10)
    with turns.one(), turns.one():
        pass
