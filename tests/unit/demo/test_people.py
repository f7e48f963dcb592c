"""The customers of the demo shop are nobody."""

from __future__ import annotations

import random
from datetime import UTC, datetime

import pytest

from growthcore.customers.profiles import check
from growthcore.demo.people import people
from growthcore.demo.scale import Scale

NOW = datetime(2026, 11, 22, 3, tzinfo=UTC)


@pytest.fixture(scope="module")
def everybody():
    return people(Scale(), random.Random(1), NOW)


def test_everybody_can_be_taken_in_and_is_told_apart(everybody):
    assert len(everybody) == 2_000
    for name in ("external_id", "email", "phone"):
        assert len({getattr(person, name) for person in everybody}) == 2_000
    assert all(check(person.profile) for person in everybody)


def test_addresses_and_numbers_reach_nobody(everybody):
    domains = {person.email.rpartition("@")[2] for person in everybody}
    assert domains == {"example.com", "example.net", "example.org"}
    assert all(person.phone.startswith("010-0") for person in everybody)


def test_most_but_not_all_consent_and_some_are_suppressed(everybody):
    assert 0.7 < sum(person.mail for person in everybody) / 2_000 < 0.85
    assert 10 < sum(person.suppressed is not None for person in everybody) < 100
    assert not any(person.mail for person in everybody if person.suppressed == "unsubscribed")


def test_nobody_joins_in_the_future(everybody):
    assert all(person.joined < NOW for person in everybody)
