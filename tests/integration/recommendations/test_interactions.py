from datetime import timedelta

import numpy as np
import pytest

from growthcore.recommendations import interactions
from growthcore.recommendations.interactions import StoredInteractions

EVENTS = ("view_item", "purchase")


def read(shop, events=EVENTS, since=None):
    """Every line as (who, product, event, seconds ago, quantity)."""
    names = {id_: name for name, id_ in shop.products.items()}
    now = int(shop.now.timestamp())
    with StoredInteractions(shop.core.db, shop.now) as past:
        return [
            (who, names[product], events[kind], now - at, quantity)
            for chunk in past.chunks(events, since)
            for who, product, kind, at, quantity in zip(
                chunk.customers.tolist(),
                chunk.products.tolist(),
                chunk.kinds.tolist(),
                chunk.times.tolist(),
                chunk.quantities.tolist(),
                strict=True,
            )
        ]


def test_lines_come_in_time_order_whoever_did_it(shop):
    shop.sells("P1", "P2")
    haneul = shop.customer("haneul")
    shop.happens("purchase", "P2", ago=timedelta(hours=1), customer="haneul", order="1")
    shop.happens("view_item", "P1", ago=timedelta(hours=3), visitor="browser-1")
    shop.happens("purchase", "P1", ago=timedelta(hours=2), order="2")
    assert read(shop) == [
        (-shop.visitor("browser-1"), "P1", "view_item", 10_800, 1),
        (0, "P1", "purchase", 7_200, 1),
        (haneul, "P2", "purchase", 3_600, 1),
    ]


def test_a_visitor_who_was_identified_is_the_customer(shop):
    shop.sells("P1")
    shop.happens("view_item", "P1", visitor="browser-1")
    haneul = shop.identify("browser-1", "haneul")
    assert [line[0] for line in read(shop)] == [haneul]


def test_only_the_span_asked_for_is_read(shop):
    shop.sells("P1")
    for hours in (0, 1, 2, 3):
        shop.happens("view_item", "P1", ago=timedelta(hours=hours), visitor="browser-1")
    shop.pass_time(hours=-1)
    found = read(shop, since=shop.now - timedelta(hours=2))
    assert [line[3] for line in found] == [3_600, 0]


def test_only_the_events_asked_for_are_read_under_any_of_their_names(shop):
    shop.sells("P1")
    shop.happens("view_item", "P1", visitor="browser-1")
    shop.happens("add_to_cart", "P1", visitor="browser-1")
    shop.happens("tried_on", "P1", visitor="browser-1")
    found = read(shop, ("never_heard_of", "Product Viewed", "tried_on"))
    assert [line[2] for line in found] == ["Product Viewed", "tried_on"]


def test_events_nobody_ever_recorded_give_nothing(shop):
    assert read(shop, ("never_heard_of",)) == []


def test_hidden_and_unknown_products_are_left_out_and_sold_out_ones_not(shop):
    shop.sells("shown")
    shop.sells("hidden", hidden=True)
    shop.sells("sold-out", stock=0)
    for product in ("shown", "hidden", "sold-out", "only-an-event-named-it"):
        shop.happens("view_item", product, visitor="browser-1")
    assert {line[1] for line in read(shop)} == {"shown", "sold-out"}


def test_categories_and_products_of_what_is_on_show(shop):
    old, new = shop.sells("old", "new", category="여성/상의")
    (bare,) = shop.sells("bare")
    shop.sells("hidden", hidden=True, category="여성/상의")
    shop.happens("view_item", "only-an-event-named-it", visitor="browser-1")
    with StoredInteractions(shop.core.db, shop.now) as past:
        assert set(past.categories()) == {old, new}
        assert len(set(past.categories().values())) == 1
        assert past.products() == [bare, new, old]


def test_long_pasts_come_in_chunks(shop, monkeypatch):
    monkeypatch.setattr(interactions, "CHUNK", 2)
    shop.sells("P1")
    for minutes in range(5):
        shop.happens("view_item", "P1", ago=timedelta(minutes=minutes), visitor="browser-1")
    with StoredInteractions(shop.core.db, shop.now) as past:
        chunks = list(past.chunks(EVENTS))
    assert [len(chunk.products) for chunk in chunks] == [2, 2, 1]
    assert past.count == 5
    assert (np.diff(np.concatenate([chunk.times for chunk in chunks])) > 0).all()


def test_columns_are_of_the_types_promised(shop):
    shop.sells("P1")
    shop.happens("view_item", "P1", visitor="browser-1")
    with StoredInteractions(shop.core.db, shop.now) as past:
        (chunk,) = past.chunks(EVENTS)
    types = {name: getattr(chunk, name).dtype.name for name in chunk.__dataclass_fields__}
    assert types == {
        "customers": "int64",
        "products": "int64",
        "kinds": "int16",
        "times": "int64",
        "quantities": "int32",
        "events": "int64",
    }


@pytest.mark.parametrize("read_lines", [0, 1])
def test_a_reading_that_is_given_up_holds_no_transaction(shop, monkeypatch, read_lines):
    monkeypatch.setattr(interactions, "CHUNK", 1)
    shop.sells("P1")
    for minutes in range(3):
        shop.happens("view_item", "P1", ago=timedelta(minutes=minutes), visitor="browser-1")
    with StoredInteractions(shop.core.db, shop.now) as past:
        lines = past.chunks(EVENTS)
        for _ in range(read_lines):
            next(lines)
    assert shop.core.db.engine.pool.checkedout() == 0
