"""Whatever order events arrive in, in whatever batches and how often: the same state."""

from datetime import timedelta
from itertools import count

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from growthcore.catalog.models import Product
from growthcore.customers.models import Customer, Visitor
from growthcore.events.incoming import IncomingEvent, IncomingItem
from growthcore.events.ingestion import ingest
from growthcore.events.models import Cart, CartItem, Event, Order
from growthcore.testing.values import START

RUNS = count()
HOURS = [0, 1, 2, 3, 24, 24 * 20, 24 * 31, 24 * 45, 24 * 80]
NAMES = [
    *["add_to_cart"] * 4, "remove_from_cart", "view_cart", "begin_checkout", "purchase", "refund",
    "view_item",
]  # fmt: skip

plain_events = st.lists(
    st.tuples(
        st.sampled_from(NAMES),
        st.sampled_from(HOURS),
        st.sampled_from(["v1", "v2", None]),
        st.sampled_from(["c1", None]),
        st.sampled_from([None, None, "k1", "k2"]),
        st.lists(st.tuples(st.sampled_from("pq"), st.integers(1, 3)), max_size=2),
        st.integers(1, 3),
    ),
    max_size=14,
)


@settings(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(plain_events, st.randoms(use_true_random=False), st.integers(1, 5))
def test_any_arrival_gives_the_same_carts_orders_and_events(sqlite_database, plain, random, size):
    compare(sqlite_database, plain, random, size)


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(plain_events, st.randoms(use_true_random=False), st.integers(1, 5))
def test_any_arrival_gives_the_same_on_postgresql(postgresql_database, plain, random, size):
    compare(postgresql_database, plain, random, size)


def compare(database, plain, random, size):
    ordered, shuffled = f"r{next(RUNS)}", f"r{next(RUNS)}"
    take(database, ordered, [events(ordered, plain)])
    arriving = events(shuffled, plain)
    arriving += random.sample(arriving, len(arriving) // 2)
    random.shuffle(arriving)
    take(
        database,
        shuffled,
        [arriving[start : start + size] for start in range(0, len(arriving), size)],
    )
    assert state(database, shuffled) == state(database, ordered)


def take(database, run, batches):
    for batch in batches:
        with database.unit() as session:
            now = START + timedelta(hours=max(HOURS))
            done = ingest(session, batch, source=run, now=now, historical=True, react=False)
        assert not done.rejected


def events(run, plain):
    """The events, in a world of their own: every key begins with the run's name."""

    def own(key):
        return key and f"{run}.{key}"

    return [
        IncomingEvent(
            id=str(index),
            name=name,
            occurred_at=START + timedelta(hours=hour),
            visitor=own(visitor),
            customer=own(customer),
            cart=cart,
            order=own(f"o{index}" if name == "purchase" else f"o{order}"),
            value=order * 1000,
            items=[IncomingItem(product=own(product), quantity=n, price=n) for product, n in items],
        )
        for index, (name, hour, visitor, customer, cart, items, order) in enumerate(plain)
    ]


def state(database, run):
    def bare(key):
        return key and key.removeprefix(f"{run}.")

    with database.read() as session:
        rows = session.scalars(select(Event).where(Event.source == run)).all()
        customers = dict(session.execute(select(Customer.id, Customer.external_id)).all())
        visitors = dict(session.execute(select(Visitor.id, Visitor.key)).all())
        products = dict(session.execute(select(Product.id, Product.external_id)).all())
        orders = session.scalars(select(Order).where(Order.key.startswith(f"{run}."))).all()
        mine = {row.cart_id for row in rows} - {None}
        every = session.scalars(select(Cart)).all()
        lines = session.scalars(select(CartItem)).all()
    in_carts = sorted(
        (
            sorted(row.event_id for row in rows if row.cart_id == cart.id),
            bare(customers.get(cart.customer_id)),
            cart.key.partition(":")[2],
            cart.open,
            cart.opened_at,
            cart.last_activity_at,
            cart.closed_at,
            sorted(
                (bare(products[line.product_id]), line.quantity, line.price, line.added_at)
                for line in lines
                if line.cart_id == cart.id
            ),
        )
        for cart in every
        if cart.id in mine
    )
    owned = {
        cart.id
        for cart in every
        if (customers.get(cart.customer_id) or visitors.get(cart.visitor_id) or "").startswith(
            f"{run}."
        )
    }
    assert owned == mine, "every cart has its events"
    return (
        sorted((row.event_id, row.name_id, bare(customers.get(row.customer_id))) for row in rows),
        in_carts,
        sorted((bare(row.key), row.value, row.refunded, row.placed) for row in orders),
    )
