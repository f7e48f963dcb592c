from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from growthcore.operators import attempts
from growthcore.operators.attempts import ACCOUNT, ADDRESS


@pytest.mark.parametrize(
    ("count", "seconds"),
    [(1, 0), (4, 0), (5, 30), (6, 60), (7, 120), (9, 480), (10, 900), (999, 900)],
)
def test_each_further_failure_doubles_the_wait_up_to_a_quarter_of_an_hour(count, seconds):
    assert ACCOUNT.wait(count) == timedelta(seconds=seconds)


@given(st.integers(1, 10_000), st.sampled_from([ACCOUNT, ADDRESS]))
def test_more_failures_never_wait_less(count, allowance):
    assert allowance.wait(count) <= allowance.wait(count + 1)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9"),
        ("192.0.2.1", "192.0.2.1"),
        ("::ffff:192.0.2.1", "::ffff:192.0.2.1"),
    ],
)
def test_one_customer_is_one_address(one, other):
    assert attempts.address(one) == attempts.address(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:3::1"),
        ("192.0.2.1", "192.0.2.2"),
        ("::ffff:192.0.2.1", "::ffff:192.0.2.2"),
        ("unknown", "192.0.2.1"),
    ],
)
def test_two_customers_are_two_addresses(one, other):
    assert attempts.address(one) != attempts.address(other)


@pytest.mark.parametrize(("seconds", "minutes"), [(1, 1), (60, 1), (61, 2), (900, 15)])
def test_a_wait_is_told_in_whole_minutes(seconds, minutes):
    assert attempts.minutes(timedelta(seconds=seconds)) == minutes
