import json
from datetime import timedelta

import pytest
from sqlalchemy import select

from growthcore.api import AddressKind, InvalidInput
from growthcore.customers import consent, erasure, merging, service, suppression
from growthcore.customers.addresses import address_hash
from growthcore.customers.models import Customer, Suppression
from growthcore.customers.service import Profile
from growthcore.db.base import Base
from growthcore.events import identification
from growthcore.events.carts import CartsPort
from growthcore.events.incoming import IncomingEvent, IncomingItem
from growthcore.events.ingestion import ingest
from growthcore.events.listeners import EventsListener
from growthcore.events.models import Event, Order
from growthcore.operators import audit
from growthcore.plugins.records import PluginFailure
from growthcore.testing.plugins import a_plugin
from growthcore.testing.values import START

NOW = START + timedelta(hours=1)
PLANTED = (
    "planted-id", "planted-visitor", "planted-cart", "planted@example.com", "+821012345678",
    "심은이름", "planted-value", "planted-property", "planted-evidence", "planted-merged",
    "merged@example.com", "planted-audit",
)  # fmt: skip


@pytest.fixture
def shop(make_core, database):
    return make_core(database, [])


@pytest.fixture
def customer_id(shop):
    """A customer of whom every table knows something."""
    with shop.db.unit() as session:
        events = [
            IncomingEvent(
                id=str(number),
                name=name,
                occurred_at=START + timedelta(minutes=number),
                visitor="planted-visitor",
                cart="planted-cart",
                order="o1" if name == "purchase" else None,
                value=5000,
                properties={"note": "planted-property"},
                items=[IncomingItem(product="knit", price=5000)],
            )
            for number, name in enumerate(("add_to_cart", "purchase", "add_to_cart"))
        ]
        ingest(session, events, source="web", now=NOW)
        who = identification.identify(
            session,
            "planted-visitor",
            external_id="planted-id",
            email="planted@example.com",
            phone="010-1234-5678",
            traits={"name": "심은이름", "locale": "ko", "note": "planted-value"},
            now=NOW,
        ).customer_id
        other = Profile(external_id="planted-merged", email="merged@example.com")
        [merged] = service.upsert(session, [other], now=NOW)
        consent.record(
            session,
            who,
            channel="email",
            purpose="advertising",
            granted=True,
            at=NOW,
            source="form",
            evidence={"ip": "planted-evidence"},
        )
        suppression.add(
            session,
            AddressKind.EMAIL,
            "planted@example.com",
            reason="unsubscribed",
            source="link",
            actor="system",
            at=NOW,
        )
        audit.record(
            session,
            at=NOW,
            actor="1",
            action="customer.changed",
            kind="customer",
            id=who,
            details={"note": "planted-audit"},
        )
    with shop.db.unit() as session:
        merging.merge(shop, session, who, merged.id, actor="1", now=NOW, listeners=listeners(shop))
    return who


def listeners(shop):
    return [EventsListener(shop.clock)]


def erase(shop, customer_id):
    with shop.db.unit() as session:
        erasure.erase(shop, session, customer_id, actor="1", now=NOW, listeners=listeners(shop))


def everything(database):
    """Every value of every table as text, by table and column."""
    with database.engine.connect() as connection:
        for table in Base.metadata.sorted_tables:
            for row in connection.execute(select(table)).mappings():
                for column, value in row.items():
                    if isinstance(value, str):
                        yield f"{table.name}.{column}", value
                    elif isinstance(value, dict | list):
                        yield f"{table.name}.{column}", json.dumps(value, ensure_ascii=False)


def found(database):
    return {
        (planted, place)
        for place, value in everything(database)
        for planted in PLANTED
        if planted in value
    }


def test_nothing_planted_is_left_in_any_table(shop, customer_id):
    assert {planted for planted, _ in found(shop.db)} == set(PLANTED)
    erase(shop, customer_id)
    assert found(shop.db) == set()


def test_what_is_counted_and_summed_stays(shop, customer_id):
    erase(shop, customer_id)
    with shop.db.read() as session:
        events = session.execute(select(Event.customer_id, Event.value)).all()
        assert [tuple(each) for each in events] == [(customer_id, 5000)] * 3
        assert session.scalars(select(Order.value)).all() == [5000]
    assert CartsPort(shop.db).open_of([customer_id]) == {}


def test_the_suppression_of_the_address_outlives_it(shop, customer_id):
    erase(shop, customer_id)
    with shop.db.read() as session:
        [digest] = session.scalars(select(Suppression.address_hash)).all()
    assert digest == address_hash(AddressKind.EMAIL, "planted@example.com")


def test_erasing_again_does_no_harm_and_keeps_the_day(shop, customer_id):
    erase(shop, customer_id)
    with shop.db.unit() as session:
        erasure.erase(
            shop,
            session,
            customer_id,
            actor="1",
            now=NOW + timedelta(days=1),
            listeners=listeners(shop),
        )
    with shop.db.read() as session:
        row = session.get(Customer, customer_id)
        assert row.erased_at == NOW
        assert service.get(session, customer_id) is None


def test_who_comes_back_is_somebody_new(shop, customer_id):
    erase(shop, customer_id)
    with shop.db.unit() as session:
        again = identification.identify(
            session, "planted-visitor", external_id="planted-id", now=NOW
        )
        event = IncomingEvent(id="n", name="login", occurred_at=NOW, customer_id=customer_id)
        done = ingest(session, [event], source="web", now=NOW)
    assert again.customer_id != customer_id
    assert again.moved == 0
    assert [each.code for each in done.rejected] == ["unknown_customer"]


def test_a_plugin_that_cannot_forget_fails_the_erasure(make_core, database):
    forgotten = []

    def forget(customer_id, context):
        assert context.session is not None
        forgotten.append(customer_id)
        if len(forgotten) == 1:
            raise ValueError
        return 1

    shop = make_core(database, [a_plugin("notes", growthcore_customer_erased=forget)])
    with shop.db.unit() as session:
        [made] = service.upsert(session, [Profile(external_id="planted-id")], now=NOW)
    with pytest.raises(PluginFailure):
        erase(shop, made.id)
    assert found(shop.db) == {("planted-id", "customers.external_id")}
    erase(shop, made.id)
    assert found(shop.db) == set()
    assert forgotten == [made.id, made.id]


def test_an_unknown_customer_is_told(shop):
    with pytest.raises(InvalidInput, match="99"):
        erase(shop, 99)
    with pytest.raises(InvalidInput, match="99"), shop.db.read() as session:
        erasure.export(session, 99, listeners=[])


def test_an_export_tells_everything_as_json(shop, customer_id):
    with shop.db.read() as session:
        document = erasure.export(session, customer_id, listeners=listeners(shop))
    told = json.dumps(document, ensure_ascii=False)
    for planted in set(PLANTED) - {
        "planted-cart", "planted-merged", "merged@example.com", "planted-audit",
    }:  # fmt: skip
        assert planted in told
    assert document["customer"]["attributes"] == {"note": "planted-value"}
    assert [event["name"] for event in document["events"]] == [
        "add_to_cart",
        "purchase",
        "add_to_cart",
    ]
    assert document["orders"][0]["order"] == "o1"
    assert [cart["open"] for cart in document["carts"]] == [True]
    assert document["consents"][0]["granted"] is True
    assert document["suppressions"][0]["reason"] == "unsubscribed"
