from datetime import timedelta

import pytest
from sqlalchemy import event

from growthcore.recommendations.history import StoredHistory

VIEWS = ("view_item",)


def recent(shop, *, customer=None, visitor=None, limit=10, events=VIEWS):
    names = {id_: name for name, id_ in shop.products.items()}
    history = StoredHistory(shop.core.db, shop.now, [(customer, visitor)])
    found = history.recent_products(events, limit, customer_id=customer, visitor_id=visitor)
    return [names[id_] for id_ in found]


@pytest.fixture
def viewed(shop):
    """P1, P2, P3 and P1 again, by an anonymous visitor."""
    shop.sells("P1", "P2", "P3")
    for minutes, product in ((4, "P1"), (3, "P2"), (2, "P3"), (1, "P1")):
        shop.happens("view_item", product, ago=timedelta(minutes=minutes), visitor="browser-1")
    return shop


def test_products_come_newest_first_without_repeats(viewed):
    assert recent(viewed, visitor=viewed.visitor("browser-1")) == ["P1", "P3", "P2"]


def test_at_most_as_many_as_asked_for(viewed):
    assert recent(viewed, visitor=viewed.visitor("browser-1"), limit=2) == ["P1", "P3"]


def test_a_view_of_this_second_is_there(viewed):
    viewed.happens("view_item", "P2", visitor="browser-1")
    assert recent(viewed, visitor=viewed.visitor("browser-1"))[0] == "P2"


def test_other_events_and_other_people_do_not_count(viewed):
    viewed.happens("purchase", "P2", visitor="browser-1")
    viewed.happens("view_item", "P2", visitor="browser-2")
    assert recent(viewed, visitor=viewed.visitor("browser-1"))[0] == "P1"
    assert recent(viewed, customer=viewed.customer("minji")) == []


def test_nobody_has_no_history(viewed):
    assert recent(viewed) == []


def test_what_was_done_before_being_known_is_the_customers(viewed):
    haneul = viewed.identify("browser-1", "haneul")
    viewed.happens("view_item", "P2", customer="haneul")
    assert recent(viewed, customer=haneul) == ["P2", "P1", "P3"]


def test_a_customers_past_and_the_rest_of_their_browsers_are_one(viewed):
    haneul = viewed.customer("haneul")
    viewed.happens("view_item", "P2", customer="haneul")
    visitor = viewed.visitor("browser-1")
    assert recent(viewed, customer=haneul, visitor=visitor) == ["P2", "P1", "P3"]


def test_a_batch_is_read_as_one(viewed):
    """One statement for customers and one for visitors, however many people there are."""
    customers = [viewed.customer(f"c{number}") for number in range(20)]
    for number in range(20):
        viewed.happens("view_item", f"P{number % 3 + 1}", customer=f"c{number}")
    history = StoredHistory(viewed.core.db, viewed.now, [(id_, None) for id_ in customers])
    statements = []
    engine = viewed.core.db.engine
    event.listen(engine, "before_cursor_execute", lambda *given: statements.append(given[2]))
    found = [
        history.recent_products(VIEWS, 5, customer_id=id_, visitor_id=None) for id_ in customers
    ]
    assert found == [[viewed.products[f"P{number % 3 + 1}"]] for number in range(20)]
    assert len([each for each in statements if "SELECT" in each]) <= 2


def test_of_many_people_only_what_is_asked_about_is_read(viewed):
    """As many as a mailing has at once; those of one name do not answer for another's."""
    customers = [viewed.customer(f"c{number}") for number in range(40)]
    for number in range(40):
        viewed.happens("view_item", "P1", customer=f"c{number}")
        viewed.happens("purchase", "P2", customer=f"c{number}")
    history = StoredHistory(viewed.core.db, viewed.now, [(id_, None) for id_ in customers])
    for events, product in ((("purchase",), "P2"), (VIEWS, "P1"), (("purchase",), "P2")):
        found = {
            tuple(history.recent_products(events, 5, customer_id=id_, visitor_id=None))
            for id_ in customers
        }
        assert found == {(viewed.products[product],)}
