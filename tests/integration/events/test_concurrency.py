"""Two processes at once, each with its own connection."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

from sqlalchemy import func, select

from growthcore.customers.models import Customer
from growthcore.customers.service import Profile, upsert
from growthcore.db.unit_of_work import Database
from growthcore.events import identification, vocabulary
from growthcore.events.carts import CartsPort
from growthcore.events.incoming import IncomingEvent, IncomingItem
from growthcore.events.ingestion import ingest
from growthcore.events.models import Event, EventItem, EventName, Order
from growthcore.testing.values import START


def told(id, name, **fields):
    return IncomingEvent(**{"id": id, "name": name, "occurred_at": START} | fields)


def together(database, *works):
    """Run each of ``works`` in a unit of a database of its own, at the same moment."""
    barrier = Barrier(len(works))
    url = database.engine.url.render_as_string(hide_password=False)

    def run(work):
        own = Database(url)
        try:
            barrier.wait()
            with own.unit() as session:
                return work(session)
        finally:
            own.dispose()

    with ThreadPoolExecutor(len(works)) as pool:
        return [future.result() for future in [pool.submit(run, work) for work in works]]


def taking(*events):
    return lambda session: ingest(session, events, source="web", now=START + timedelta(minutes=1))


def count(database, table):
    with database.read() as session:
        return session.scalar(select(func.count()).select_from(table))


def test_a_batch_sent_twice_at_once_is_kept_once(database):
    items = [IncomingItem(product="a"), IncomingItem(product="b")]
    batch = [
        told(str(number), "purchase", visitor=f"v{number % 7}", order=f"o{number}", items=items)
        for number in range(40)
    ]
    nobodys = [told(f"n{number}", "page_view") for number in range(40)]
    done = together(
        database, taking(*batch, *nobodys), taking(*reversed(nobodys), *reversed(batch))
    )
    assert sum(each.accepted for each in done) == 80
    assert sum(each.duplicates for each in done) == 80
    assert (count(database, Event), count(database, EventItem)) == (80, 80)
    assert count(database, Order) == 40


def test_an_order_two_sources_tell_at_once_counts_once(database):
    done = together(
        database,
        taking(told("1", "purchase", visitor="v", order="o")),
        taking(told("2", "purchase", customer="u", order="o")),
    )
    assert sorted(each.accepted for each in done) == [0, 1]
    assert count(database, Event) == 1


def test_one_event_told_at_once_with_two_orders_leaves_one(database):
    done = together(
        database,
        taking(told("1", "purchase", order="a")),
        taking(told("1", "purchase", order="b")),
    )
    assert sorted(each.accepted for each in done) == [0, 1]
    assert count(database, Order) == 1


def test_a_cart_filled_from_two_browsers_at_once_holds_both(database):
    for turn in range(5):
        batches = [
            taking(
                told(
                    f"{turn}{product}",
                    "add_to_cart",
                    visitor=f"v{product}",
                    customer=f"u{turn}",
                    items=[IncomingItem(product=product)],
                )
            )
            for product in "ab"
        ]
        together(database, *batches)
        with database.read() as session:
            customer_id = session.scalars(
                select(Customer.id).where(Customer.external_id == f"u{turn}")
            ).one()
        [cart] = CartsPort(database).open_of([customer_id]).values()
        assert sorted(line.product.external_id for line in cart.lines) == ["a", "b"]


def test_no_event_stays_anonymous_when_its_visitor_is_identified_meanwhile(database):
    for turn in range(5):
        visitor = f"v{turn}"
        together(
            database,
            taking(told(visitor, "view_item", visitor=visitor)),
            lambda session, key=visitor: identification.identify(
                session, key, external_id=key, now=START
            ),
        )
    with database.read() as session:
        anonymous = select(func.count(Event.id)).where(Event.customer_id.is_(None))
        assert session.scalar(anonymous) == 0


def test_an_address_told_twice_at_once_makes_one_customer(database):
    def telling(session):
        return upsert(session, [Profile(email="minji@example.com")], now=START)

    [[first], [second]] = together(database, telling, telling)
    assert first.id == second.id
    assert count(database, Customer) == 1


def test_names_made_at_once_get_numbers_of_their_own(database):
    names = [[f"name_{turn}_{number}" for number in range(20)] for turn in range(3)]
    together(
        database,
        *(lambda session, mine=mine: vocabulary.intern(session, mine + names[0]) for mine in names),
    )
    with database.read() as session:
        numbers = dict(session.execute(select(EventName.name, EventName.id)).all())
    # Numbers may be left out: whoever found a name missing that was made meanwhile skips its number.
    assert numbers.keys() == {name for each in names for name in each}
    assert len({*numbers.values()}) == 60
    assert min(numbers.values()) == 1000
