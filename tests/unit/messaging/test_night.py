"""The law's night at its boundaries, over a year, whatever zone the shop is in."""

from __future__ import annotations

from contextlib import nullcontext
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from growthcore.api import Intent, MessageClass
from growthcore.messaging import night
from growthcore.messaging.rules import Active, Rules
from growthcore.messaging.stride import Stride
from growthcore.testing.fakes import context_for
from growthcore_policy_quiet_hours.policy import QuietHours

SEOUL = ZoneInfo("Asia/Seoul")
AD, INFO = MessageClass.ADVERTISING, MessageClass.INFORMATIONAL
DAY = datetime(2026, 3, 2, 12, tzinfo=SEOUL)
ZONES = [ZoneInfo(name) for name in ("Asia/Seoul", "Europe/Berlin", "America/Los_Angeles", "UTC")]
LENIENT = {"begins": "12:00", "ends": "12:00", "exempt": ["*:*"]}


def intent(medium="sms", message_class=AD, *, consented=False, zone=SEOUL):
    return Intent(
        campaign_id=1,
        channel=medium,
        message_class=message_class,
        night_consent=consented,
        zone=zone,
    )


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
    assert (night.until(intent(), now) is not None) == held


def test_a_message_of_the_evening_waits_for_the_next_morning_one_after_midnight_for_the_same():
    assert night.until(intent(), at(22)) == at(8) + timedelta(days=1)
    assert night.until(intent(), at(3).astimezone(UTC)) == at(8)


@pytest.mark.parametrize(
    "free", [intent("email"), intent("sms", INFO), intent("kakao", consented=True)]
)
def test_the_law_leaves_mail_notices_and_who_consented_free(free):
    assert night.until(free, at(22)) is None


def rules(params, zone):
    policy = QuietHours(context_for(QuietHours))
    active = Active(policy=policy, params=policy.Params().load(params), window=timedelta())
    return Rules(zone=zone, active=[active] if params else [], guarded=lambda _: nullcontext())


moments = st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31, 23, 59, 59))


@given(moments, st.sampled_from(["sms", "kakao", "push"]), st.sampled_from(ZONES), st.booleans())
def test_over_a_year_no_setting_lets_advertising_out_at_night_without_consent(
    moment, medium, zone, disabled
):
    now = moment.replace(tzinfo=UTC)
    in_force = rules({} if disabled else LENIENT, zone)
    said = in_force.decide(intent(medium, zone=zone), (), now)
    assert said.sends == (8 <= now.astimezone(SEOUL).hour < 21)
    if not said.sends:
        assert said.reason == "night_ban"
        until = said.until.astimezone(SEOUL)
        assert (until.hour, until.minute, until.second) == (8, 0, 0)
        assert timedelta() < said.until - now <= timedelta(hours=11)


def test_near_the_night_no_more_is_begun_than_ends_in_half_the_time_left():
    stride = Stride(most=100, bound=True)
    assert [stride.at(at(20, 40)), stride.at(at(20, 50))] == [100, 1]
    stride.measure(1, timedelta(seconds=2))
    assert [stride.at(at(20, 50)), stride.at(at(20, 59)), stride.at(at(20, 59, 59))] == [100, 15, 1]
    assert Stride(most=100, bound=False).at(at(20, 59)) == 100


def test_the_earliest_instant_is_after_both_the_shops_and_the_laws_night():
    in_force = rules({"begins": "06:00", "ends": "10:00"}, SEOUL)
    assert in_force.earliest(intent(), at(22)) == at(10) + timedelta(days=1)
    assert in_force.quiet(intent(), at(12)) == (21 * 60, 10 * 60)
    assert in_force.quiet(intent("email"), at(12)) == (6 * 60, 10 * 60)
