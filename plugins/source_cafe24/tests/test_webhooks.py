import json
from datetime import timedelta

import pytest

from growthcore.api import Webhook
from growthcore.testing.sources import pull_all
from growthcore.testing.values import START

MALL_ID = "growthdemo"


class Posted(list):
    """Webhooks of the stand-in, as the core would hand them over."""

    def __init__(self, clock):
        super().__init__()
        self.clock = clock

    def add(self, event_no, resource, *, flat=False, query=None, **told):
        body = {"event_no": event_no, "resource": resource}
        if flat:
            body = {"event_no": event_no, **resource}
        self.append(
            Webhook(
                key=f"k{len(self)}",
                body=json.dumps({**body, **told}).encode(),
                received_at=self.clock.at,
                query=query or {},
            )
        )
        return self


@pytest.fixture
def posted(clock, sandbox, monkeypatch):
    """What the shop tells, instead of posting it."""
    found = Posted(clock)

    def emit(number, told):
        flat = number in sandbox.settings.flat_events
        found.add(number, told, flat=flat)
        return []

    monkeypatch.setattr(sandbox.webhooks, "emit", emit)
    return found


def test_only_the_apps_key_opens(make):
    source = make()
    assert source.accepts({"x-api-key": "ExampleWebhookKey0000"}, b"")
    assert not source.accepts({"x-api-key": "ExampleWebhookKey0001"}, b"")
    assert not make(webhook_key="").accepts({"x-api-key": ""}, b"")


def test_an_order_its_cancellation_and_repeats_in_any_order_come_to_the_same(
    make, importer, sandbox, posted
):
    member, product = next(iter(sandbox.mall.members)), min(sandbox.mall.products)
    order = sandbox.shop.place_order([product], member)
    sandbox.shop.cancel(order["order_id"])
    source = make()
    source.receive([*reversed(posted)], importer)
    source.receive(posted, importer)
    names = sorted(each["name"] for each in importer.events_by_id.values())
    assert names == ["purchase", "refund"]
    assert importer.events_by_id[f"order:{order['order_id']}"]["customer"] == member


def test_a_bulk_event_names_several_orders(make, importer, sandbox, posted):
    numbers = [sandbox.shop.place_order([min(sandbox.mall.products)])["order_id"] for _ in range(2)]
    posted.clear()
    sandbox.shop.cancel(*numbers)
    make().receive(posted, importer)
    assert importer.events_by_id.keys() >= {f"order:{number}" for number in numbers}


def test_a_change_of_a_member_is_fetched_and_of_when_it_was_told(
    make, importer, sandbox, posted, clock
):
    sandbox.shop.join(member_id="haneul", sms="T")
    source = make()
    source.receive(posted, importer)
    posted.clear()
    clock.at += timedelta(hours=5)
    sandbox.shop.change_member("haneul", sms="F")
    clock.at += timedelta(minutes=5)
    source.receive(posted, importer)
    (said,) = importer.customers_by_id["haneul"]["consents"]
    assert (said["granted"], said["at"]) == (False, START + timedelta(hours=5))


def test_a_cart_addition_is_an_event_by_the_webhooks_own_key(make, importer, sandbox, posted):
    member, product = next(iter(sandbox.mall.members)), min(sandbox.mall.products)
    sandbox.shop.add_to_cart(member, product, 2)
    make().receive([*posted, *posted], importer)
    (event,) = importer.events_by_id.values()
    assert (event["name"], event["customer"], event["time"]) == ("add_to_cart", member, START)
    assert event["items"] == [{"product_id": str(product), "quantity": 2}]


def test_carts_are_left_to_the_script_once_it_is_in_the_shop(make, importer, sandbox, posted):
    from growthcore_source_cafe24 import scripts

    source = make()
    scripts.install(source.mall, source.context.state, "https://gc.example/gc-1.js")
    sandbox.shop.add_to_cart(next(iter(sandbox.mall.members)), min(sandbox.mall.products))
    source.receive(posted, importer)
    assert not importer.events_by_id
    scripts.install(source.mall, source.context.state, "https://gc.example/gc-2.js")
    (tag,) = sandbox.mall.script_tags.values()
    assert tag["src"].endswith("gc-2.js")
    assert scripts.remove(source.mall, source.context.state)
    assert not sandbox.mall.script_tags


def test_products_are_fetched_anew_and_hidden_when_they_are_gone(make, importer, sandbox, posted):
    first, second, third = list(sandbox.mall.products)[:3]
    source = make()
    pull_all(source, "products", importer)
    sandbox.shop.change_products([first, second], price="100.00", retail_price="0.00")
    sandbox.shop.delete_product(third)
    source.receive(posted, importer)
    assert importer.products_by_id[str(second)]["price"] == 100
    assert importer.products_by_id[str(third)]["hidden"] is True


def test_members_who_left_are_forgotten_at_once(make, importer, sandbox, posted):
    first, second = list(sandbox.mall.members)[:2]
    sandbox.shop.withdraw(first, second)
    make().receive(posted, importer)
    assert importer.forgotten == [first, second]


def test_or_only_their_consent_is_withdrawn(make, importer, sandbox, posted):
    member = next(iter(sandbox.mall.members))
    sandbox.shop.withdraw(member)
    make(withdrawal="stop").receive(posted, importer)
    said = importer.customers_by_id[member]["consents"]
    assert [(each["channel"], each["granted"], each["at"]) for each in said] == [
        ("sms", False, START),
        ("email", False, START),
    ]
    assert not importer.forgotten


def test_a_late_word_of_a_member_who_left_brings_nobody_back(make, importer, sandbox, posted):
    sandbox.shop.join(member_id="haneul")
    sandbox.shop.withdraw("haneul")
    source = make()
    source.receive(posted[1:], importer)
    source.receive(posted[:1], importer)
    assert "haneul" not in importer.customers_by_id


def test_the_connection_ends_with_the_app(make, importer, posted, sandbox, connection):
    source = make()
    source.verify()
    sandbox.shop.remove_app()
    source.receive(posted, importer)
    assert not connection.connected


@pytest.mark.parametrize("query", [{}, {"event": "90080"}])
def test_a_number_that_is_missing_is_told_by_the_address(make, importer, sandbox, posted, query):
    sandbox.shop.join(member_id="haneul")
    posted.clear()
    posted.add(None, {"mall_id": MALL_ID, "member_id": "haneul"}, flat=True, query=query)
    make().receive(posted, importer)
    assert ("haneul" in importer.customers_by_id) is bool(query)


def test_another_malls_webhook_tells_nothing(make, importer, sandbox, posted):
    member = next(iter(sandbox.mall.members))
    posted.add(90147, {"mall_id": "othermall", "member_id": member}, flat=True)
    make().receive(posted, importer)
    assert not importer.forgotten


def test_a_part_that_is_switched_off_is_not_fetched(make, importer, sandbox, posted):
    sandbox.shop.join(member_id="haneul")
    sandbox.shop.place_order([min(sandbox.mall.products)])
    source = make(orders=False, customers=False)
    source.receive(posted, importer)
    assert not importer.events_by_id
    assert not importer.customers_by_id
    assert [part.id for part in source.parts] == ["products"]
