from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from growthcore.catalog.models import Category, Product
from growthcore.catalog.service import ProductInput, upsert_products
from growthcore.customers.models import Customer, Visitor
from growthcore.events import reading, vocabulary
from growthcore.events.incoming import IncomingEvent, IncomingItem
from growthcore.events.ingestion import ingest
from growthcore.events.models import Event, EventItem, EventName
from growthcore.testing.values import START

KNIT = IncomingItem(
    product="knit", name="울 니트", category="여성 > 상의", brand="온", price=39000, quantity=2
)


def told(id="1", name="view_item", **fields):
    return IncomingEvent(**{"id": id, "name": name, "occurred_at": START} | fields)


def take(database, *events, source="web", **options):
    with database.unit() as session:
        return ingest(session, events, source=source, now=START, **options)


def count(database, table):
    with database.read() as session:
        return session.scalar(select(func.count()).select_from(table))


def test_an_event_is_kept_with_everything_it_tells(database):
    done = take(
        database,
        told(
            name="Product Viewed",
            visitor="v1",
            value=78000,
            currency="KRW",
            properties={"color": "붉은색"},
            items=[KNIT],
            message_id=5,
        ),
    )
    assert (done.accepted, done.duplicates, done.rejected) == (1, 0, ())
    with database.read() as session:
        [event] = reading.load(session, done.event_ids)
        row = session.scalars(select(Event)).one()
        item = session.scalars(select(EventItem)).one()
        category = session.get(Category, item.category_id)
    assert event.name == "view_item"
    assert event.occurred_at == event.received_at == START
    assert event.visitor_id
    assert event.customer_id is None
    assert event.properties == {"color": "붉은색"}
    assert [(each.product_id, each.quantity, each.price) for each in event.items] == [
        ("knit", 2, 39000)
    ]
    assert row.message_id == 5
    assert not row.reacted
    assert item.amount == 78000
    assert category.path == "여성/상의"


def test_an_event_told_again_is_a_duplicate(database):
    take(database, told(), told("2"))
    done = take(database, told(), told("2"), told("3"), told("3"))
    assert (done.accepted, done.duplicates) == (1, 3)
    assert count(database, Event) == 3


def test_two_sources_may_call_their_events_alike(database):
    take(database, told(), source="web")
    assert take(database, told(), source="cafe24").accepted == 1


def test_a_batch_takes_what_is_sound_and_tells_what_is_not(database):
    done = take(
        database,
        told("1"),
        told("2", name="???"),
        told("3", occurred_at=START - timedelta(days=8)),
        told("4", customer_id=99),
        told("5"),
    )
    assert done.accepted == 2
    assert [(each.index, each.id, each.code) for each in done.rejected] == [
        (1, "2", "invalid_name"),
        (2, "3", "too_old"),
        (3, "4", "unknown_customer"),
    ]


def test_history_may_be_old_and_need_not_react(database):
    old = told(occurred_at=START - timedelta(days=3000))
    assert take(database, old, historical=True, react=False).accepted == 1
    with database.read() as session:
        assert reading.unreacted(session, 10) == []
        assert not reading.has_unreacted(session)


def test_the_shops_own_id_makes_the_customer_once(database):
    take(database, told("1", customer="u1"), told("2", customer="u1"), told("3", customer="u2"))
    assert count(database, Customer) == 2


def test_events_of_a_merged_customer_are_those_of_who_was_kept(database):
    take(database, told("1", customer="u1"), told("2", customer="u2"))
    with database.unit() as session:
        ids = dict(session.execute(select(Customer.external_id, Customer.id)).all())
        session.execute(
            update(Customer).where(Customer.id == ids["u2"]).values(merged_into_id=ids["u1"])
        )
    done = take(database, told("3", customer="u2"), told("4", customer_id=ids["u2"]))
    with database.read() as session:
        events = reading.load(session, done.event_ids)
    assert {event.customer_id for event in events} == {ids["u1"]}


def test_a_visitor_is_first_seen_at_the_oldest_event(database):
    earlier = START - timedelta(hours=2)
    take(database, told("1", visitor="v"), told("2", visitor="v", occurred_at=earlier))
    with database.read() as session:
        assert session.scalars(select(Visitor.first_seen_at)).all() == [earlier]


def test_unknown_products_are_kept_as_stubs_until_the_catalogue_tells(database):
    take(database, told(items=[KNIT, IncomingItem(product="bare")]))
    with database.read() as session:
        stubs = {row.external_id: row for row in session.scalars(select(Product))}
    assert (stubs["knit"].name, stubs["knit"].known, stubs["knit"].price) == (
        "울 니트",
        False,
        39000,
    )
    assert stubs["bare"].name == "bare"
    with database.unit() as session:
        upsert_products(session, [ProductInput(external_id="bare", name="민소매")], now=START)
    with database.read() as session:
        assert session.scalar(select(Product.known).where(Product.external_id == "bare"))


def test_an_address_of_a_stub_is_of_the_web_or_left_out(database):
    item = IncomingItem(product="p", url="javascript:alert(1)", image_url="https://a.kr/i.png")
    take(database, told(items=[item]))
    with database.read() as session:
        [row] = session.execute(select(Product.url, Product.image_url)).all()
    assert tuple(row) == (None, "https://a.kr/i.png")


def test_a_line_is_of_the_category_the_catalogue_knows(database):
    with database.unit() as session:
        known = ProductInput(external_id="knit", name="니트", category="아우터")
        upsert_products(session, [known], now=START)
    take(database, told(items=[KNIT]))
    with database.read() as session:
        path = select(Category.path).join(EventItem, EventItem.category_id == Category.id)
        assert session.scalars(path).all() == ["아우터"]


def test_names_of_the_shops_own_get_numbers_of_their_own(database):
    take(database, told("1", name="my_event"), told("2", name="other"), told("3", name="my_event"))
    with database.read() as session:
        numbers = dict(session.execute(select(EventName.name, EventName.id)).all())
        assert numbers == {"my_event": 1000, "other": 1001}
        assert vocabulary.name_id(session, "other") == 1001
        assert vocabulary.name_id(session, "never_seen") is None
        assert vocabulary.name_id(session, "Order Completed") == vocabulary.STANDARD["purchase"]
        assert vocabulary.known_names(session)[-2:] == ["my_event", "other"]


def test_a_number_that_was_rolled_back_is_never_used(database):
    def give_up():
        with database.unit() as session:
            vocabulary.intern(session, ["lost"])
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        give_up()
    take(database, told(name="kept"))
    with database.read() as session:
        assert vocabulary.name_id(session, "lost") is None
        assert vocabulary.names_of(session, [1000]) == {1000: "kept"}


def test_names_past_the_shops_most_are_refused(database, monkeypatch):
    monkeypatch.setattr(vocabulary, "MOST_CUSTOM", 2)
    names = [told(str(number), name=f"event_{number}") for number in range(3)]
    done = take(database, *names, told("9", name="purchase"))
    assert done.accepted == 3
    assert [each.code for each in done.rejected] == ["too_many_names"]
    assert take(database, told("10", name="event_0")).accepted == 1


def test_a_large_batch_is_taken_whole(database):
    batch = [
        told(
            str(number), visitor=f"v{number % 700}", items=[IncomingItem(product=f"p{number % 90}")]
        )
        for number in range(5000)
    ]
    assert take(database, *batch).accepted == 5000
    assert count(database, EventItem) == 5000
    assert count(database, Visitor) == 700


def test_unreacted_events_come_oldest_first_until_they_are_marked(database):
    take(database, told("late", occurred_at=START), told("early", occurred_at=START - timedelta(1)))
    with database.unit() as session:
        events = reading.unreacted(session, 10)
        assert [event.occurred_at for event in events] == [START - timedelta(1), START]
        reading.mark_reacted(session, [events[0].id])
    with database.unit() as session:
        assert [event.id for event in reading.unreacted(session, 10)] == [events[1].id]


def test_a_timeline_is_newest_first_and_goes_back_by_the_page(database):
    events = [
        told(str(hour), customer="u", occurred_at=START - timedelta(hours=hour))
        for hour in range(5)
    ]
    take(database, *events)
    with database.read() as session:
        customer_id = session.scalars(select(Customer.id)).one()
        first = reading.timeline(session, customer_id, limit=2)
        rest = reading.timeline(session, customer_id, before=first[-1].occurred_at)
    assert [START - each.occurred_at for each in [*first, *rest]] == [
        timedelta(hours=hour) for hour in range(5)
    ]


def test_the_last_occurrence_is_told_by_customer_and_name(database):
    take(
        database,
        told("1", "purchase", customer="u", occurred_at=START - timedelta(1)),
        told("2", "purchase", customer="u"),
        told("3", "login", customer="u"),
    )
    with database.read() as session:
        customer_id = session.scalars(select(Customer.id)).one()
        found = reading.last_occurred(session, {customer_id}, ["purchase", "refund", "unheard_of"])
    assert found == {customer_id: {"purchase": START}}
