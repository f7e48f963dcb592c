"""One customer as a whole."""

from __future__ import annotations

from datetime import timedelta

from growthcore.analytics import profiles
from growthcore.customers import consent
from growthcore.testing.factories import make_customer, make_event, make_product
from growthcore.testing.values import START


def test_the_head_sums_up_what_was_bought_less_what_was_given_back(database):
    with database.unit() as session:
        kim = make_customer(session, "kim")
        for number, value in enumerate((10_000, 30_000)):
            make_event(
                session, "purchase", customer=kim, order=f"A-{number}", value=value,
                items=[("P1", value)], currency="KRW", at=START - timedelta(days=number),
            )  # fmt: skip
        make_event(session, "refund", customer=kim, order="A-0", value=4_000, currency="KRW")
        found = profiles.head(session, kim.id)
    assert (found.orders, found.spent) == (2, {"KRW": 36_000})
    assert found.last_seen_at == START
    assert found.label == "kim"


def test_there_is_no_head_of_nobody(database):
    with database.read() as session:
        assert profiles.head(session, 99) is None


def test_orders_come_newest_first_with_their_lines(database):
    with database.unit() as session:
        make_product(session, "P1", name="코트")
        kim = make_customer(session, "kim")
        for number in range(3):
            make_event(
                session, "purchase", customer=kim, order=f"A-{number}", value=10_000,
                items=[("P1", 5_000), ("P2", 5_000)], at=START + timedelta(hours=number),
            )  # fmt: skip
        page = profiles.orders(session, kim.id, offset=1, limit=1)
    (placed,) = page.items
    assert (placed.order.key, page.total) == ("A-1", 3)
    assert [(line.product.external_id, line.price) for line in placed.lines] == [
        ("P1", 5_000),
        ("P2", 5_000),
    ]


def test_only_carts_with_something_in_them_are_shown(database):
    with database.unit() as session:
        kim = make_customer(session, "kim")
        make_event(session, "add_to_cart", customer=kim, items=["P1"])
        assert [len(cart.lines) for cart in profiles.open_carts(session, kim.id)] == [1]
        make_event(
            session, "remove_from_cart", customer=kim, items=["P1"], at=START + timedelta(minutes=1)
        )
        assert profiles.open_carts(session, kim.id) == []


def test_what_holds_is_told_with_where_it_came_from(database):
    with database.unit() as session:
        kim = make_customer(session, "kim")
        for minutes, granted, source in ((0, True, "form"), (5, False, "call")):
            consent.record(
                session, kim.id, channel="email", purpose="advertising", granted=granted,
                at=START + timedelta(minutes=minutes), source=source,
            )  # fmt: skip
        now, told = profiles.agreements(session, kim.id)
    assert [(each.granted, each.newest.source) for each in now] == [(False, "call")]
    assert [each.source for each in told] == ["call", "form"]


def test_browsers_and_attributes_are_told(database):
    with database.unit() as session:
        kim = make_customer(session, "kim", attributes={"grade": "VIP"})
        make_event(session, customer=kim, visitor="browser-1")
        found = profiles.identity(session, kim.id)
    assert dict(found.attributes) == {"grade": "VIP"}
    assert found.merged == []
