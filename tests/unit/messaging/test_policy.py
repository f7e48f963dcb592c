"""The send policy at its boundaries: the second, the day, the law."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from growthcore.api import MessageClass
from growthcore.messaging.policy import Rules, Seen, Verdict, cooldown_until, decide, quiet_until

SEOUL = ZoneInfo("Asia/Seoul")
AD, INFO = MessageClass.ADVERTISING, MessageClass.INFORMATIONAL
DAY = datetime(2026, 3, 2, 12, tzinfo=SEOUL)


def seen(**changes):
    given_ = {
        "message_class": AD,
        "channel": "sms",
        "has_address": True,
        "consented": True,
        "suppressions": (),
        "latest_at": None,
    }
    return Seen(**(given_ | changes))


def at(hour, minute=0, second=0):
    return DAY.replace(hour=hour, minute=minute, second=second)


@pytest.mark.parametrize(
    ("now", "held"),
    [
        (at(20, 59, 59), False),
        (at(21), True),
        (at(23, 59, 59), True),
        (at(0), True),
        (at(7, 59, 59), True),
        (at(8), False),
    ],
)
def test_the_night_begins_at_nine_and_ends_at_eight_to_the_second(now, held):
    assert (quiet_until(AD, "sms", Rules(zone=SEOUL), now) is not None) == held


def test_a_message_of_the_evening_waits_for_the_next_morning():
    assert quiet_until(AD, "sms", Rules(zone=SEOUL), at(22)) == at(8) + timedelta(days=1)


def test_a_message_after_midnight_waits_for_the_same_morning():
    assert quiet_until(AD, "sms", Rules(zone=SEOUL), at(3)) == at(8)


def test_the_night_is_the_shops_whatever_zone_the_instant_is_told_in():
    assert quiet_until(AD, "sms", Rules(zone=SEOUL), at(22).astimezone(UTC)) is not None


@given(st.datetimes(datetime(2025, 1, 1), datetime(2027, 12, 31)))
def test_nothing_leaves_at_night_in_any_zone_with_summer_time(local):
    zone = ZoneInfo("Europe/Berlin")
    now = local.replace(tzinfo=UTC)
    until = quiet_until(AD, "sms", Rules(zone=zone), now)
    hour = now.astimezone(zone).hour
    assert (until is None) == (8 <= hour < 21)
    if until is not None:
        assert until > now
        assert until.astimezone(zone).hour == 8
        assert until - now <= timedelta(hours=12)


def test_by_default_the_night_holds_informational_messages_and_mail_too():
    rules = Rules(zone=SEOUL)
    assert quiet_until(INFO, "email", rules, at(22)) is not None


@pytest.mark.parametrize("exempt", ["*:email", "advertising:email", "advertising:*"])
def test_a_setting_narrows_the_night_by_class_and_channel(exempt):
    rules = Rules(zone=SEOUL, quiet_exempt=frozenset({exempt}))
    assert quiet_until(AD, "email", rules, at(22)) is None


def test_an_exemption_of_another_class_does_not_narrow_the_night():
    rules = Rules(zone=SEOUL, quiet_exempt=frozenset({"informational:*"}))
    assert quiet_until(AD, "email", rules, at(22)) is not None


def test_quiet_hours_inside_one_day_hold_only_that_part():
    rules = Rules(zone=SEOUL, quiet_from=12 * 60, quiet_until=13 * 60)
    assert quiet_until(AD, "sms", rules, at(12, 30)) == at(13)
    assert quiet_until(AD, "sms", rules, at(13)) is None


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"has_address": False}, "no_address"),
        ({"consented": False}, "no_consent"),
        ({"suppressions": ("bounced",)}, "suppressed_bounced"),
        ({"suppressions": ("unsubscribed",)}, "suppressed_unsubscribed"),
        ({"latest_at": DAY - timedelta(seconds=1)}, "expired"),
    ],
)
def test_what_may_never_go_is_suppressed_with_its_reason(changes, reason):
    decision = decide(seen(**changes), Rules(zone=SEOUL), DAY)
    assert (decision.verdict, decision.reason) == (Verdict.SUPPRESS, reason)


@pytest.mark.parametrize("changes", [{"consented": False}, {"suppressions": ("unsubscribed",)}])
def test_a_refusal_of_advertising_does_not_stop_the_notice_of_an_order(changes):
    decision = decide(seen(message_class=INFO, **changes), Rules(zone=SEOUL), DAY)
    assert decision.verdict is Verdict.SEND


def test_a_dead_address_stops_informational_messages_too():
    decision = decide(seen(message_class=INFO, suppressions=("bounced",)), Rules(zone=SEOUL), DAY)
    assert decision.verdict is Verdict.SUPPRESS


def test_a_message_that_would_be_stale_in_the_morning_is_not_kept_for_it():
    decision = decide(seen(latest_at=at(23)), Rules(zone=SEOUL), at(22))
    assert (decision.verdict, decision.reason) == (Verdict.SUPPRESS, "quiet_hours")


@pytest.mark.parametrize(("hours", "free"), [(23, False), (24, True), (25, True)])
def test_the_cooldown_is_a_rolling_window(hours, free):
    until = cooldown_until(DAY - timedelta(hours=hours), Rules(zone=SEOUL), DAY)
    assert (until is None) == free


def test_no_cooldown_means_none():
    assert cooldown_until(DAY, Rules(zone=SEOUL, cooldown=timedelta()), DAY) is None
