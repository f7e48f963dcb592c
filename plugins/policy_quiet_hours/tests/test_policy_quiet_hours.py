from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from growthcore.api import Intent, MessageClass
from growthcore.testing.fakes import context_for
from growthcore.testing.packages import check_plugin
from growthcore.testing.policies import policy_conformance
from growthcore_policy_quiet_hours.policy import QuietHours

SEOUL = ZoneInfo("Asia/Seoul")
AD, INFO = MessageClass.ADVERTISING, MessageClass.INFORMATIONAL
DAY = datetime(2026, 3, 2, 12, tzinfo=SEOUL)
POLICY = QuietHours(context_for(QuietHours))


@policy_conformance(QuietHours, params={"begins": "20:50", "exempt": ["informational:*"]})
def test_conformance(check):
    check()


def test_the_package_is_in_order():
    check_plugin("policy_quiet_hours")


def load(**params):
    return POLICY.Params().load(params)


def until(at, message_class=AD, medium="sms", zone=SEOUL, **params):
    intent = Intent(
        campaign_id=1, channel=medium, message_class=message_class, night_consent=True, zone=zone
    )
    return POLICY.decide(intent, (), at, load(**params)).until


def at(hour, minute=0, second=0):
    return DAY.replace(hour=hour, minute=minute, second=second)


@pytest.mark.parametrize(
    ("now", "held"),
    [
        (at(20, 59, 59), False),
        (at(21), True),
        (at(0), True),
        (at(7, 59, 59), True),
        (at(8), False),
    ],
)
def test_they_are_from_nine_to_eight_to_the_second(now, held):
    assert (until(now) is not None) == held


def test_a_message_of_the_evening_waits_for_the_next_morning_one_after_midnight_for_the_same():
    assert until(at(22).astimezone(UTC)) == at(8) + timedelta(days=1)
    assert until(at(3)) == at(8)


@given(st.datetimes(datetime(2025, 1, 1), datetime(2027, 12, 31)))
def test_nothing_leaves_at_night_in_a_zone_with_summer_time(local):
    zone, now = ZoneInfo("Europe/Berlin"), local.replace(tzinfo=UTC)
    ends = until(now, zone=zone)
    assert (ends is None) == (8 <= now.astimezone(zone).hour < 21)
    if ends is not None:
        assert ends > now
        assert ends.astimezone(zone).hour == 8
        assert ends.astimezone(UTC) - now <= timedelta(hours=12)


def test_an_end_that_comes_twice_when_the_clocks_go_back_is_the_second_one():
    zone = ZoneInfo("Europe/Berlin")
    now = datetime(2026, 10, 25, 1, 15, tzinfo=UTC)  # 02:15 for the second time
    ends = until(now, zone=zone, begins="01:00", ends="02:30")
    assert ends.astimezone(UTC) == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)


def test_by_default_they_hold_informational_messages_and_mail_too():
    assert until(at(22), INFO, "email") is not None


@pytest.mark.parametrize("exempt", ["*:email", "advertising:email", "advertising:*"])
def test_messages_are_exempt_by_class_and_medium(exempt):
    assert until(at(22), AD, "email", exempt=[exempt]) is None


def test_an_exemption_of_another_class_frees_nothing():
    assert until(at(22), AD, "email", exempt=["informational:*"]) is not None


def test_hours_inside_one_day_hold_only_that_part():
    assert until(at(12, 30), begins="12:00", ends="13:00") == at(13)
    assert until(at(13), begins="12:00", ends="13:00") is None


NIGHTS = {
    "off": (None, True),
    "later": ({"begins": "21:01"}, True),
    "earlier-morning": ({"ends": "07:59"}, True),
    "longer": ({"begins": "20:00", "ends": "09:00"}, False),
    "round-the-clock-but-one": ({"begins": "08:01"}, False),
    "never": ({"begins": "08:00"}, True),
    "exempt": ({"exempt": ["advertising:sms"]}, True),
    "exempt-already": ({"exempt": ["advertising:email", "informational:email"]}, False),
    "less-exempt": ({"exempt": []}, False),
}


@pytest.mark.parametrize(("after", "narrower"), NIGHTS.values(), ids=NIGHTS)
def test_holding_back_less_is_for_owners(after, narrower):
    before = load(exempt=["*:email"])
    changed = None if after is None else load(**{"exempt": ["*:email"], **after})
    assert POLICY.narrows(before, changed) is narrower


def test_what_is_exempt_is_told_in_words():
    exempt = ["*:email", "advertising:sms", "informational:*"]
    told = POLICY.describe(QuietHours.Params().load({"exempt": exempt}))
    assert told.ko.endswith("예외: 모든 이메일, 광고성 문자, 정보성 메시지")
    assert "advertising by text message" in told.en
