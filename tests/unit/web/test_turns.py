"""Answers take turns, and wait for nobody long."""

from __future__ import annotations

import threading
import time

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


def answered(turns, count, answer):
    """What ``count`` threads get, the numbers from 0 their questions; errors as their names."""
    found = {}

    def ask(number):
        try:
            found[number] = turns.together("squares", number, answer)
        except ValueError as error:
            found[number] = str(error)

    threads = [threading.Thread(target=ask, args=[n], daemon=True) for n in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    return found


def test_who_waits_is_answered_by_who_goes_next():
    """The first one's answer takes until the others have come: they are then answered at once."""
    batches, have_come = [], threading.Event()

    def squares(numbers):
        batches.append(len(numbers))
        if len(batches) == 1:
            have_come.wait(0.1)
        return [number**2 for number in numbers]

    assert answered(Turns(alone=True, longest=10), 20, squares) == {n: n**2 for n in range(20)}
    assert sum(batches) == 20
    assert max(batches) > 1


def test_a_question_that_cannot_be_answered_spoils_nobody_elses():
    busy = threading.Event()

    def squares(numbers):
        busy.wait(0.02)
        if 3 in numbers:
            raise ValueError("three")
        return [number**2 for number in numbers]

    found = answered(Turns(alone=True, longest=10), 8, squares)
    assert found == {n: n**2 for n in range(8)} | {3: "three"}


def test_who_waited_long_enough_is_answered_alone():
    """Even while the one who leads never comes back, and ever after."""
    turns, end, leads = Turns(alone=True, longest=0.01), threading.Event(), threading.Event()

    def hang(numbers):
        leads.set()
        end.wait(10)
        return numbers

    stuck = threading.Thread(target=lambda: turns.together("k", 0, hang), daemon=True)
    stuck.start()
    leads.wait(10)
    assert turns.together("k", 1, lambda numbers: numbers) == 1
    assert turns.together("k", 2, lambda numbers: numbers) == 2
    end.set()
    stuck.join(10)
    assert turns.together("k", 3, lambda numbers: numbers) == 3


def test_what_takes_long_is_not_answered_twice():
    """Who is being answered with others waits for it, longer than for a turn."""
    turns, asked = Turns(alone=True, longest=0.15), []

    def slow(numbers):
        asked.extend(numbers)
        time.sleep(0.05 if numbers == [0] else 0.25)
        return numbers

    assert answered(turns, 3, slow) == {0: 0, 1: 1, 2: 2}
    assert sorted(asked) == [0, 1, 2]


def test_where_others_had_better_go_on_everybody_is_answered_alone():
    batches = []

    def squares(numbers):
        batches.append(len(numbers))
        return [number**2 for number in numbers]

    assert answered(Turns(alone=False), 5, squares) == {n: n**2 for n in range(5)}
    assert batches == [1] * 5
