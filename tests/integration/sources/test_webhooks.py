"""Webhooks: kept, answered at once, handled by a worker, however often and in whatever order."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from growthcore.api import RetryableError
from growthcore.events import reading
from growthcore.events.models import Event
from growthcore.sources import deliveries, receiving
from growthcore.sources.models import SourceDelivery
from growthcore.web import create_app
from growthcore.web.hooks import MOST_BYTES


@pytest.fixture
def post(core, account):
    client = create_app(core, {"HOOKS_RATE": 0.01, "HOOKS_BURST": 6}).test_client()

    def send(body=b"a", key="s3cret", account=account, **options):
        return client.post(f"/hooks/{account}", data=body, headers={"X-Key": key}, **options)

    return send


def kept(core):
    with core.db.read() as session:
        return session.scalars(select(SourceDelivery).order_by(SourceDelivery.id)).all()


def events(core):
    with core.db.read() as session:
        return session.scalars(select(Event).order_by(Event.id)).all()


def test_a_webhook_is_kept_once_answered_and_handled_by_a_worker(core, post, jobs, shelf):
    assert [post().status_code, post().status_code] == [200, 200]
    assert events(core) == []
    jobs.collected.clear()
    with core.db.read() as session:
        assert deliveries.waiting(session, core.clock.now())
    jobs.enqueue("events", "receive", kept(core)[0].account_id)
    jobs.run(core)
    (event,), (row,) = events(core), kept(core)
    assert (event.source, row.done_at) == ("played", core.clock.now())


def test_campaigns_react_to_what_a_webhook_told(core, post, jobs):
    post()
    assert receiving.step(core, kept(core)[0].account_id)
    with core.db.read() as session:
        assert reading.has_unreacted(session)
    assert "react" in jobs.names


def test_who_has_not_the_key_asks_for_too_much_or_comes_too_often_is_sent_away(core, post, account):
    assert post(key="wrong").status_code == 403
    assert post(account=account + 1).status_code == 404
    assert post(body=b"x" * (MOST_BYTES + 1)).status_code == 413
    with core.db.unit() as session:
        core.accounts.switch(session, account, enabled=False, actor="test")
    assert post().status_code == 404
    answers = [post().status_code for _ in range(5)]
    assert answers[-1] == 429
    assert kept(core) == []


def test_one_that_breaks_the_source_holds_up_no_other(core, account, post, shelf, clock):
    for body in (b"a", b"poison", b"b"):
        post(body)
    receiving.step(core, account)
    assert [bool(row.done_at) for row in kept(core)] == [True, False, True]
    assert [each.body for each in shelf.received] == [b"a", b"b"]
    for _attempt in range(deliveries.MOST_ATTEMPTS):
        clock.at += timedelta(hours=1)
        receiving.step(core, account)
    assert not receiving.step(core, account)
    with core.db.read() as session:
        newest, pending, errors = deliveries.standing(session, account)
    assert (pending, len(errors)) == (0, 1)
    assert newest


def test_what_cannot_be_handled_now_is_tried_again_and_once_is_enough(
    make_core, database, offered, account_of, shelf, clock
):
    core = make_core(database, offered)
    account = account_of(core)
    with core.db.unit() as session:
        first = deliveries.keep(session, account, b"a", {}, clock.at)
        again = deliveries.keep(session, account, b"a", {}, clock.at + timedelta(minutes=9))
        other = deliveries.keep(session, account, b"a", {"event": "1"}, clock.at)
    assert (first, again, other) == (True, False, True)
    shelf.says = RetryableError("Later.", after=20)
    assert receiving.step(core, account)
    assert not receiving.step(core, account)
    shelf.says = None
    clock.at += timedelta(seconds=20)
    with core.db.unit() as session:
        assert len(deliveries.claim(session, account, clock.at)) == 2
    assert not receiving.step(core, account)
    clock.at += deliveries.LEASE
    assert receiving.step(core, account)
    assert len(events(core)) == 2
    clock.at += deliveries.KEPT + timedelta(minutes=1)
    with core.db.unit() as session:
        deliveries.sweep(session, clock.at)
    assert kept(core) == []
