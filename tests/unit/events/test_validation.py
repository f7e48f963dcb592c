from datetime import UTC, datetime, timedelta

import pytest

from growthcore.events.incoming import IncomingEvent, IncomingItem
from growthcore.events.validation import Bounds, fault

NOW = datetime(2026, 3, 2, tzinfo=UTC)
LIVE = Bounds.at(NOW, historical=False)
HISTORY = Bounds.at(NOW, historical=True)


def told(**fields):
    return IncomingEvent(**{"id": "1", "name": "view_item", "occurred_at": NOW} | fields)


def item(**fields):
    return told(items=[IncomingItem(**{"product": "p"} | fields)])


@pytest.mark.parametrize(
    "event",
    [
        told(),
        told(id="x" * 64, visitor="v" * 64, cart="c" * 64, customer="c" * 100, order="o" * 100),
        told(value=0),
        told(value=10**13, currency="KRW"),
        told(properties={"a": 1, "b": None, "c": [True, {"d": 1.5}], "e": "가" * 500}),
        told(properties={f"p{number}": 1 for number in range(100)}),
        told(items=[IncomingItem(product=str(number)) for number in range(200)]),
        item(quantity=10**6, price=10**7),
        item(name="x" * 300, url="x" * 1000, image_url="", brand=""),
        told(occurred_at=NOW - timedelta(days=7)),
        told(occurred_at=NOW + timedelta(minutes=5)),
        told(name="refund", order="o"),
    ],
)
def test_what_lies_within_every_limit_is_taken(event):
    assert fault(event, LIVE) is None


@pytest.mark.parametrize(
    ("event", "code"),
    [
        (told(id=""), "invalid_id"),
        (told(id="x" * 65), "invalid_id"),
        (told(id=7), "invalid_id"),
        (told(name="no name!"), "invalid_name"),
        (told(name=None), "invalid_name"),
        (told(occurred_at=NOW.replace(tzinfo=None)), "invalid_time"),
        (told(occurred_at=NOW - timedelta(days=7, microseconds=1)), "too_old"),
        (told(occurred_at=NOW + timedelta(minutes=5, microseconds=1)), "in_future"),
        (told(visitor=""), "invalid_reference"),
        (told(visitor="x" * 65), "invalid_reference"),
        (told(cart="x" * 65), "invalid_reference"),
        (told(customer="x" * 101), "invalid_reference"),
        (told(order="x" * 101), "invalid_reference"),
        (told(name="refund"), "order_missing"),
        (told(value=-1), "invalid_value"),
        (told(value=10**13 + 1), "invalid_value"),
        (told(value=1.5), "invalid_value"),
        (told(value=True), "invalid_value"),
        (told(currency="won"), "invalid_currency"),
        (told(items=[IncomingItem(product="p")] * 201), "too_many_items"),
        (item(product=""), "invalid_item"),
        (item(product="x" * 101), "invalid_item"),
        (item(quantity=0), "invalid_item"),
        (item(quantity=10**6 + 1), "invalid_item"),
        (item(price=-1), "invalid_item"),
        (item(quantity=10**6, price=10**7 + 1), "invalid_item"),
        (item(name="x" * 301), "invalid_item"),
        (item(category="x" * 301), "invalid_item"),
        (told(properties={"a": "x" * 501}), "invalid_properties"),
        (told(properties={"a": float("nan")}), "invalid_properties"),
        (told(properties={"a": 2**63}), "invalid_properties"),
        (told(properties={"a": object()}), "invalid_properties"),
        (told(properties={f"p{number}": 1 for number in range(101)}), "invalid_properties"),
        (told(properties={"a": [[[[[1]]]]]}), "invalid_properties"),
        (told(properties={f"p{number}": "x" * 400 for number in range(21)}), "invalid_properties"),
        (told(properties={"a": "x\x00"}), "invalid_text"),
        (told(id="x\x00"), "invalid_text"),
        (item(name="\ud800"), "invalid_text"),
    ],
)
def test_what_lies_beyond_a_limit_is_told_by_its_code(event, code):
    found = fault(event, LIVE)
    assert found is not None
    assert found.code == code
    assert found.message.ko
    assert found.message.en


def test_history_may_be_old_but_no_nonsense():
    assert fault(told(occurred_at=NOW - timedelta(days=4000)), HISTORY) is None
    assert fault(told(occurred_at=datetime(1989, 1, 1, tzinfo=UTC)), HISTORY).code == "too_old"
    assert fault(told(occurred_at=NOW + timedelta(days=1)), HISTORY).code == "in_future"
