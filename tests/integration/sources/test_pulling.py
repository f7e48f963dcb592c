"""Pulls: page by page, once at a time, through kills, stops and refusals."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from growthcore.api import ConfigError, InvalidInput, RetryableError
from growthcore.customers import lookup
from growthcore.customers.models import ConsentRecord, Customer
from growthcore.events import reading
from growthcore.events.models import Order
from growthcore.sources import pulling, runs
from growthcore.sources.importer import StoredImporter
from growthcore.sources.models import RunState
from growthcore.worker.scheduler import TASKS, tick


def ask(core, account, parts=("customers",), *, full=False):
    with core.db.unit() as session:
        pulling.ask(core, session, account, list(parts), full=full, actor="test")


def newest(core, account, part="customers"):
    with core.db.read() as session:
        return runs.newest(session, account).get(part)


def count(core, table):
    with core.db.read() as session:
        return session.scalar(select(func.count()).select_from(table))


def test_everything_is_pulled_once_and_campaigns_do_not_react(
    make_core, database, offered, account_of, jobs, shelf
):
    core = make_core(database, offered)
    account = account_of(core)
    ask(core, account, ("customers", "orders"))
    jobs.run(core)
    run = newest(core, account)
    assert (run.state, run.counted, run.total, run.cursor) == (RunState.DONE, 5, 5, {"at": 5})
    assert (count(core, Customer), count(core, ConsentRecord), count(core, Order)) == (5, 5, 5)
    with core.db.read() as session:
        assert not reading.has_unreacted(session)
    ask(core, account, ("customers", "orders"), full=True)
    jobs.run(core)
    assert (count(core, Customer), count(core, Order)) == (5, 5)


def test_a_page_belongs_to_one_worker_and_a_killed_ones_comes_again(
    make_core, database, offered, account_of, shelf, clock
):
    core = make_core(database, offered)
    account = account_of(core)
    ask(core, account, ("customers", "orders"))
    pulling.step(core, account)
    shelf.says = KeyboardInterrupt()
    with pytest.raises(KeyboardInterrupt):
        pulling.step(core, account)
    shelf.says = None
    assert not pulling.step(core, account)
    clock.at += runs.LEASE
    while pulling.step(core, account):
        pass
    asked = [cursor for part, cursor in shelf.pulls if part == "customers"]
    assert asked == [None, {"at": 2}, {"at": 2}, {"at": 4}]
    run = newest(core, account)
    assert (run.state, run.counted, count(core, Customer)) == (RunState.DONE, 5, 5)


def test_a_worker_that_was_thought_dead_moves_nothing(core, account, clock):
    ask(core, account)
    with core.db.unit() as session:
        late = runs.take(session, account, clock.at)
    clock.at += runs.LEASE
    assert pulling.step(core, account)
    with core.db.unit() as session:
        runs.fail(session, late, "late", now=clock.at)
    assert newest(core, account).counted == 2


def test_a_pull_that_is_stopped_goes_on_where_it_stood_unless_all_is_asked_anew(
    core, account, shelf, jobs
):
    ask(core, account)
    pulling.step(core, account)
    with core.db.unit() as session:
        pulling.stop(core, session, account, actor="test")
    assert not pulling.step(core, account)
    assert newest(core, account).state == RunState.STOPPED
    ask(core, account)
    pulling.step(core, account)
    ask(core, account, full=True)
    jobs.run(core)
    asked = [cursor for _, cursor in shelf.pulls]
    assert asked == [None, {"at": 2}, None, {"at": 2}, {"at": 4}]


def test_what_is_refused_for_now_waits_as_long_as_it_was_told_to(core, account, shelf, jobs, clock):
    ask(core, account)
    shelf.says = RetryableError("Too many calls.", after=30)
    jobs.run(core)
    run = newest(core, account)
    assert (run.state, run.error) == (RunState.WAITING, "Too many calls.")
    assert run.due_at == clock.at + timedelta(seconds=30)
    shelf.says = None
    clock.at += timedelta(seconds=30)
    assert pulling.step(core, account)
    assert newest(core, account).error is None


def test_what_is_refused_again_and_again_is_given_up(core, account, shelf, clock):
    ask(core, account)
    shelf.says = RetryableError("Out of order.")
    for _attempt in range(runs.MOST_ATTEMPTS):
        assert pulling.step(core, account)
        clock.at += timedelta(hours=1)
    assert newest(core, account).state == RunState.FAILED
    assert not pulling.step(core, account)


@pytest.mark.parametrize(
    ("problem", "told"),
    [(ConfigError("Connect it again."), "Connect it again."), (ZeroDivisionError(), "plugin")],
)
def test_what_a_person_has_to_mend_ends_the_run_with_the_reason(
    core, account, shelf, jobs, problem, told
):
    ask(core, account)
    shelf.says = problem
    jobs.run(core)
    run = newest(core, account)
    assert run.state == RunState.FAILED
    assert told in run.error


def test_rows_that_do_not_fit_are_counted_and_told_with_their_reasons(core, account, shelf, jobs):
    shelf.rows = {
        "m0": {"external_id": "m0", "email": "nonsense"},
        "m1": {"external_id": "m1", "no_such": 1},
        "m2": {"external_id": "m2", "name": "a\0b"},
    }
    ask(core, account)
    jobs.run(core)
    run = newest(core, account)
    assert (run.counted, run.rejected, count(core, Customer)) == (5, 3, 2)
    assert [each["key"] for each in run.rejects] == ["m0", "m1", "m2"]
    assert [list(each["errors"]) for each in run.rejects] == [["email"], ["no_such"], [""]]


def test_the_scheduler_asks_for_what_is_new_once_somebody_began(core, account, shelf, jobs, clock):
    tasks = [task for task in TASKS if task.name.startswith("sources.")]
    tick(core, clock.at, tasks)
    assert jobs.names == []
    ask(core, account, ("customers", "orders"), full=True)
    jobs.run(core)
    shelf.pulls.clear()
    clock.at += pulling.EVERY
    tick(core, clock.at, tasks)
    jobs.run(core)
    assert shelf.pulls == [("customers", {"at": 5}), ("orders", {})]
    clock.at += timedelta(days=1)
    tick(core, clock.at, tasks)
    jobs.run(core)
    assert ("customers", None) in shelf.pulls
    assert ("orders", None) not in shelf.pulls
    shelf.pulls.clear()
    clock.at += timedelta(days=60)
    tick(core, clock.at, tasks)
    jobs.run(core)
    assert ("orders", {}) in shelf.pulls
    with core.db.read() as session:
        # What is asked for still: the newest, the newest from the beginning, the newest cursor.
        assert len(runs.history(session, account)) == 5


def test_a_part_that_there_is_not_is_refused_by_name(core, account):
    with pytest.raises(InvalidInput, match="no part 'carts', only: customers, orders"):
        pulling.chosen(pulling.parts(core, account), ["carts"])


def test_an_importer_tells_what_was_said_and_forgets_who_left(
    make_core, database, offered, account_of
):
    core = make_core(database, offered)
    importer = StoredImporter(core, account_of(core), "played", live=False)
    row = {
        "external_id": "a",
        "consents": [_said(granted=True, day=1), _said(granted=False, day=2)],
    }
    importer.customers([row, {"external_id": "b"}])
    assert importer.said(["a", "b", "c"]) == {"a": {"sms": False}}
    importer.forget(["a", "c"])
    with core.db.read() as session:
        assert lookup.find_id(session, "a") is None
        assert lookup.find_id(session, "b")


def _said(*, granted, day):
    return {"channel": "sms", "granted": granted, "at": f"2026-01-0{day}T00:00:00+09:00"}
