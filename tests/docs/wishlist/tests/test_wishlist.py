from datetime import timedelta

from growthcore.testing.algorithms import algorithm_conformance
from growthcore.testing.conditions import condition_conformance
from growthcore.testing.factories import make_customer, make_event
from growthcore.testing.interactions import Line
from growthcore.testing.packages import check_plugin
from growthcore.testing.triggers import trigger_conformance
from growthcore.testing.values import START, an_event
from growthcore_wishlist.algorithm import MostWished
from growthcore_wishlist.condition import EVENT, Wished
from growthcore_wishlist.trigger import WishWaits


def two_wishes(session):
    for days in (2, 20):
        at = START - timedelta(days=days)
        make_event(session, EVENT, customer=make_customer(session), items=["P1"], at=at)


@condition_conformance(
    Wished, samples=[{"within": {"days": 7}}, {"within": {"days": 30}}], customers=two_wishes
)
def test_condition(check):
    check()


@trigger_conformance(
    WishWaits,
    params={"wait": {"days": 3}},
    occasions=[an_event(EVENT, id=1), an_event(EVENT, id=2)],
    ignored=[an_event("purchase", id=3), an_event(EVENT, id=4, customer_id=None)],
)
def test_trigger(check):
    check()


WISHES = [Line(customer, customer % 4 + 1, EVENT, START) for customer in range(1, 20)]


@algorithm_conformance(MostWished, past=WISHES)
def test_algorithm(check):
    check()


def test_the_package_is_in_order():
    check_plugin("wishlist")
