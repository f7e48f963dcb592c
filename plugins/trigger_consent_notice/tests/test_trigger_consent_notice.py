"""When the two notices are due, and what they say."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from growthcore.api import ConsentStatement, Shop, TriggerPorts, VariablePorts
from growthcore.testing.fakes import context_for
from growthcore.testing.packages import check_plugin
from growthcore.testing.values import FakeCarts, FakeConsents, a_customer
from growthcore_trigger_consent_notice.changed import ConsentChanged
from growthcore_trigger_consent_notice.confirmation import ConfirmationDue
from growthcore_trigger_consent_notice.variables import ConsentChange, ConsentsHeld

SEOUL = ZoneInfo("Asia/Seoul")
SHOP = Shop(name="그로스샵", url="https://shop.example", zone="Asia/Seoul", currency="KRW")


def seoul(text):
    return datetime.fromisoformat(text).replace(tzinfo=SEOUL)


def said(at, granted=True, *, id_=1, **changes):
    told = {"id": id_, "customer_id": 7, "channel": "email", "purpose": "advertising"}
    return ConsentStatement(**told | {"at": at, "granted": granted} | changes)


def ports(*statements):
    return TriggerPorts(carts=FakeCarts(), consents=FakeConsents(*statements))


def due(kind, since, until, *statements, **params):
    trigger = kind(context_for(kind))
    return list(trigger.due(trigger.Params().load(params), ports(*statements), since, until))


def wanted(kind, occasion, *statements):
    trigger = kind(context_for(kind))
    return trigger.still_wanted(
        occasion, trigger.Params().load({}), ports(*statements), occasion.at
    )


def confirmed(at, since, until, **params):
    return [
        each.at.astimezone(SEOUL).date().isoformat()
        for each in due(ConfirmationDue, seoul(since), seoul(until), said(seoul(at)), **params)
    ]


def test_the_package_is_in_order():
    check_plugin("trigger_consent_notice")


@pytest.mark.parametrize(
    ("at", "days"),
    [
        ("2024-11-23T23:59", ["2026-10-24"]),
        ("2024-11-23T00:00", ["2026-10-24"]),
        ("2022-11-23T12:00", ["2026-10-24"]),
        ("2025-11-23T12:00", []),
        ("2024-11-24T00:00", []),
        ("2024-11-22T23:59", []),
    ],
)
def test_a_confirmation_is_due_thirty_days_before_every_second_year_is_full(at, days):
    assert confirmed(at, "2026-10-24T00:00", "2026-10-25T00:00") == days


def test_a_leap_day_is_confirmed_before_the_last_of_february():
    found = confirmed("2024-02-29T10:00", "2026-01-01T00:00", "2026-12-31T00:00", days=1)
    assert found == ["2026-02-27"]


@given(
    st.datetimes(datetime(2015, 1, 1), datetime(2024, 6, 1)),
    st.lists(st.integers(1, 400), min_size=1, max_size=12),
    st.integers(1, 90),
)
def test_however_often_it_is_asked_each_second_year_is_due_once_and_in_time(at, hours, days):
    consent = said(at.replace(tzinfo=UTC))
    moments = [seoul("2024-07-01T00:00")]
    for each in hours:
        moments.append(moments[-1] + timedelta(hours=each))
    asked = [
        each
        for since, until in pairwise(moments)
        for each in due(ConfirmationDue, since, until, consent, days=days)
    ]
    assert asked == due(ConfirmationDue, moments[0], moments[-1], consent, days=days)
    assert len({each.key for each in asked}) == len(asked)
    day = consent.at.astimezone(SEOUL)
    for each in asked:
        full = (each.at + timedelta(days=days)).astimezone(SEOUL)
        assert (full.year - day.year) % 2 == 0
        assert (full.month, full.day) == (day.month, day.day) or (day.month, day.day) == (2, 29)


def test_consents_of_one_day_are_confirmed_together_and_refusals_never():
    at = seoul("2024-11-23T12:00")
    both = (said(at), said(at, id_=2, purpose="night"), said(at, False, id_=3, customer_id=8))
    found = due(ConfirmationDue, seoul("2026-10-24T00:00"), seoul("2026-10-25T00:00"), *both)
    assert {(each.customer_id, each.key) for each in found} == {(7, "confirm:email:2026-11-23")}


def test_a_confirmation_falls_away_when_the_consent_does_or_is_given_anew():
    at = seoul("2024-11-23T12:00")
    (occasion,) = due(
        ConfirmationDue, seoul("2026-10-24T00:00"), seoul("2026-10-25T00:00"), said(at)
    )
    assert wanted(ConfirmationDue, occasion, said(at)).dropped is None
    assert wanted(ConfirmationDue, occasion, said(at, False)).dropped == "consent_changed"
    assert wanted(ConfirmationDue, occasion, said(at + timedelta(days=1))).dropped


def test_a_consent_a_refusal_and_a_withdrawal_are_each_told_unless_nobody_knows_when():
    at = seoul("2026-11-23T12:00")
    statements = [
        said(at),
        said(at, False, id_=2, customer_id=8),
        said(at, id_=3, customer_id=9, dated=False),
        said(at, id_=4, customer_id=10, channel="sms"),
    ]
    found = due(ConsentChanged, at, at + timedelta(hours=1), *statements)
    assert [(each.customer_id, each.at) for each in found] == [(7, at), (8, at)]


def test_a_result_that_was_overturned_is_not_told():
    at = seoul("2026-11-23T12:00")
    (occasion,) = due(ConsentChanged, at, at + timedelta(hours=1), said(at))
    assert wanted(ConsentChanged, occasion, said(at)).dropped is None
    later = said(at + timedelta(minutes=5), False)
    assert wanted(ConsentChanged, occasion, later).dropped == "consent_changed_again"


def value(kind, *statements, locale=None):
    found = kind(context_for(kind)).values_from(
        [replace(a_customer(7), locale=locale)],
        SHOP,
        VariablePorts(consents=FakeConsents(*statements)),
    )
    return found.get(7)


def test_the_message_tells_the_fact_and_its_date_in_the_shops_zone():
    old, new = (
        said(seoul("2024-11-23T00:30")),
        said(seoul("2026-11-23T09:00"), False, id_=2, channel="sms"),
    )
    assert value(ConsentsHeld, old, new) == "이메일 광고성 정보 수신 동의(2024-11-23)"
    assert value(ConsentChange, old, new) == "2026-11-23 문자 광고성 정보 수신 거부(동의 철회)"
    assert value(ConsentChange, old, locale="en") == "2024-11-23 consented to advertising by e-mail"
    assert value(ConsentsHeld, new) is None
