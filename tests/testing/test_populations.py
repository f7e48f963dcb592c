from growthcore.customers import service as customers
from growthcore.events import reading
from growthcore.testing.factories import make_customer, make_event, make_product
from growthcore.testing.populations import populate
from growthcore.testing.values import START


def test_the_small_shop_has_customers_and_events_of_every_sort(database):
    with database.unit() as session:
        populate(session)
        _, number = customers.search(session)
        names = {event.name for event in reading.unreacted(session, 1000)}
    assert number == 24
    assert names == {"view_item", "add_to_cart", "purchase"}


def test_a_made_customer_has_what_it_was_given(database):
    with database.unit() as session:
        made = make_customer(session, "haneul", name="김하늘", attributes={"grade": "VIP"})
        found = customers.get(session, made.id)
    assert (found.external_id, found.name, found.attributes) == (
        "haneul",
        "김하늘",
        {"grade": "VIP"},
    )
    assert found.email == "haneul@example.com"


def test_a_made_product_has_what_it_was_given(database):
    with database.unit() as session:
        product = make_product(session, "P7", price=32_000, stock=0)
    assert (product.external_id, product.price, product.available) == ("P7", 32_000, False)


def test_a_made_event_happens_when_and_to_whom_it_was_said(database):
    with database.unit() as session:
        customer = make_customer(session)
        made = make_event(
            session, "purchase", customer=customer, items=[("P1", 5_000)], order="O-1"
        )
        (event,) = reading.load(session, [made])
    assert (event.customer_id, event.occurred_at, event.order_id) == (customer.id, START, "O-1")
    assert [(item.product_id, item.price) for item in event.items] == [("P1", 5_000)]
