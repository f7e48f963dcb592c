from datetime import timedelta

import pytest
from sqlalchemy import func, select

from growthcore.api import InvalidInput
from growthcore.customers.models import Customer, Visitor
from growthcore.customers.service import Profile, upsert
from growthcore.events import identification, reading
from growthcore.events.carts import CartsPort
from growthcore.events.incoming import IncomingEvent, IncomingItem
from growthcore.events.ingestion import ingest
from growthcore.events.models import Cart, Event, EventItem, Order
from growthcore.testing.values import START

NOW = START + timedelta(hours=1)


def told(id, name="view_item", *products, minute=0, **fields):
    items = [IncomingItem(product=product, price=1000) for product in products]
    at = START + timedelta(minutes=minute)
    return IncomingEvent(**{"id": id, "name": name, "occurred_at": at, "items": items} | fields)


def take(database, *events, now=NOW, **options):
    with database.unit() as session:
        return ingest(session, events, source="web", now=now, **options)


def identify(database, visitor="v", now=NOW, **who):
    with database.unit() as session:
        return identification.identify(session, visitor, now=now, **who)


def owners(database):
    with database.read() as session:
        return dict(session.execute(select(Event.event_id, Event.customer_id)).all())


def open_products(database, customer_id):
    cart = CartsPort(database).open_of([customer_id]).get(customer_id)
    return sorted(line.product.external_id for line in cart.lines) if cart else None


def test_identifying_writes_the_customer_onto_the_anonymous_past(database):
    take(
        database,
        told("1", "view_item", "a", visitor="v"),
        told("2", "purchase", "a", visitor="v", order="o"),
        told("3", visitor="other"),
    )
    who = identify(database, external_id="u", traits={"name": "홍길동", "grade": "VIP"})
    assert (who.moved, who.more) == (2, False)
    assert owners(database) == {"1": who.customer_id, "2": who.customer_id, "3": None}
    with database.read() as session:
        assert set(session.scalars(select(EventItem.customer_id))) == {who.customer_id}
        assert session.scalars(select(Order.customer_id)).all() == [who.customer_id]


def test_events_after_identifying_are_the_customers_at_once(database):
    who = identify(database, external_id="u")
    take(database, told("1", visitor="v"))
    assert owners(database) == {"1": who.customer_id}


def test_identifying_again_changes_nothing(database):
    first = identify(database, external_id="u")
    with database.read() as session:
        before = session.scalars(select(Visitor.identified_at)).all()
    again = identify(database, external_id="u", now=NOW + timedelta(hours=1))
    with database.read() as session:
        assert session.scalars(select(Visitor.identified_at)).all() == before
    assert (again.customer_id, again.moved) == (first.customer_id, 0)


def test_recent_events_are_reacted_to_again_with_their_customer(database):
    old = NOW - timedelta(days=8)
    take(
        database,
        told("old", visitor="v", occurred_at=old),
        told("new", visitor="v"),
        historical=True,
    )
    with database.unit() as session:
        events = reading.unreacted(session, 10)
        reading.mark_reacted(session, [event.id for event in events])
    who = identify(database, external_id="u")
    with database.unit() as session:
        [event] = reading.unreacted(session, 10)
    assert event.occurred_at == START
    assert event.customer_id == who.customer_id


def test_a_customer_known_by_email_gains_the_shops_id(database):
    by_email = identify(database, "v1", email="Minji@Example.com")
    by_id = identify(database, "v2", external_id="u", email="minji@example.com")
    assert by_id.customer_id == by_email.customer_id
    with database.read() as session:
        assert session.scalars(select(Customer.external_id)).all() == ["u"]


def test_a_phone_number_finds_the_customer_when_nothing_stronger_is_told(database):
    first = identify(database, "v1", external_id="u", phone="010-1234-5678")
    assert identify(database, "v2", phone="+82 10 1234 5678").customer_id == first.customer_id


def test_two_with_one_phone_and_two_emails_stay_two(database):
    parent = identify(database, "v1", email="parent@example.com", phone="010-1234-5678")
    child = identify(database, "v2", email="child@example.com", phone="010-1234-5678")
    assert parent.customer_id != child.customer_id


def test_two_known_customers_on_one_browser_stay_two_and_keep_their_own(database):
    take(database, told("1", visitor="v"))
    first = identify(database, external_id="first")
    take(database, told("2", visitor="v", minute=70), now=NOW + timedelta(hours=1))
    second = identify(database, external_id="second", now=NOW + timedelta(hours=1))
    take(database, told("3", visitor="v", minute=130), now=NOW + timedelta(hours=2))
    assert second.moved == 0
    assert owners(database) == {
        "1": first.customer_id,
        "2": first.customer_id,
        "3": second.customer_id,
    }


def test_what_is_told_late_is_whose_the_browser_was_at_the_time(database):
    first = identify(database, external_id="first")
    second = identify(database, external_id="second", now=NOW + timedelta(hours=1))
    later = NOW + timedelta(hours=2)
    take(
        database,
        told("before", visitor="v", occurred_at=NOW + timedelta(minutes=30)),
        told("after", visitor="v", occurred_at=NOW + timedelta(minutes=90)),
        now=later,
    )
    assert owners(database) == {"before": first.customer_id, "after": second.customer_id}


def test_the_anonymous_cart_comes_along(database):
    take(database, told("1", "add_to_cart", "a", visitor="v"))
    with database.read() as session:
        cart_id = session.scalars(select(Cart.id)).one()
    who = identify(database, external_id="u")
    [cart] = CartsPort(database).open_of([who.customer_id]).values()
    assert cart.id == cart_id
    assert open_products(database, who.customer_id) == ["a"]


@pytest.mark.parametrize("key", [None, "k"])
def test_two_open_carts_of_one_customer_become_one(database, key):
    take(database, told("1", "add_to_cart", "a", customer="u", cart=key))
    take(database, told("2", "add_to_cart", "b", visitor="v", minute=1, cart=key))
    who = identify(database, external_id="u")
    assert open_products(database, who.customer_id) == ["a", "b"]
    with database.read() as session:
        assert session.scalar(select(func.count(Cart.id))) == 1


def test_what_the_customer_bought_elsewhere_leaves_the_anonymous_cart(database):
    take(database, told("1", "add_to_cart", "a", "b", visitor="v"))
    take(database, told("2", "purchase", "a", minute=5, customer="u", order="o"))
    who = identify(database, external_id="u")
    assert open_products(database, who.customer_id) == ["b"]


def test_a_long_past_is_written_in_portions(database, monkeypatch):
    monkeypatch.setattr(identification, "MOST_AT_ONCE", 3)
    take(database, *(told(str(number), visitor="v", minute=number) for number in range(7)))
    with database.unit() as session:
        who = identification.identify(session, "v", external_id="u", now=NOW)
    assert (who.moved, who.more) == (3, True)
    moved = []
    while not moved or moved[-1]:
        with database.unit() as session:
            moved.append(identification.adopt(session, who.visitor_id, limit=3, now=NOW))
    assert moved == [3, 1, 0]
    assert set(owners(database).values()) == {who.customer_id}


def test_the_rest_of_a_past_stays_whose_it_was_when_the_browser_changes_hands(
    database, monkeypatch
):
    monkeypatch.setattr(identification, "MOST_AT_ONCE", 1)
    take(database, told("1", visitor="v"), told("2", visitor="v", minute=1))
    first = identify(database, external_id="first")
    identify(database, external_id="second", now=NOW + timedelta(minutes=1))
    with database.unit() as session:
        assert identification.adopt(session, first.visitor_id, now=NOW) == 1
    assert set(owners(database).values()) == {first.customer_id}


def test_nothing_to_identify_by_is_told_by_field(database):
    with pytest.raises(InvalidInput, match="external_id"):
        identify(database)
    with pytest.raises(InvalidInput, match="email"):
        identify(database, external_id="u", email="no")
    with pytest.raises(InvalidInput, match="visitor"):
        identify(database, "x" * 65, external_id="u")
    with database.read() as session:
        assert session.scalars(select(Visitor)).all() == []


def test_an_unknown_visitor_is_nobodys_past(database):
    with database.unit() as session:
        assert identification.adopt(session, 99, now=NOW) == 0


def test_somebody_merged_is_identified_as_who_was_kept(database):
    with database.unit() as session:
        kept, merged = upsert(
            session, [Profile(external_id="kept"), Profile(external_id="merged")], now=NOW
        )
        session.get(Customer, merged.id).merged_into_id = kept.id
    assert identify(database, external_id="merged").customer_id == kept.id
