"""The tides of the demo shop, and what happens in a visit."""

from __future__ import annotations

import random
from collections import Counter
from datetime import UTC, date, datetime, timedelta

from growthcore.demo import traffic, visits
from growthcore.demo.catalogue import garments
from growthcore.demo.scale import ZONE
from growthcore.demo.visits import Shelf

DAY = date(2026, 11, 16)


def test_a_week_has_its_tide():
    source = random.Random(1)
    days = [DAY + timedelta(days=n) for n in range(70)]
    total = Counter()
    for day in days:
        total[day.weekday()] += traffic.visits(day, 1_000, source)
    assert total[6] > total[4] * 1.15
    assert total[0] > total[5] * 1.1


def test_evenings_are_busier_than_nights_and_moments_are_in_order():
    moments = traffic.moments(DAY, 5_000, random.Random(1))
    hours = Counter(at.astimezone(ZONE).hour for at in moments)
    assert hours[21] > 5 * hours[3]
    assert moments == sorted(moments)
    assert {at.astimezone(ZONE).date() for at in moments} == {DAY}


def test_whoever_pays_has_put_into_the_cart_what_they_pay_for():
    source, shelf = random.Random(1), Shelf(garments())
    at = datetime(2026, 11, 16, 3, tzinfo=UTC)
    names = Counter()
    for number in range(2_000):
        told = visits.visit(number, None, at, shelf, source)
        names.update(event.name for event in told)
        carted = {
            item.product for event in told if event.name == "add_to_cart" for item in event.items
        }
        checked_out = [event for event in told if event.name == "begin_checkout"]
        assert all({item.product for item in event.items} == carted for event in checked_out)
        assert [event.occurred_at for event in told] == sorted(event.occurred_at for event in told)
    assert names["view_item"] > names["add_to_cart"] > names["begin_checkout"] > 0


def test_guests_do_not_pay():
    source, shelf = random.Random(1), Shelf(garments())
    at = datetime(2026, 11, 16, 3, tzinfo=UTC)
    told = [event for n in range(500) for event in visits.visit(n, None, at, shelf, source)]
    assert not [event for event in told if event.name == "purchase"]
