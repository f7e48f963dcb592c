from datetime import timedelta

import pytest
from sqlalchemy import select

from growthcore.api import InvalidInput
from growthcore.customers import consent, merging, service
from growthcore.customers.models import Customer, Visitor
from growthcore.customers.service import Profile
from growthcore.events import identification
from growthcore.events.carts import CartsPort
from growthcore.events.incoming import IncomingEvent, IncomingItem
from growthcore.events.ingestion import ingest
from growthcore.events.listeners import EventsListener
from growthcore.events.models import Event, Order
from growthcore.operators.models import AuditEntry
from growthcore.plugins.records import PluginFailure
from growthcore.testing.plugins import a_plugin
from growthcore.testing.values import START

NOW = START + timedelta(hours=1)


@pytest.fixture
def shop(make_core, database):
    return make_core(database, [])


def upsert(shop, *profiles):
    with shop.db.unit() as session:
        return [each.id for each in service.upsert(session, profiles, now=START)]


def take(shop, id, name, customer_id, *products, minute=0, **fields):
    event = IncomingEvent(
        id=id,
        name=name,
        occurred_at=START + timedelta(minutes=minute),
        customer_id=customer_id,
        items=[IncomingItem(product=product) for product in products],
        **fields,
    )
    with shop.db.unit() as session:
        assert ingest(session, [event], source="web", now=NOW).accepted == 1


def merge(shop, kept, merged):
    with shop.db.unit() as session:
        merging.merge(
            shop, session, kept, merged, actor="1", now=NOW, listeners=[EventsListener(shop.clock)]
        )


def test_the_kept_profile_wins_and_is_completed(shop):
    kept, merged = upsert(
        shop,
        Profile(external_id="k", name="홍", attributes={"grade": "A", "points": 1}),
        Profile(external_id="m", name="김", email="m@b.kr", attributes={"points": 2, "size": "L"}),
    )
    merge(shop, kept, merged)
    with shop.db.read() as session:
        customer = service.get(session, merged)
    assert customer.id == kept
    assert (customer.name, customer.email) == ("홍", "m@b.kr")
    assert customer.attributes == {"grade": "A", "points": 1, "size": "L"}


def test_events_orders_and_carts_become_the_kept_ones(shop):
    kept, merged = upsert(shop, Profile(external_id="k"), Profile(external_id="m"))
    take(shop, "1", "add_to_cart", kept, "a", "b")
    take(shop, "2", "add_to_cart", merged, "c", minute=1)
    take(shop, "3", "purchase", merged, "a", minute=2, order="o", value=100)
    merge(shop, kept, merged)
    with shop.db.read() as session:
        assert set(session.scalars(select(Event.customer_id))) == {kept}
        assert session.scalars(select(Order.customer_id)).all() == [kept]
    [cart] = CartsPort(shop.db).open_of([kept]).values()
    assert sorted(line.product.external_id for line in cart.lines) == ["b", "c"]


def test_the_newest_consent_of_both_holds(shop):
    kept, merged = upsert(shop, Profile(external_id="k"), Profile(external_id="m"))
    with shop.db.unit() as session:
        for who, day, granted in ((kept, 0, True), (merged, 1, False)):
            consent.record(
                session,
                who,
                channel="sms",
                purpose="advertising",
                granted=granted,
                at=START + timedelta(days=day),
                source="test",
            )
    merge(shop, kept, merged)
    with shop.db.read() as session:
        assert consent.of(session, kept) == {("sms", "advertising"): False}
        assert consent.of(session, merged) == {}


def test_browsers_of_the_merged_customer_are_the_kept_ones(shop):
    with shop.db.unit() as session:
        merged = identification.identify(session, "v", external_id="m", now=START).customer_id
    [kept] = upsert(shop, Profile(external_id="k"))
    merge(shop, kept, merged)
    with shop.db.read() as session:
        assert session.scalars(select(Visitor.customer_id)).all() == [kept]


def test_a_customer_merged_twice_over_is_who_was_kept_last(shop):
    first, second, third = upsert(shop, *(Profile(external_id=each) for each in "abc"))
    merge(shop, second, first)
    merge(shop, third, second)
    with shop.db.read() as session:
        assert service.get(session, first).id == third


def test_what_moved_is_kept_for_an_undo_without_names_or_addresses(shop):
    kept, merged = upsert(
        shop, Profile(external_id="k"), Profile(external_id="m", name="김민지", email="m@b.kr")
    )
    take(shop, "1", "purchase", merged, order="o")
    merge(shop, kept, merged)
    with shop.db.read() as session:
        entry = session.scalars(
            select(AuditEntry).where(AuditEntry.action == "customer.merged")
        ).one()
        [event_id] = session.scalars(select(Event.id)).all()
        [order_id] = session.scalars(select(Order.id)).all()
    assert entry.object_id == str(kept)
    assert entry.details == {
        "merged_id": merged,
        "filled": ["email", "name"],
        "attributes": [],
        "visitors": [],
        "consent_records": [],
        "events": [event_id],
        "carts": [],
        "orders": [order_id],
    }


def test_plugins_move_what_they_hold_in_the_same_transaction(make_core, database):
    heard = []

    def moved(kept_id, merged_id, context):
        heard.append((kept_id, merged_id, context.session is not None))

    shop = make_core(database, [a_plugin("notes", growthcore_customer_merged=moved)])
    kept, merged = upsert(shop, Profile(external_id="k"), Profile(external_id="m"))
    merge(shop, kept, merged)
    assert heard == [(kept, merged, True)]


def test_a_plugin_that_cannot_move_stops_the_merge(make_core, database):
    def broken(kept_id):
        raise ValueError

    shop = make_core(database, [a_plugin("notes", growthcore_customer_merged=broken)])
    kept, merged = upsert(shop, Profile(external_id="k"), Profile(external_id="m"))
    with pytest.raises(PluginFailure):
        merge(shop, kept, merged)
    with shop.db.read() as session:
        assert service.get(session, merged).id == merged


def test_only_two_living_customers_can_be_merged(shop):
    kept, merged, third = upsert(shop, *(Profile(external_id=each) for each in "abc"))
    merge(shop, kept, merged)
    for pair in ((kept, kept), (kept, merged), (merged, third), (kept, 99)):
        with pytest.raises(InvalidInput):
            merge(shop, *pair)
    with shop.db.read() as session:
        assert session.get(Customer, third).merged_into_id is None
