from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from marshmallow import ValidationError

from growthcore.api import Intent, MessageClass, Sent
from growthcore.testing.fakes import context_for
from growthcore.testing.packages import check_plugin
from growthcore.testing.policies import policy_conformance
from growthcore.testing.values import START
from growthcore_policy_cooldown.policy import Cooldown

AD, INFO = MessageClass.ADVERTISING, MessageClass.INFORMATIONAL
HOUR = timedelta(hours=1)
POLICY = Cooldown(context_for(Cooldown))
NONE = {"minutes": 0}


@policy_conformance(
    Cooldown,
    params={
        "pause": {"hours": 3},
        "per_channel": True,
        "caps": [{"most": 3, "window": {"days": 2}, "channel": "sms"}],
        "informational": "uncounted",
    },
)
def test_conformance(check):
    check()


def test_the_package_is_in_order():
    check_plugin("policy_cooldown")


def sent(hours, channel="sms", message_class=AD):
    return Sent(
        campaign_id=2, channel=channel, message_class=message_class, at=START - hours * HOUR
    )


def decide(*sends, channel="sms", message_class=AD, **params):
    intent = Intent(
        campaign_id=1,
        channel=channel,
        message_class=message_class,
        night_consent=False,
        zone=ZoneInfo("Asia/Seoul"),
    )
    loaded = POLICY.Params().load(params)
    return POLICY.decide(intent, sorted(sends, key=lambda each: each.at), START, loaded)


@pytest.mark.parametrize(("hours", "free"), [(23, False), (24, True), (25, True)])
def test_the_cooldown_is_a_rolling_window_of_a_day(hours, free):
    said = decide(sent(hours))
    assert said.sends == free
    assert free or said.until == START + HOUR


def test_no_cooldown_means_none():
    assert decide(sent(0), pause=NONE).sends


def test_a_cooldown_for_each_medium_counts_only_its_own():
    assert decide(sent(1, "email"), per_channel=True).sends
    assert not decide(sent(1, "email")).sends
    assert not decide(sent(1), per_channel=True).sends


def test_a_cap_waits_until_there_is_room_for_one():
    cap = {"most": 2, "window": {"days": 7}}
    said = decide(sent(100), sent(60), sent(50), pause=NONE, caps=[cap])
    assert (said.reason, said.until) == ("cap", START + (7 * 24 - 60) * HOUR)
    assert decide(sent(100), pause=NONE, caps=[cap]).sends


def test_a_cap_of_one_medium_leaves_the_others_alone():
    cap = {"most": 1, "window": {"days": 7}, "channel": "sms"}
    assert decide(sent(30), channel="email", caps=[cap]).sends
    assert decide(sent(30, "email"), channel="sms", caps=[cap]).sends
    assert not decide(sent(30), channel="sms", caps=[cap]).sends


def test_of_several_limits_the_one_that_holds_longest_speaks():
    said = decide(sent(23), caps=[{"most": 1, "window": {"days": 3}}])
    assert (said.reason, said.until) == ("cap", START + 49 * HOUR)


def test_informational_messages_are_held_like_all_others_unless_they_are_let_through():
    assert not decide(sent(1), message_class=INFO).sends
    assert decide(sent(1), message_class=INFO, informational="free").sends


def test_what_is_let_through_counts_unless_it_is_told_not_to():
    notice = sent(1, message_class=INFO)
    assert not decide(notice, informational="free").sends
    assert decide(notice, informational="uncounted").sends


@given(st.lists(st.integers(0, 200), max_size=20), st.integers(1, 4), st.integers(1, 100))
def test_at_the_end_of_a_deferral_there_is_room(hours, most, window):
    cap = {"most": most, "window": {"hours": window}}
    said = decide(*map(sent, hours), pause=NONE, caps=[cap])
    moment = said.until or START
    inside = [each for each in hours if START - each * HOUR > moment - window * HOUR]
    assert len(inside) < most
    if said.until:
        just = [each for each in hours if START - each * HOUR >= moment - window * HOUR]
        assert len(just) >= most


@pytest.mark.parametrize(
    "params",
    [
        {"pause": {"days": 91}},
        {"caps": [{"most": 0, "window": {"days": 1}}]},
        {"caps": [{"most": 1, "window": {"minutes": 0}}]},
        {"caps": [{"most": 1, "window": {"days": 1}, "channel": "문자"}]},
        {"informational": "sometimes"},
    ],
)
def test_limits_that_make_no_sense_are_refused(params):
    with pytest.raises(ValidationError):
        POLICY.Params().load(params)


def test_the_settings_are_told_as_a_sentence():
    params = POLICY.Params().load({"caps": [{"most": 3, "window": {"days": 7}, "channel": "sms"}]})
    assert POLICY.describe(params).ko == (
        "모든 채널 24시간에 1회, sms 7일에 3회. 정보성 메시지: 광고성과 똑같이 제한."
    )
