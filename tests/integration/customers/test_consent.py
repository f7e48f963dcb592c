from datetime import timedelta
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from growthcore.api import InvalidInput
from growthcore.customers import consent, service
from growthcore.customers.models import ConsentRecord
from growthcore.testing.values import START

NAMES = count()


def customer(database):
    with database.unit() as session:
        profile = service.Profile(external_id=f"u{next(NAMES)}")
        return service.upsert(session, [profile], now=START)[0].id


def say(database, customer_id, granted, *, day=0, channel="sms", purpose="advertising"):
    with database.unit() as session:
        consent.record(
            session,
            customer_id,
            channel=channel,
            purpose=purpose,
            granted=granted,
            at=START + timedelta(days=day),
            source="signup form",
            evidence={"ip": "192.0.2.1"},
        )


def granted(database, customer_id, channel="sms", purpose="advertising"):
    with database.read() as session:
        return consent.granted(session, [customer_id, 9999], channel, purpose) == {customer_id}


def test_nobody_consents_before_saying_so(database):
    assert not granted(database, customer(database))


def test_the_newest_statement_holds(database):
    who = customer(database)
    say(database, who, True)
    assert granted(database, who)
    say(database, who, False, day=1)
    assert not granted(database, who)


def test_a_late_record_does_not_overturn_a_newer_one(database):
    who = customer(database)
    say(database, who, False, day=1)
    say(database, who, True, day=0)
    assert not granted(database, who)
    with database.read() as session:
        assert session.scalar(select(func.count(ConsentRecord.id))) == 2


def test_of_two_at_one_instant_the_withdrawal_holds(database):
    who = customer(database)
    say(database, who, False)
    say(database, who, True)
    assert not granted(database, who)


def test_channels_and_purposes_are_each_their_own(database):
    who = customer(database)
    say(database, who, True)
    say(database, who, True, channel="email")
    say(database, who, False, purpose="night")
    assert granted(database, who)
    assert not granted(database, who, purpose="night")
    with database.read() as session:
        assert consent.of(session, who) == {
            ("sms", "advertising"): True,
            ("sms", "night"): False,
            ("email", "advertising"): True,
        }


@pytest.mark.parametrize(
    "wrong", [{"purpose": "profiling"}, {"channel": "SMS"}, {"channel": "x" * 21}]
)
def test_what_is_no_channel_or_purpose_is_refused(sqlite_database, wrong):
    who = customer(sqlite_database)
    with pytest.raises(InvalidInput, match=r"\[0\]"):
        say(sqlite_database, who, True, **wrong)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.lists(st.tuples(st.integers(0, 4), st.booleans()), min_size=1, max_size=8),
    st.integers(1, 4),
    st.randoms(use_true_random=False),
)
def test_any_order_and_any_batches_say_the_same(sqlite_database, said, size, random):
    newest = max(said, key=lambda each: (each[0], not each[1]))
    random.shuffle(said)
    who = customer(sqlite_database)
    for start in range(0, len(said), size):
        with sqlite_database.unit() as session:
            consent.record_all(
                session,
                [
                    consent.Statement(
                        customer_id=who,
                        channel="sms",
                        purpose="advertising",
                        granted=given_,
                        at=START + timedelta(days=day),
                        source="test",
                    )
                    for day, given_ in said[start : start + size]
                ],
            )
    assert granted(sqlite_database, who) is newest[1]
