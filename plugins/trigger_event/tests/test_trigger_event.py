import pytest
from hypothesis import given
from hypothesis import strategies as st
from marshmallow import ValidationError

from growthcore.api import PropertyFilter, TriggerPorts
from growthcore.testing.fakes import context_for
from growthcore.testing.packages import check_plugin
from growthcore.testing.triggers import trigger_conformance
from growthcore.testing.values import FakeCarts, FakeConsents, an_event
from growthcore_trigger_event.matching import passes
from growthcore_trigger_event.trigger import EventTrigger

FILTERS = [
    {"property": "color", "value": "red"},
    {"property": "size", "operator": ">=", "value": 2},
]
RED = {"color": "red", "size": 3}


def match(event, /, **params):
    trigger = EventTrigger(context_for(EventTrigger))
    return trigger.match(
        event,
        trigger.Params().load(params),
        TriggerPorts(carts=FakeCarts(), consents=FakeConsents()),
    )


@trigger_conformance(
    EventTrigger,
    params={"event": "sign_up", "filters": FILTERS},
    occasions=[
        an_event("sign_up", id=1, properties=RED),
        an_event("sign_up", id=2, properties=RED),
        an_event("sign_up", id=3, customer_id=2, properties=RED),
    ],
    ignored=[
        an_event("sign_up", id=4, properties={"color": "blue", "size": 3}),
        an_event("sign_up", id=5, customer_id=None, visitor_id=1, properties=RED),
        an_event("purchase", id=6, properties=RED),
    ],
)
def test_conformance(check):
    check()


def test_the_package_is_in_order():
    check_plugin("trigger_event")


def test_the_occasion_is_when_the_event_occurred():
    event = an_event("sign_up", id=7, customer_id=3, cart_id=9)
    occasion = match(event, event="sign_up")
    assert (occasion.key, occasion.customer_id, occasion.cart_id) == ("event:7", 3, 9)
    assert occasion.at == event.occurred_at


def test_once_a_customer_has_one_key_for_all_events():
    keys = {match(an_event("sign_up", id=n), event="sign_up", key="customer").key for n in (1, 2)}
    assert keys == {"customer:1"}


def test_once_an_order_has_one_key_for_all_events_of_the_order():
    events = [an_event("ship", id=n, order_id=order) for n, order in enumerate("AAB", 1)]
    keys = [match(event, event="ship", key="order").key for event in events]
    assert keys == ["order:A", "order:A", "order:B"]


def test_once_an_order_ignores_events_without_one():
    assert match(an_event("ship"), event="ship", key="order") is None


@given(st.text(min_size=1, max_size=100), st.text(min_size=1, max_size=100))
def test_order_keys_are_short_and_as_different_as_the_orders(first, second):
    keys = [match(an_event("s", order_id=o), event="s", key="order").key for o in (first, second)]
    assert max(map(len, keys)) <= 80
    assert (keys[0] == keys[1]) == (first == second)


@pytest.mark.parametrize(
    ("operator", "value", "actual", "expected"),
    [
        ("=", "red", "red", True),
        ("=", 1, 1.0, True),
        ("=", 1, True, False),
        ("=", "1", 1, False),
        ("!=", "red", "blue", True),
        ("!=", "1", 1, True),
        ("!=", "red", None, False),
        (">", 4, 5, True),
        (">", 4, "5", False),
        (">=", "2026-03-02", "2026-03-02", True),
        ("<", 4, 5, False),
        ("<=", 5, 5, True),
        (">=", True, True, False),
        ("=", True, True, True),
        ("in", ["red", 2], 2, True),
        ("in", ["red", 1], True, False),
        ("contains", "니트", "여성 니트", True),
        ("contains", "니트", 5, False),
        ("exists", None, 0, True),
        ("exists", None, None, False),
    ],
)
def test_a_filter_compares_as_people_expect(operator, value, actual, expected):
    assert passes(PropertyFilter("p", operator, value), {"p": actual}) is expected


def test_a_property_that_is_missing_passes_no_filter():
    assert not passes(PropertyFilter("p", "!=", 1), {})


def test_the_sentence_names_the_event_the_filters_and_how_often():
    trigger = EventTrigger(context_for(EventTrigger))
    params = trigger.Params().load({"event": "sign_up", "filters": FILTERS, "key": "customer"})
    text = trigger.describe(params)
    assert text.ko == "‘sign_up’ 이벤트가 발생하면, color red 같음, size 2 이상 (고객당 한 번)"
    assert text.en == "when “sign_up” happens, color is red, size is at least 2 (once a customer)"


def test_a_key_that_does_not_exist_is_refused():
    with pytest.raises(ValidationError, match="key"):
        EventTrigger.Params().load({"event": "sign_up", "key": "daily"})
