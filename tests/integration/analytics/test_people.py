"""Lists of customers: who is found, in which order, and how many there are."""

from __future__ import annotations

from datetime import timedelta

import pytest

from growthcore.analytics import people
from growthcore.api import AddressKind
from growthcore.customers import suppression
from growthcore.customers.finding import Wanted
from growthcore.customers.models import Customer
from growthcore.testing.factories import make_customer, make_event
from growthcore.testing.values import START

EMAIL = ("email", AddressKind.EMAIL)


@pytest.fixture
def shop(database):
    """Four customers; the first was made first, the third was seen last, the last never."""
    with database.unit() as session:
        for number, (key, name, options) in enumerate(
            [
                ("kim-1", "김 민지", {"phone": "010-1234-5678", "consents": ["email", "sms"]}),
                ("lee-2", "이서준", {"consents": ["email"]}),
                ("park-3", "Park Jun", {"email": "jun@shop.example", "consents": ["sms"]}),
                ("no-4", None, {"email": None}),
            ]
        ):
            now = START + timedelta(minutes=number)
            make_customer(session, key, name=name, now=now, **options)
        for days, key in ((200, "kim-1"), (3, "lee-2"), (1, "park-3")):
            make_event(session, customer=key, at=START - timedelta(days=days))
        suppression.add(
            session, AddressKind.EMAIL, "lee-2@example.com", reason="entered", source="test",
            actor="test", at=START,
        )  # fmt: skip
    return database


def find(database, sort="created", offset=0, limit=20, **wanted):
    with database.read() as session:
        page = people.find(
            session, Wanted(**wanted), sort=sort, now=START, offset=offset, limit=limit
        )
        return [each.customer.external_id for each in page.items], page.total


@pytest.mark.parametrize(
    ("sort", "order"),
    [
        ("created", ["no-4", "park-3", "lee-2", "kim-1"]),
        ("seen", ["park-3", "lee-2", "kim-1", "no-4"]),
    ],
)
def test_everybody_comes_in_the_order_asked_for(shop, sort, order):
    assert find(shop, sort) == (order, 4)
    assert find(shop, sort, offset=1, limit=2) == (order[1:3], 4)


def test_by_name_whoever_has_none_comes_last(shop):
    assert find(shop, "name")[0][-1] == "no-4"
    hangul = [key for key in find(shop, "name")[0] if key in ("kim-1", "lee-2")]
    assert hangul == ["kim-1", "lee-2"]


def test_of_many_the_last_seen_are_found_without_asking_each(shop, monkeypatch):
    monkeypatch.setattr(people, "_FEW", 0)
    assert find(shop, "seen", limit=2) == (["park-3", "lee-2"], 4)
    assert find(shop, "seen") == (["park-3", "lee-2", "kim-1", "no-4"], 4)


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("민지", ["kim-1"]),
        ("김민지", ["kim-1"]),
        ("김 민 지", ["kim-1"]),
        ("ｋｉｍ－１", ["kim-1"]),
        ("park", ["park-3"]),
        ("JUN@SHOP.EXAMPLE", ["park-3"]),
        ("jun@", ["park-3"]),
        ("010-1234-5678", ["kim-1"]),
        ("０１０１２３４５６７８", ["kim-1"]),
        ("1234", ["kim-1"]),
        ("5678", ["kim-1"]),
        ("123", []),
        ("%", []),
        ("_", []),
        ("없음", []),
        ("  ", ["no-4", "park-3", "lee-2", "kim-1"]),
    ],
)
def test_customers_are_found_by_what_people_type(shop, typed, found):
    assert find(shop, text=typed) == (found, len(found))


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("민지", []),
        ("jun@", []),
        ("1234", []),
        ("김민지", ["kim-1"]),
        ("PARKJUN", ["park-3"]),
        ("jun@shop.example", ["park-3"]),
        ("01012345678", ["kim-1"]),
        ("lee-2", ["lee-2"]),
    ],
)
def test_without_parts_only_the_whole_is_found(shop, typed, found):
    assert find(shop, text=typed, parts=False) == (found, len(found))


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({"consent": "email"}, ["lee-2", "kim-1"]),
        ({"consent": "sms"}, ["park-3", "kim-1"]),
        ({"reached_by": EMAIL}, ["kim-1"]),
        ({"reached_by": ("sms", AddressKind.PHONE)}, ["kim-1"]),
        ({"suppressed": True}, ["lee-2"]),
        ({"suppressed": False}, ["no-4", "park-3", "kim-1"]),
        ({"without_address": True}, ["no-4"]),
        ({"text": "이서준", "consent": "sms"}, []),
        ({"text": "이서준", "consent": "email"}, ["lee-2"]),
    ],
)
def test_customers_are_narrowed(shop, wanted, found):
    for sort in people.SORTS:
        keys, total = find(shop, sort, **wanted)
        assert (sorted(keys), total) == (sorted(found), len(found))


def test_the_total_holds_behind_the_last_page(shop):
    assert find(shop, text="kim", offset=40) == ([], 1)


def test_who_is_gone_is_no_longer_listed(shop):
    with shop.unit() as session:
        row = session.query(Customer).filter_by(external_id="kim-1").one()
        row.erased_at = START
    assert find(shop) == (["no-4", "park-3", "lee-2"], 3)
    assert find(shop, "seen", consent="email") == (["lee-2"], 1)


def test_a_row_tells_consents_suppressions_and_when_somebody_was_seen(shop):
    with shop.read() as session:
        rows = people.find(session, Wanted(), now=START).items
        by_key = {row.customer.external_id: row for row in rows}
    assert list(by_key["kim-1"].media) == ["email", "sms"]
    assert list(by_key["lee-2"].suppressed) == ["email"]
    assert by_key["park-3"].last_seen_at == START - timedelta(days=1)
    assert by_key["no-4"].last_seen_at is None
