"""Syncing senders and templates: asked for, done once, done again each night, on both databases."""

from __future__ import annotations

from datetime import timedelta

import pytest

from growthcore.api import Approval, ConfigError, InvalidInput, Sender
from growthcore.messaging import syncing
from growthcore.operators import sessions
from growthcore.plugins import authorisations, directory
from growthcore.plugins.accounts import CONNECTION
from growthcore.plugins.directory import Search
from growthcore.testing.outside import Outside
from growthcore.testing.people import sign_in
from growthcore.testing.plugins import plugins_of
from growthcore.testing.values import START
from growthcore.worker import scheduler

ACCOUNT = 2
TASKS = [task for task in scheduler.TASKS if task.name == "accounts.sync"]


def sender(key, approval=Approval.APPROVED, **fields):
    return Sender(key=key, label=f"0{key}", approval=approval, **fields)


@pytest.fixture
def outside():
    outside = Outside()
    outside.senders = [sender("1"), sender("2", Approval.PENDING, registrant="김 100%")]
    return outside


def a_core(make_core, database, outside):
    core = make_core(database, plugins_of(outside.plugin()))
    mall = {"mall": "m", "client_secret": "s"}
    texts = {"connection": 1, "service": "s", "secret": "x"}
    with core.db.unit() as session:
        core.accounts.create(
            session, provider="outside_mall", kind=CONNECTION, label="몰", values=mall, actor="t"
        )
        core.accounts.create(
            session, provider="outside_texts", label="문자", values=texts, actor="t"
        )
    return core


@pytest.fixture
def core(make_core, sqlite_database, outside):
    return a_core(make_core, sqlite_database, outside)


@pytest.fixture
def each_core(make_core, database, outside):
    return a_core(make_core, database, outside)


def ask(core):
    with core.db.unit() as session:
        syncing.ask(core, session, ACCOUNT, actor="7")


def newest(core):
    with core.db.read() as session:
        return syncing.of_account(session, ACCOUNT)


def counts(row):
    return row.added, row.changed, row.removed


def test_a_sync_tells_what_was_new_changed_and_gone(each_core, outside, jobs):
    core = each_core
    ask(core)
    ask(core)
    assert jobs.names == ["sync", "sync"]
    jobs.run(core)
    assert counts(newest(core)) == (2, 0, 0)
    outside.senders = [sender("2"), sender("3")]
    ask(core)
    jobs.run(core)
    assert counts(newest(core)) == (1, 1, 1)


def test_lists_are_searched_sorted_and_paged(each_core, jobs):
    core = each_core
    ask(core)
    jobs.run(core)

    def keys(**wanted):
        with core.db.read() as session:
            found = directory.find_senders(session, ACCOUNT, Search(**wanted))
        return [each.key for each in found.items], found.total

    assert keys() == (["1", "2"], 2)
    assert keys(descending=False, limit=1) == (["2"], 2)
    assert keys(sort="registrant") == (["2", "1"], 2)
    assert keys(q="00%") == (["2"], 1)
    assert keys(q="%") == (["2"], 1)
    assert keys(approval="approved") == (["1"], 1)


def test_the_newest_sync_is_left_alone_while_it_runs_and_taken_over_when_it_hangs(core, clock):
    ask(core)
    with core.db.unit() as session:
        syncing.of_account(session, ACCOUNT).started_at = clock.now()
    syncing.run(core, ACCOUNT)
    assert newest(core).ended_at is None
    clock.at += syncing.HUNG
    with core.db.read() as session:
        assert syncing.waiting(session, clock.now()) == [ACCOUNT]
    syncing.run(core, ACCOUNT)
    assert newest(core).ended_at == clock.now()


def test_each_night_every_account_is_synced_once(core, clock, jobs):
    assert scheduler.tick(core, clock.now(), TASKS) == ["accounts.sync"]
    jobs.run(core)
    assert newest(core).actor == "scheduler"
    clock.at = START + timedelta(hours=17, minutes=58)  # 03:58 at the shop
    scheduler.tick(core, clock.now(), TASKS)
    assert not jobs.names
    clock.at += timedelta(minutes=2)
    scheduler.tick(core, clock.now(), TASKS)
    assert jobs.names == ["sync"]


def test_a_sync_that_failed_is_tried_again_after_an_hour(core, clock, jobs, outside):
    outside.says = ConfigError("The key was not accepted. Enter it again.")
    ask(core)
    jobs.run(core)
    assert newest(core).problem == "The key was not accepted. Enter it again."
    scheduler.tick(core, clock.now(), TASKS)
    assert not jobs.names
    clock.at += timedelta(hours=1)
    scheduler.tick(core, clock.now(), TASKS)
    assert jobs.names == ["sync"]


def test_an_account_that_is_off_or_removed_is_not_synced(core, clock, jobs):
    with core.db.unit() as session:
        core.accounts.switch(session, ACCOUNT, enabled=False, actor="t")
    scheduler.tick(core, clock.now(), TASKS)
    assert not jobs.names
    ask(core)
    jobs.run(core)
    assert "switched off or gone" in newest(core).problem


def test_an_authorisation_is_redeemed_once_by_who_began_it(each_core, clock):
    core, now = each_core, clock.now()
    ours, theirs = sign_in(core)[1], sign_in(core)[1]
    with core.db.unit() as session:
        ids = [sessions.id_of(session, token, now) for token in (ours, theirs)]
        first, second = (
            authorisations.begin(session, account_id, sign_in_id=ids[0], now=now)
            for account_id in (1, ACCOUNT)
        )

    def redeem(state, sign_in_id, at=now):
        with core.db.unit() as session:
            return authorisations.redeem(session, state, sign_in_id=sign_in_id, now=at)

    with pytest.raises(InvalidInput, match="state"):
        redeem(first, ids[1])
    assert redeem(second, ids[0]) == ACCOUNT
    assert redeem(first, ids[0], now + timedelta(minutes=9)) == 1
    with pytest.raises(InvalidInput, match="state"):
        redeem(first, ids[0])
