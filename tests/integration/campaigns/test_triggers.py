"""Campaigns that wait for what customers do; the abandoned cart above all."""

from __future__ import annotations

import pytest

from growthcore.campaigns import why

ABANDONED = {
    "kind": "triggered",
    "trigger": {"id": "cart_abandoned", "params": {"idle": {"hours": 1}}},
    "exceptions": ["purchase"],
}


@pytest.fixture
def reminder(shop):
    """A running reminder of abandoned carts, and one customer."""
    shop.no_policies()
    shop.customers("kim")
    return shop.launch(
        audience=None, delivery=ABANDONED, content={"body": "#{NAME}: #{CART_ITEMS}"}
    )


def known(shop, *products):
    from growthcore.catalog import service as catalog
    from growthcore.catalog.products import ProductInput

    with shop.core.db.unit() as session:
        catalog.upsert_products(
            session,
            [
                ProductInput(external_id=p, name=p, price=1000, url=f"https://s.kr/{p}")
                for p in products
            ],
            now=shop.now,
            currency="KRW",
        )


def test_an_idle_cart_is_reminded_of_with_what_is_left_in_it(shop, reminder):
    known(shop, "coat", "hat")
    shop.happens("add_to_cart", "kim", product="coat")
    shop.happens("add_to_cart", "kim", product="hat")
    shop.pass_time(minutes=5)
    shop.happens("remove_from_cart", "kim", product="hat")
    shop.work()
    shop.pass_time(minutes=59)
    shop.work()
    assert shop.recording.messages == []
    shop.pass_time(minutes=1)
    shop.work()
    assert [m.rendered["body"] for m in shop.recording.messages] == ["kim: coat"]


def test_a_purchase_while_it_waits_cancels_it(shop, reminder):
    known(shop, "coat")
    shop.happens("add_to_cart", "kim", product="coat")
    shop.work()
    shop.pass_time(minutes=30)
    shop.happens("purchase", "kim", product="coat", order="o1", value=1000, currency="KRW")
    shop.pass_time(hours=2)
    shop.work()
    assert shop.recording.messages == []
    assert shop.states(reminder) == {"suppressed": 1}


def test_a_purchase_reported_before_the_reaction_cancels_it_too(shop, reminder):
    known(shop, "coat")
    shop.happens("add_to_cart", "kim", product="coat")
    shop.pass_time(minutes=1)
    shop.happens("purchase", "kim", product="coat", order="o1", value=1000, currency="KRW")
    shop.work()
    shop.pass_time(hours=2)
    shop.work()
    assert shop.recording.messages == []


def test_going_on_shopping_moves_the_reminder(shop, reminder):
    known(shop, "coat", "hat")
    shop.happens("add_to_cart", "kim", product="coat")
    shop.work()
    shop.pass_time(minutes=50)
    shop.happens("add_to_cart", "kim", product="hat")
    shop.work()
    shop.pass_time(minutes=50)
    shop.work()
    assert shop.recording.messages == []
    shop.pass_time(minutes=10)
    shop.work()
    assert len(shop.recording.messages) == 1


def test_one_cart_is_reminded_of_once(shop, reminder):
    known(shop, "coat", "hat")
    shop.happens("add_to_cart", "kim", product="coat")
    shop.work()
    shop.pass_time(hours=1)
    shop.work()
    shop.happens("add_to_cart", "kim", product="hat")
    shop.work()
    shop.pass_time(hours=3)
    shop.work()
    assert len(shop.recording.messages) == 1


def test_a_cart_whose_products_are_all_sold_out_is_not_reminded_of(shop, reminder):
    from growthcore.catalog import service as catalog
    from growthcore.catalog.products import ProductInput

    known(shop, "coat")
    shop.happens("add_to_cart", "kim", product="coat")
    shop.work()
    with shop.core.db.unit() as session:
        catalog.upsert_products(
            session,
            [ProductInput(external_id="coat", name="coat", price=1000, stock=0)],
            now=shop.now,
            currency="KRW",
        )
    shop.pass_time(hours=1)
    shop.work()
    assert shop.recording.messages == []
    assert shop.reasons(reminder) == {"guard_sold_out:sold_out": 1}


def test_what_only_a_visitors_event_has_named_stands_in_no_message(shop, reminder):
    known(shop, "coat")
    shop.happens("add_to_cart", "kim", product="coat")
    shop.happens("add_to_cart", "kim", product="win-a-prize-at-evil.example")
    shop.work()
    shop.pass_time(hours=1)
    shop.work()
    assert [m.rendered["body"] for m in shop.recording.messages] == ["kim: coat"]


def test_imported_history_causes_nothing_unless_asked(shop, reminder):
    from growthcore.events.ingestion import IncomingEvent, IncomingItem, ingest

    known(shop, "coat")
    with shop.core.db.unit() as session:
        ingest(
            session,
            [
                IncomingEvent(
                    id="old",
                    name="add_to_cart",
                    occurred_at=shop.now,
                    customer="kim",
                    items=[IncomingItem(product="coat")],
                )
            ],
            source="import:test",
            now=shop.now,
            react=False,
            historical=True,
        )
    shop.work()
    assert shop.states(reminder) == {}


def test_an_exception_that_happened_before_entering_does_not_count(shop):
    shop.no_policies()
    shop.customers("kim")
    shop.happens("purchase", "kim", product="p", order="o1", value=1, currency="KRW")
    shop.pass_time(minutes=1)
    campaign = shop.launch(
        audience=None,
        delivery={
            "kind": "triggered",
            "trigger": {"id": "event", "params": {"event": "view_item", "key": "event"}},
            "delay": {"minutes": 10},
            "exceptions": ["purchase"],
        },
    )
    shop.happens("view_item", "kim", product="p")
    shop.work()
    shop.pass_time(minutes=10)
    shop.work()
    assert shop.states(campaign) == {"sent": 1}


def test_a_restriction_to_a_segment_is_checked_at_the_send(shop):
    shop.no_policies()
    shop.customers("kim", "lee")
    campaign = shop.launch(
        audience={
            "condition": "event_count",
            "params": {"event": "purchase", "operator": ">=", "count": 1, "within": {"days": 7}},
        },
        delivery={
            "kind": "triggered",
            "trigger": {"id": "event", "params": {"event": "view_item", "key": "event"}},
        },
    )
    shop.happens("purchase", "kim", product="p", order="o1", value=1, currency="KRW")
    shop.happens("view_item", "kim", product="p")
    shop.happens("view_item", "lee", product="p")
    shop.work()
    assert shop.recording.addresses == ["kim@example.com"]
    assert shop.reasons(campaign) == {"left_audience": 1}


def test_why_names_the_check_that_failed(shop):
    (kim,) = shop.customers("kim", consent_to=None)
    campaign = shop.launch()
    shop.work()
    with shop.core.db.read() as session:
        found = why.explain(shop.core, session, campaign, kim)
    failed = [step.check.en for step in found.steps if step.passed is False]
    assert failed == ["Consents to advertising"]
    assert [message.reason for message in found.messages] == ["no_consent"]


def test_why_answers_for_somebody_who_never_qualified(shop, reminder):
    (lee,) = shop.customers("lee")
    with shop.core.db.read() as session:
        found = why.explain(shop.core, session, reminder, lee)
    assert found.messages == []
    assert [step.passed for step in found.steps][1] is False


def test_a_trigger_may_name_an_event_by_any_of_its_names(shop):
    shop.no_policies()
    shop.customers("kim")
    campaign = shop.launch(
        audience=None,
        delivery={
            "kind": "triggered",
            "trigger": {"id": "event", "params": {"event": "Product Viewed", "key": "event"}},
        },
    )
    shop.happens("view_item", "kim", product="p")
    shop.work()
    assert shop.states(campaign) == {"sent": 1}
