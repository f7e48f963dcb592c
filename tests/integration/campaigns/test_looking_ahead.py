"""What is told before a launch: the real send time, who would get it, and a test."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from growthcore.api import InvalidInput
from growthcore.campaigns import dry_runs, testsend
from growthcore.campaigns.timing import send_time

SEOUL = ZoneInfo("Asia/Seoul")


def seoul(text):
    return datetime.fromisoformat(text).replace(tzinfo=SEOUL)


def time_of(shop, campaign):
    with shop.core.db.read() as session:
        return send_time(shop.core, session, shop.campaign(campaign))


@pytest.mark.parametrize(
    ("asked", "actual"),
    [
        ("2026-03-02T20:59:59", "2026-03-02T20:59:59"),
        ("2026-03-02T21:00:00", "2026-03-03T08:00:00"),
        ("2026-03-03T07:59:59", "2026-03-03T08:00:00"),
        ("2026-03-03T08:00:00", "2026-03-03T08:00:00"),
    ],
)
def test_the_night_moves_what_falls_into_it_to_its_end_and_nothing_else(shop, asked, actual):
    shop.core.clock.at = seoul(asked)
    found = time_of(shop, shop.create())
    assert found.actual == seoul(actual)
    assert found.held == (asked != actual)


def test_the_time_told_is_the_time_the_message_waits_for(shop):
    shop.customers("kim")
    shop.core.clock.at = seoul("2026-03-02T21:30:00")
    campaign = shop.create()
    told = time_of(shop, campaign).actual
    shop.launch(campaign)
    shop.work()
    shop.core.clock.at = told - timedelta(seconds=1)
    shop.work()
    assert shop.recording.addresses == []
    shop.core.clock.at = told
    shop.work()
    assert shop.recording.addresses == ["kim@example.com"]


def test_where_the_night_is_exempt_there_is_none(shop):
    shop.policy("quiet_hours", exempt=["advertising:email"])
    shop.core.clock.at = seoul("2026-03-02T23:00:00")
    found = time_of(shop, shop.create())
    assert (found.held, found.quiet) == (False, None)


def test_the_funnel_adds_up_to_who_would_get_it(each_shop):
    shop = each_shop
    shop.customers("kim", "lee")
    shop.customers("park", consent_to=None)
    shop.launch()
    shop.work()
    shop.customers("choi")
    with shop.core.db.read() as session:
        found = dry_runs.dry_run(shop.core, session, shop.create())
    assert found.funnel() == [
        ("audience", 4), ("address", 4), ("consent", 3), ("suppression", 3),
        ("quiet_hours", 3), ("cooldown", 1),
    ]  # fmt: skip
    assert found.would_send == 1


def test_a_dry_run_for_the_morning_is_not_held_by_this_night(shop):
    shop.customers("kim")
    shop.core.clock.at = seoul("2026-03-02T22:00:00")
    campaign = shop.create()
    with shop.core.db.read() as session:
        now = dry_runs.dry_run(shop.core, session, campaign)
        then = dry_runs.dry_run(shop.core, session, campaign, at=time_of(shop, campaign).actual)
    assert (now.would_send, now.reasons) == (0, {"quiet_hours": 1})
    assert then.would_send == 1


def test_a_test_is_marked_and_counts_nowhere(shop):
    campaign = shop.create()
    receipt = testsend.send_test(shop.core, campaign, "Me@Shop.example", actor="1")
    assert receipt.outcome == "accepted"
    assert shop.recording.addresses == ["me@shop.example"]
    assert shop.standing(campaign).targets == 0


@pytest.mark.parametrize(("field", "begins"), [("body", "[테스트] "), (None, "안녕")])
def test_a_test_is_marked_where_the_channel_may_be(shop, monkeypatch, field, begins):
    monkeypatch.setattr(shop.core.plugins.channels["recording"], "test_mark", field)
    testsend.send_test(shop.core, shop.create(), "me@shop.example", actor="1")
    (sent,) = shop.recording.messages
    assert sent.rendered["body"].startswith(begins)


def test_the_sixth_test_within_a_minute_is_refused_and_later_taken(shop):
    campaign = shop.create()
    for _ in range(testsend.MOST):
        testsend.send_test(shop.core, campaign, "me@shop.example", actor="1")
    with pytest.raises(testsend.TooManyTests):
        testsend.send_test(shop.core, campaign, "me@shop.example", actor="1")
    testsend.send_test(shop.core, campaign, "me@shop.example", actor="2")
    shop.pass_time(minutes=1)
    testsend.send_test(shop.core, campaign, "me@shop.example", actor="1")


def test_a_test_goes_to_an_address(shop):
    with pytest.raises(InvalidInput) as caught:
        testsend.send_test(shop.core, shop.create(), "nobody", actor="1")
    assert set(caught.value.errors) == {"address"}
