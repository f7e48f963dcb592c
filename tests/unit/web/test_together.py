"""Requests written together: each hears its own, whatever becomes of the others."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy.exc import DataError, OperationalError

from growthcore.web.storefront.together import Together

BUSY = OperationalError("COMMIT", {}, Exception("database is locked"))
BAD = DataError("INSERT", {}, Exception("out of range"))


class Writer:
    """Writes items as their double; the first write waits until ``others`` have arrived."""

    def __init__(self, others=0, refuse=lambda items: None):
        self.groups = []
        self.together = Together(self.write, size=lambda item: 1, most=100)
        self._others = others
        self._refuse = refuse
        self._first = threading.Event()

    def write(self, items):
        if not self.groups:
            self.groups.append(list(items))
            while len(self.together._waiting) < self._others:
                self._first.wait(0.005)
        else:
            self.groups.append(list(items))
        if error := self._refuse(items):
            raise error
        return [item * 2 for item in items]

    def all_at_once(self, items):
        with ThreadPoolExecutor(len(items)) as threads:
            started = threads.submit(self.together, items[0])
            while not self.groups:
                self._first.wait(0.005)
            calls = [started, *(threads.submit(self.together, item) for item in items[1:])]
            return [call.exception() or call.result() for call in calls]


def test_one_request_is_written_at_once():
    assert Writer().together(21) == 42


def test_those_that_wait_are_written_together_and_each_gets_its_own_answer():
    writer = Writer(others=7)
    assert writer.all_at_once(list(range(8))) == [0, 2, 4, 6, 8, 10, 12, 14]
    assert [len(group) for group in writer.groups] == [1, 7]


def test_a_group_is_no_larger_than_it_may_be():
    writer = Writer(others=7)
    writer.together = Together(writer.write, size=lambda item: 40, most=100)
    writer.all_at_once(list(range(8)))
    assert [len(group) for group in writer.groups] == [1, 2, 2, 2, 1]


def test_an_item_larger_than_a_group_goes_by_itself():
    writer = Writer()
    writer.together = Together(writer.write, size=lambda item: 500, most=100)
    assert writer.together(1) == 2


def test_a_failure_is_heard_only_by_whose_it_is():
    writer = Writer(others=3, refuse=lambda items: BAD if 3 in items else None)
    answers = writer.all_at_once([1, 2, 3, 4])
    assert [answers[0], answers[1], answers[3]] == [2, 4, 8]
    assert answers[2] is BAD


def test_a_busy_database_fails_all_without_trying_each():
    writer = Writer(others=2, refuse=lambda items: BUSY if 2 in items else None)
    answers = writer.all_at_once([1, 2, 3])
    assert answers == [2, BUSY, BUSY]
    assert len(writer.groups) == 2


def test_a_defect_is_the_leaders_and_nobody_waits_for_ever():
    defect = ZeroDivisionError()
    writer = Writer(others=2, refuse=lambda items: defect if len(items) > 1 else None)
    answers = writer.all_at_once([1, 2, 3])
    assert answers[0] == 2
    assert sorted(answers[1:], key=str) in ([defect, 6], [defect, 4], [4, defect], [6, defect])


def test_a_refused_request_may_come_again():
    failing = [BUSY]
    writer = Writer(refuse=lambda items: failing.pop() if failing else None)
    with pytest.raises(OperationalError):
        writer.together(1)
    assert writer.together(1) == 2
