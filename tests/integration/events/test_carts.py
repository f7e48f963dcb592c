from datetime import timedelta

from sqlalchemy import select

from growthcore.catalog.service import ProductInput, upsert_products
from growthcore.customers.models import Customer
from growthcore.events import cart_streams, carts
from growthcore.events.carts import CartsPort
from growthcore.events.folding import IDLE
from growthcore.events.incoming import IncomingEvent, IncomingItem
from growthcore.events.ingestion import ingest
from growthcore.events.models import Cart, Event
from growthcore.testing.values import START


def told(id, name, *products, minute=0, **fields):
    items = [IncomingItem(product=product, price=1000) for product in products]
    at = START + timedelta(minutes=minute)
    return IncomingEvent(**{"id": id, "name": name, "occurred_at": at, "items": items} | fields)


def take(database, *events, now=None, **options):
    with database.unit() as session:
        now = now or START + timedelta(hours=1)
        return ingest(session, events, source="web", now=now, **options)


def customer(database, external_id):
    with database.read() as session:
        return session.scalars(select(Customer.id).where(Customer.external_id == external_id)).one()


def rows(database):
    with database.read() as session:
        return session.scalars(select(Cart).order_by(Cart.id)).all()


def names(cart):
    return [line.product.external_id for line in cart.lines]


def test_a_cart_is_read_with_its_products_as_the_catalogue_knows_them(database):
    take(
        database,
        told("1", "add_to_cart", "knit", customer="u"),
        told("2", "add_to_cart", "coat", minute=1, customer="u"),
    )
    with database.unit() as session:
        hidden = ProductInput(external_id="knit", name="니트", price=900, hidden=True)
        shown = ProductInput(external_id="coat", name="코트", price=900)
        upsert_products(session, [hidden, shown], now=START)
    port = CartsPort(database)
    cart = port.open_of([customer(database, "u")])[customer(database, "u")]
    assert cart == port.get(cart.id)
    assert cart.open
    assert [(line.product.name, line.price, line.product.available) for line in cart.lines] == [
        ("니트", 1000, False),
        ("코트", 1000, True),
    ]


def test_a_product_only_an_event_has_named_is_not_available(database):
    take(database, told("1", "add_to_cart", "coat", customer="u"))
    (line,) = CartsPort(database).open_of([customer(database, "u")]).popitem()[1].lines
    assert (line.product.known, line.product.available) == (False, False)


def test_an_unknown_cart_is_none_and_an_empty_one_is_not_open_of(database):
    take(
        database,
        told("1", "add_to_cart", "a", customer="u"),
        told("2", "remove_from_cart", "a", minute=1, customer="u"),
    )
    port = CartsPort(database)
    assert port.get(999) is None
    assert port.open_of([customer(database, "u")]) == {}
    assert port.open_of([]) == {}


def test_the_newest_open_cart_is_the_customers(database):
    take(
        database,
        told("1", "add_to_cart", "a", customer="u", cart="old"),
        told("2", "add_to_cart", "b", minute=1, customer="u", cart="new"),
    )
    [cart] = CartsPort(database).open_of([customer(database, "u")]).values()
    assert names(cart) == ["b"]


def test_a_late_purchase_empties_the_cart_that_was_filled_before_it(database):
    take(database, told("1", "add_to_cart", "a", customer="u"))
    take(database, told("3", "view_cart", minute=9, customer="u"))
    take(database, told("2", "purchase", "a", minute=5, customer="u", order="o"))
    [row] = rows(database)
    assert not row.open
    assert row.closed_at == START + timedelta(minutes=5)


def test_a_late_addition_reopens_nothing_that_was_bought_after_it(database):
    take(database, told("2", "purchase", "a", minute=5, customer="u", order="o"))
    take(database, told("1", "add_to_cart", "a", "b", customer="u"))
    [cart] = CartsPort(database).open_of([customer(database, "u")]).values()
    assert names(cart) == ["b"]


def test_a_stranger_who_knows_a_carts_key_has_a_cart_of_their_own(database):
    take(database, told("1", "add_to_cart", "a", visitor="me", cart="k"))
    take(
        database,
        told("2", "remove_from_cart", "a", minute=1, visitor="stranger", cart="k"),
        told("3", "purchase", minute=2, visitor="stranger", cart="k", order="o"),
    )
    mine, theirs = rows(database)
    assert mine.open
    assert not theirs.open
    assert mine.visitor_id != theirs.visitor_id


def test_events_that_tell_nobody_leave_no_cart(database):
    assert take(database, told("1", "add_to_cart", "a", cart="k")).accepted == 1
    assert rows(database) == []


def test_events_carry_the_cart_they_belong_to(database):
    take(
        database,
        told("1", "add_to_cart", "a", customer="u"),
        told("2", "begin_checkout", minute=1, customer="u"),
        told("3", "view_item", "a", minute=2, customer="u"),
    )
    [cart] = rows(database)
    with database.read() as session:
        found = session.execute(
            select(Event.event_id, Event.cart_id).order_by(Event.event_id)
        ).all()
    assert [tuple(each) for each in found] == [("1", cart.id), ("2", cart.id), ("3", None)]


def test_a_cart_keeps_its_id_while_its_events_come_in(database):
    take(database, told("2", "add_to_cart", "a", minute=5, customer="u"))
    [before] = rows(database)
    take(database, told("1", "add_to_cart", "b", customer="u"))
    [after] = rows(database)
    assert after.id == before.id
    assert after.opened_at == START


def test_time_alone_closes_a_cart(database):
    take(database, told("1", "add_to_cart", "a", customer="u"))
    with database.unit() as session:
        assert carts.close_idle(session, now=START + IDLE) == 0
        assert carts.close_idle(session, now=START + IDLE + timedelta(seconds=1)) == 1
    [row] = rows(database)
    assert not row.open
    assert row.closed_at == START + IDLE
    assert CartsPort(database).open_of([customer(database, "u")]) == {}
    assert CartsPort(database).get(row.id).lines == []


def test_a_machine_that_fills_a_cart_for_ever_is_folded_as_far_as_it_matters(database, monkeypatch):
    monkeypatch.setattr(cart_streams, "MOST_EVENTS", 3)
    adding = [told(str(n), "add_to_cart", "a", minute=n, visitor="bot") for n in range(9)]
    for event in adding:
        take(database, event)
    [row] = rows(database)
    [line] = CartsPort(database).get(row.id).lines
    assert line.quantity == 3


def test_history_leaves_only_the_carts_that_are_still_open(database):
    take(
        database,
        told("1", "add_to_cart", "a", customer="u"),
        told("2", "add_to_cart", "b", minute=60 * 24 * 40, customer="u"),
        now=START + timedelta(days=50),
        historical=True,
    )
    old, new = rows(database)
    assert (old.open, new.open) == (False, True)
