from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from marshmallow import ValidationError

from growthcore.api import WANTED, Occasion, TriggerPorts, Wanted
from growthcore.testing.fakes import context_for
from growthcore.testing.packages import check_plugin
from growthcore.testing.triggers import trigger_conformance
from growthcore.testing.values import START, FakeCarts, FakeConsents, a_cart, a_product, an_event
from growthcore_trigger_cart_abandoned.trigger import CartAbandoned

HOUR = timedelta(hours=1)
TRIGGER = CartAbandoned(context_for(CartAbandoned))


def params(**given):
    return TRIGGER.Params().load(given)


def ports(*carts):
    return TriggerPorts(carts=FakeCarts(*carts), consents=FakeConsents())


def match(cart, name="add_to_cart", **given):
    return TRIGGER.match(an_event(name, cart_id=cart.id), params(**given), ports(cart))


def still_wanted(cart, now=START + HOUR, **given):
    occasion = Occasion(key="cart:1", customer_id=1, at=START + HOUR, cart_id=1)
    return TRIGGER.still_wanted(occasion, params(**given), ports(cart), now)


@trigger_conformance(
    CartAbandoned,
    params={"idle": {"hours": 3}, "minimum": 5_000},
    occasions=[
        an_event("add_to_cart", id=1, cart_id=1),
        an_event("view_cart", id=2, cart_id=2, customer_id=2),
    ],
    ignored=[
        an_event("add_to_cart", id=3, cart_id=None),
        an_event("add_to_cart", id=4, cart_id=404),
        an_event("add_to_cart", id=5, cart_id=3, customer_id=None),
        an_event("add_to_cart", id=6, cart_id=4),
        an_event("purchase", id=7, cart_id=1),
    ],
    ports=ports(
        a_cart(1),
        a_cart(2, customer_id=2),
        a_cart(3, customer_id=None),
        a_cart(4, products=[a_product(price=4_999)]),
    ),
)
def test_conformance(check):
    check()


def test_the_package_is_in_order():
    check_plugin("trigger_cart_abandoned")


@pytest.mark.parametrize("name", sorted(TRIGGER.listens_to({})))
def test_every_activity_counts_from_the_last_one(name):
    cart = a_cart(7, last_activity_at=START + timedelta(minutes=5))
    assert match(cart, name) == Occasion(
        key="cart:7", customer_id=1, at=START + HOUR + timedelta(minutes=5), cart_id=7
    )


def test_the_idle_time_can_be_set():
    assert match(a_cart(), idle={"minutes": 30}).at == START + timedelta(minutes=30)


@pytest.mark.parametrize(
    "cart", [a_cart(open=False), a_cart(products=[]), a_cart(customer_id=None)]
)
def test_a_cart_that_is_closed_empty_or_anonymous_makes_no_occasion(cart):
    assert match(cart) is None


def test_the_cart_says_whose_it_is_not_the_event():
    event = an_event("add_to_cart", cart_id=1, customer_id=None, visitor_id=5)
    assert TRIGGER.match(event, params(), ports(a_cart(customer_id=8))).customer_id == 8


@pytest.mark.parametrize(("minimum", "enters"), [(10_000, True), (10_001, False)])
def test_a_cart_below_the_least_value_makes_no_occasion(minimum, enters):
    assert bool(match(a_cart(products=[a_product(price=10_000)]), minimum=minimum)) is enters


def test_a_cart_left_alone_is_wanted():
    assert still_wanted(a_cart()) == WANTED


@pytest.mark.parametrize(
    "cart", [a_cart(open=False), a_cart(products=[]), a_cart(2), a_cart(customer_id=2)]
)
def test_a_cart_that_is_gone_is_dropped(cart):
    assert still_wanted(cart) == Wanted(dropped="cart_closed")


def test_a_cart_that_lost_its_value_is_dropped():
    cart = a_cart(products=[a_product(price=1)])
    assert still_wanted(cart, minimum=2) == Wanted(dropped="cart_below_minimum")


@given(st.integers(0, 10_000_000))
def test_activity_puts_the_message_off_until_the_cart_was_left_alone_again(seconds):
    active = START + timedelta(seconds=seconds)
    wanted = still_wanted(a_cart(last_activity_at=active), now=START + HOUR)
    assert wanted == (Wanted(until=active + HOUR) if seconds else WANTED)


@pytest.mark.parametrize("idle", [{"minutes": 0}, {"days": 30}])
def test_an_idle_time_out_of_bounds_is_refused(idle):
    with pytest.raises(ValidationError, match="29 days"):
        params(idle=idle)


def test_the_sentence_names_the_time_and_the_value():
    text = TRIGGER.describe(params(idle={"hours": 3}, minimum=50_000))
    assert text.ko == "지난 3시간 동안 장바구니 활동이 없으면 (장바구니 금액 50,000 이상)"
    assert (
        text.en
        == "when nothing happened in a cart in the last 3 hours, for carts worth 50,000 or more"
    )
