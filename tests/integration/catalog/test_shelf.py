"""What a process holds of the catalogue is what the database says, and never older than promised."""

from __future__ import annotations

import threading
from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from growthcore.api.values import Product
from growthcore.catalog import service, stubs
from growthcore.catalog.shelf import Shelf
from growthcore.catalog.stubs import Told
from growthcore.testing.factories import make_product
from growthcore.testing.values import START

FRESH = 1.0


@dataclass
class Stopwatch:
    at: float = 100.0

    def __call__(self) -> float:
        return self.at


@pytest.fixture
def watch() -> Stopwatch:
    return Stopwatch()


@pytest.fixture
def shelf(database, watch) -> Shelf:
    return Shelf(database, FRESH, monotonic=watch)


def sell(database, external_id: str, **fields) -> int:
    with database.unit() as session:
        return make_product(session, external_id, **fields).id


def is_available(shelf: Shelf, product_id: int) -> bool:
    view = shelf.view()
    return bool(view.is_available(view.places([product_id]))[0])


def test_a_change_is_known_after_two_seconds_at_the_latest(database, shelf, watch):
    product = sell(database, "P1", stock=1)
    assert is_available(shelf, product)
    sell(database, "P1", stock=0)
    assert is_available(shelf, product), "asked again within the second"
    watch.at += FRESH
    assert not is_available(shelf, product)
    with database.unit() as session:
        service.hide(session, ["P1"], now=START)
    sell(database, "P2")
    watch.at += FRESH
    assert len(shelf.view().ids) == 2


def test_while_somebody_reads_others_go_by_what_is_known_until_it_is_too_old(
    database, shelf, watch, monkeypatch
):
    product = sell(database, "P1", stock=1)
    shelf.view()
    sell(database, "P1", stock=0)
    reading, go_on = threading.Event(), threading.Event()
    read = shelf._freshness._read

    def slow():
        reading.set()
        assert go_on.wait(10)
        read()

    monkeypatch.setattr(shelf._freshness, "_read", slow)
    watch.at += FRESH
    first = threading.Thread(target=shelf.view)
    first.start()
    assert reading.wait(10)
    assert is_available(shelf, product), "nobody waits yet"
    watch.at += FRESH
    found: list[bool] = []
    second = threading.Thread(target=lambda: found.append(is_available(shelf, product)))
    second.start()
    go_on.set()
    first.join(10)
    second.join(10)
    assert found == [False]


def test_what_only_events_named_is_not_on_it_until_the_shop_tells_of_it(database, shelf, watch):
    with database.unit() as session:
        told = {"P1": Told(name="Named by an event")}
        found = stubs.resolve(session, told, now=START, currency="KRW")
    product = found["P1"].id
    assert not is_available(shelf, product)
    sell(database, "P1")
    watch.at += FRESH
    assert is_available(shelf, product)


def test_products_find_their_places(database, shelf, watch):
    assert shelf.view().places([5]).tolist() == [-1]
    first, second = sell(database, "P1"), sell(database, "P2")
    watch.at += FRESH
    assert shelf.view().places([second, 999, first]).tolist() == [1, -1, 0]


def test_everything_about_a_product_is_as_new_as_the_view(database, shelf, watch):
    product = sell(database, "P1", price=1_000, attributes={"colour": "black"})

    def held():
        view = shelf.view()
        (found,) = view.held(view.places([product]))
        return found

    assert (held().product.price, held().attributes) == (1_000, {"colour": "black"})
    sell(database, "P1", price=2_000, attributes={"colour": "black"})
    watch.at += FRESH
    assert held().product.price == 2_000


CHANGES = st.lists(
    st.tuples(
        st.sampled_from([f"P{n}" for n in range(6)]),
        st.fixed_dictionaries(
            {},
            optional={
                "stock": st.sampled_from([None, 0, 3]),
                "hidden": st.booleans(),
                "price": st.integers(0, 5),
                "sale_price": st.sampled_from([None, 0, 2]),
                "brand": st.sampled_from([None, "A", "B"]),
                "category": st.sampled_from([None, "여성", "여성/니트"]),
            },
        ),
    ),
    max_size=6,
)


@given(rounds=st.lists(CHANGES, max_size=4))
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_however_it_came_to_be_it_is_what_the_database_says(sqlite_database, rounds):
    database = sqlite_database
    shelf = Shelf(database, 0)
    for changes in rounds:
        for external_id, fields in changes:
            sell(database, external_id, **fields)
        view = shelf.view()
        with database.read() as session:
            products, _ = service.search(session)
        assert np.all(np.diff(view.ids) > 0)
        assert view.ids.tolist() == sorted(each.id for each in products)
        held = view.held(range(len(view.ids)))
        assert {each.product.id: each.product for each in held} == {e.id: e for e in products}
        for place, each in enumerate(held):
            assert_told(view, place, each.product)


def assert_told(view, place: int, product: Product) -> None:
    now = product.price if product.sale_price is None else product.sale_price
    assert view.price[place] == (-1 if now is None else now)
    assert view.regular[place] == (-1 if product.price is None else product.price)
    assert view.stock[place] == (-1 if product.stock is None else product.stock)
    assert view.brands[view.brand[place]] == (product.brand or "")
    assert view.paths.get(int(view.category_id[place])) == product.category
    assert bool(view.available[place]) == product.available
