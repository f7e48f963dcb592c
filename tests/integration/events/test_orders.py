from datetime import timedelta
from itertools import permutations

import pytest
from sqlalchemy import func, select

from growthcore.customers.models import Customer
from growthcore.events.carts import CartsPort
from growthcore.events.incoming import IncomingEvent, IncomingItem
from growthcore.events.ingestion import ingest
from growthcore.events.models import Event, EventItem, Order
from growthcore.testing.values import START


def bought(id, order="o1", minutes=0, **fields):
    at = START + timedelta(minutes=minutes)
    given = {"id": id, "name": "purchase", "occurred_at": at, "order": order, "value": 50000}
    return IncomingEvent(**given | fields)


def refunded(id, order="o1", value=None, minutes=1):
    at = START + timedelta(minutes=minutes)
    return IncomingEvent(id=id, name="refund", occurred_at=at, order=order, value=value)


def take(database, *events, source="web"):
    with database.unit() as session:
        return ingest(session, events, source=source, now=START + timedelta(minutes=5))


def orders(database):
    with database.read() as session:
        rows = session.scalars(select(Order).order_by(Order.key))
        return [(row.key, row.value, row.refunded, row.placed) for row in rows]


def test_an_order_counts_once_whoever_reports_it(database):
    take(database, bought("1"))
    again = take(database, bought("77"), source="cafe24")
    within = take(database, bought("2", "o2"), bought("3", "o2"))
    assert (again.accepted, again.duplicates) == (0, 1)
    assert (within.accepted, within.duplicates) == (1, 1)
    assert orders(database) == [("o1", 50000, 0, True), ("o2", 50000, 0, True)]
    with database.read() as session:
        assert session.scalar(select(func.count(Event.id))) == 2


def test_a_guests_order_becomes_whose_the_shop_says_it_is(database):
    knit = [IncomingItem(product="knit")]
    take(database, bought("1", visitor="v", items=knit))
    at = START - timedelta(hours=1)
    added = IncomingEvent(id="0", name="add_to_cart", occurred_at=at, customer="u", items=knit)
    take(database, added)
    again = take(database, bought("77", customer="u"), source="cafe24")
    late = take(database, bought("78", customer="other"), source="cafe24")
    assert (again.accepted, again.duplicates, late.accepted) == (0, 1, 0)
    with database.read() as session:
        customer_id = session.scalars(select(Customer.id).where(Customer.external_id == "u")).one()
        assert session.scalars(select(Order.customer_id)).all() == [customer_id]
        assert set(session.scalars(select(Event.customer_id))) == {customer_id}
        assert set(session.scalars(select(EventItem.customer_id))) == {customer_id}
    assert CartsPort(database).open_of([customer_id]) == {}


def test_a_purchase_without_a_number_is_an_order_by_itself(database):
    take(database, bought("1", None), bought("2", None))
    assert [key for key, *_ in orders(database)] == ["web:1", "web:2"]


def test_a_purchase_without_a_value_is_worth_its_lines(database):
    items = [
        IncomingItem(product="a", price=1000, quantity=2),
        IncomingItem(product="b", price=500),
    ]
    take(database, bought("1", value=None, items=items))
    assert orders(database) == [("o1", 2500, 0, True)]


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_refunds_subtract_once_whenever_they_come(sqlite_database, order):
    events = [bought("1"), refunded("2", value=20000), refunded("3", value=10000)]
    for index in order:
        take(sqlite_database, events[index])
        take(sqlite_database, events[index])
    assert orders(sqlite_database) == [("o1", 50000, 30000, True)]


def test_a_refund_without_a_value_is_of_everything_and_never_of_more(database):
    take(database, refunded("2"))
    assert orders(database) == [("o1", 0, 0, False)]
    take(database, bought("1"), refunded("3", value=20000))
    assert orders(database) == [("o1", 50000, 50000, True)]
