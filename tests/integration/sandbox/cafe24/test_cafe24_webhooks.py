"""What the mall tells the app of, and the log of it."""

import json

import pytest
from werkzeug.wrappers import Request, Response

from growthcore.sandbox.cafe24.launch import signature
from growthcore.sandbox.serving import Served


class Receiver:
    """An app that keeps what it is told and answers as a test wants."""

    def __init__(self):
        self.clear()

    def clear(self):
        self.got, self.answers = [], []

    def __call__(self, environ, start):
        request = Request(environ)
        self.got.append((request.path, json.loads(request.get_data()), dict(request.headers)))
        status = self.answers.pop(0) if self.answers else 200
        return Response("taken" if status == 200 else "no", status)(environ, start)

    @property
    def bodies(self):
        return [body for _, body, _ in self.got]


@pytest.fixture(scope="module")
def served_receiver():
    receiver = Receiver()
    with Served(receiver) as served:
        receiver.url = served.url
        yield receiver


@pytest.fixture
def receiver(served_receiver):
    served_receiver.clear()
    return served_receiver


@pytest.fixture
def open_mall(make_mall, receiver):
    """A mall that tells the receiver, at an address for each event."""

    def make(**settings):
        return make_mall(webhook_url=f"{receiver.url}/hooks/{{event_no}}", **settings)

    return make


def test_an_order_is_told_with_the_key_and_takes_the_cart_along(open_mall, receiver):
    mall = open_mall()
    who, number = [*mall.app.mall.members][-1], next(iter(mall.app.mall.products))
    mall.app.shop.add_to_cart(who, number, 2)
    order = mall.app.shop.place_order([number], who)
    (_, cart, _), (path, body, headers) = receiver.got[:2]
    assert cart["event_no"] == 90084
    assert cart["resource"]["shop_no"] == 1
    assert cart["resource"]["quantity"] == 2
    assert path == "/hooks/90023"
    assert headers["X-Api-Key"] == mall.settings.webhook_key
    told = body["resource"]
    assert (told["mall_id"], told["event_shop_no"]) == ("growthdemo", "1")
    assert (told["order_id"], told["member_id"]) == (order["order_id"], who)
    assert told["ordering_product_code"] == mall.app.mall.products[number]["product_code"]
    assert mall.get(f"orders/{order['order_id']}").status_code == 200
    assert number not in mall.names("carts", "carts", "product_no", member_id=who)


def test_a_changed_member_is_told_flat_and_must_be_fetched(open_mall, receiver):
    mall = open_mall()
    who = mall.app.shop.join(sms="T")["member_id"]
    mall.app.shop.change_member(who, sms="F")
    joined, changed = receiver.bodies
    assert (joined["event_no"], joined["resource"]["sms"]) == (90032, "T")
    assert changed == {
        "event_no": 90080,
        "mall_id": "growthdemo",
        "event_shop_no": "1",
        "member_id": who,
        "diff_key": ["sms"],
        "sub_event_code": "EC_FRONT",
    }
    assert mall.get("customers", member_id=who).json["customers"][0]["sms"] == "F"


def test_one_order_is_told_whole_and_several_by_number(open_mall, receiver):
    mall = open_mall()
    one, two = [*mall.app.mall.orders][-2:]
    mall.app.shop.ship(one)
    mall.app.shop.ship(one, two)
    mall.app.shop.cancel(one)
    mall.app.shop.cancel(one, two)
    assert [body["event_no"] for body in receiver.bodies] == [90024, 90071, 90026, 90072]
    assert receiver.bodies[1]["resource"]["order_id"] == f"{one},{two}"
    assert mall.get(f"orders/{one}").json["order"]["canceled"] == "T"


def test_payments_products_members_and_the_end_of_the_app_are_told(open_mall, receiver):
    mall = open_mall()
    shop, products = mall.app.shop, [*mall.app.mall.products]
    order = shop.place_order([products[0]], paid=False)
    receiver.clear()
    shop.pay(order["order_id"])
    shop.change_product(products[0], price="9900.00")
    shop.change_products(products[:2], display="F")
    shop.delete_product(products[1])
    who = [*mall.app.mall.members][:2]
    shop.sign_in(who[0])
    shop.withdraw(*who)
    shop.remove_app()
    assert [body["event_no"] for body in receiver.bodies] == [
        90025,
        90002,
        90041,
        90003,
        90143,
        90147,
        90077,
    ]
    resources = [body.get("resource", body) for body in receiver.bodies]
    assert resources[0]["paid"] == "T"
    assert resources[1]["price"] == "9900.00"
    assert resources[2]["product_no"] == f"{products[0]},{products[1]}"
    assert resources[5]["member_id"] == f"{who[0]}, {who[1]}"
    assert resources[6]["client_id"] == mall.settings.client_id


def test_stock_changed_over_the_api_is_told_too(open_mall, receiver):
    mall = open_mall()
    number, product = next(iter(mall.app.mall.products.items()))
    variant = product["variants"][0]
    request = {"variant_code": variant["variant_code"], "quantity": variant["quantity"] + 1}
    mall.call("PUT", f"products/{number}/variants", json={"requests": [request]})
    (body,) = receiver.bodies
    assert (body["event_no"], body["resource"]["variant_code"]) == (90075, variant["variant_code"])


def test_webhooks_come_again_and_in_disorder_when_asked_for(mall, receiver):
    resources = [{"order_id": f"2026-{number}"} for number in range(6)]
    mall.app.webhooks.deliver(receiver.url, 90023, resources, api_key="k", times=2, shuffled=True)
    got = [body["resource"]["order_id"] for body in receiver.bodies]
    wanted = [each["order_id"] for each in resources for _ in "12"]
    assert sorted(got) == sorted(wanted)
    assert got != wanted
    assert {headers["X-Api-Key"] for *_, headers in receiver.got} == {"k"}


@pytest.mark.parametrize("flat", [True, False])
def test_a_payload_is_flat_when_asked_for(mall, receiver, flat):
    mall.app.webhooks.deliver(receiver.url, 90024, {"order_id": "1"}, api_key="k", flat=flat)
    plain, wrapped = (
        {"event_no": 90024, "order_id": "1"},
        {"event_no": 90024, "resource": {"order_id": "1"}},
    )
    assert receiver.bodies == [plain if flat else wrapped]


def test_what_is_flat_and_how_a_shop_is_numbered_are_settings(open_mall, receiver):
    mall = open_mall(
        flat_events=frozenset({90023}),
        numbered_flat=False,
        numeric_shop_events=frozenset({90023}),
        cart_shop_key="event_shop_no",
    )
    shop, number = mall.app.shop, next(iter(mall.app.mall.products))
    shop.place_order([number])
    shop.add_to_cart(next(iter(mall.app.mall.members)), number)
    order = receiver.bodies[0]
    assert "event_no" not in order
    assert order["event_shop_no"] == 1
    assert receiver.bodies[-1]["resource"]["event_shop_no"] == "1"


def test_the_headers_beside_the_key_are_settings(open_mall, receiver):
    mall = open_mall(trace_header="X-Trace-Id", hmac_header=True)
    mall.app.shop.join()
    _, _, headers = receiver.got[0]
    entry = mall.get("webhooks/logs").json["logs"][0]
    assert headers["X-Trace-Id"] == entry["trace_id"]
    expected = signature(entry["request_body"].encode(), mall.settings.client_secret)
    assert headers["X-Cafe24-Hmac-Sha256"] == expected


@pytest.mark.parametrize("retries", [0, 2])
def test_how_often_it_tries_again_is_a_setting(open_mall, receiver, retries):
    mall = open_mall(webhook_retries=retries)
    receiver.answers = [500, 500]
    mall.app.shop.join()
    log = mall.get("webhooks/logs").json["logs"]
    assert [each["success"] for each in log] == ["F", "F", "T"][: retries + 1]
    assert (log[0]["response_http_code"], log[0]["response_body"]) == (500, "no")


def test_the_log_is_filtered_and_walked(open_mall, receiver):
    mall = open_mall()
    receiver.answers = [200, 403]
    for _ in range(3):
        mall.app.shop.join()
    mall.app.webhooks.deliver("http://127.0.0.1:1/", 90023, {}, api_key="k")
    ids = mall.names("webhooks/logs", "logs", "log_id")
    assert len({*ids}) == 4
    assert mall.names("webhooks/logs", "logs", "log_id", since_log_id=ids[1], limit=1) == [ids[2]]
    assert mall.names("webhooks/logs", "logs", "log_id", success="F") == [ids[1], ids[3]]
    assert mall.names("webhooks/logs", "logs", "log_id", event_no=90023) == [ids[3]]
    assert mall.get("webhooks/logs", since_log_id="none").status_code == 422
    none = mall.get(
        "webhooks/logs", requested_start_date="2020-01-01", requested_end_date="2020-01-02"
    )
    assert none.json["logs"] == []


def test_nobody_is_told_while_reception_is_off(open_mall, receiver):
    mall = open_mall()
    answer = mall.put("webhooks/setting", reception_status="F")
    assert answer.json["webhook"]["reception_status"] == "F"
    mall.app.shop.join()
    assert receiver.got == []
    mall.put("webhooks/setting", reception_status="T")
    mall.app.shop.join()
    assert len(receiver.got) == 1
