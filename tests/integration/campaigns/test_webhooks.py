"""A campaign that posts webhooks to a real server on this machine, from launch to report."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import threading
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from growthcore.api import AddressKind, Outcome
from growthcore.campaigns import dry_runs, testsend, why
from growthcore.catalog import service as catalog
from growthcore.catalog.products import ProductInput
from growthcore.customers import finding, suppression
from growthcore.customers import service as customers
from growthcore.customers.profiles import Profile
from growthcore.plugins.http import Http
from growthcore.segments import preview

KEY = b"k" * 32
SECRET = "whsec_" + base64.b64encode(KEY).decode()
DATA = '{"title": "#{NAME|고객}님, 안녕하세요", "items": "#{CART_ITEMS}"}'
EVERYBODY = {
    "not": {
        "condition": "customer_attribute",
        "params": {"attribute": "left", "operator": "exists"},
    }
}


class Receiver(ThreadingHTTPServer):
    """Verifies as the specification says, and answers with the next of ``statuses``, then 204."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.requests = []
        self.statuses = []
        self.connections = Counter()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_port}/hooks"

    @property
    def messages(self):
        return [json.loads(body)["data"] for _, body in self.requests]


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        signed = f"{self.headers['webhook-id']}.{self.headers['webhook-timestamp']}.".encode()
        expected = base64.b64encode(hmac.digest(KEY, signed + body, hashlib.sha256)).decode()
        if f"v1,{expected}" not in self.headers["webhook-signature"].split():
            self._answer(401)
            return
        self.server.connections[self.client_address] += 1
        self.server.requests.append((self.headers["webhook-id"], body))
        self._answer(self.server.statuses.pop(0) if self.server.statuses else 204)

    def _answer(self, status):
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


@pytest.fixture
def http():
    """The true client, for this is about what goes over the wire."""
    return Http()


@pytest.fixture
def receiver():
    with Receiver() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def connect(shop, receiver, **changes):
    values = {"url": receiver.url, "secret": SECRET, "allow_private": True} | changes
    with shop.core.db.unit() as session:
        account = shop.core.accounts.create(
            session, provider="webhook", label="CRM", values=values, actor="test"
        )
    shop.account_id = account.id
    return shop


@pytest.fixture
def hooked(shop, receiver):
    return connect(shop, receiver)


def launch(shop, **changes):
    changes = {"message_class": "informational", "content": {"data": DATA}} | changes
    return shop.launch(**changes)


def test_everyone_is_posted_once_over_one_connection(each_shop, receiver):
    shop = connect(each_shop, receiver)
    shop.customers("kim", "lee", "park", consent_to=None)
    campaign = launch(shop)
    shop.work()
    assert sorted(each["customer_id"] for each in receiver.messages) == ["kim", "lee", "park"]
    assert {each["campaign_id"] for each in receiver.messages} == {campaign}
    assert receiver.messages[0]["content"]["title"].endswith("님, 안녕하세요")
    assert list(receiver.connections.values()) == [3]
    assert shop.states(campaign) == {"sent": 3}


def test_a_receiver_that_fails_gets_the_same_again(hooked, receiver):
    hooked.customers("kim", consent_to=None)
    receiver.statuses = [500, 503]
    campaign = launch(hooked)
    hooked.work()
    assert hooked.states(campaign) == {"due": 1}
    for minutes in (2, 10):
        hooked.pass_time(minutes=minutes)
        hooked.work()
    assert hooked.states(campaign) == {"sent": 1}
    assert len(receiver.requests) == 3
    assert len(set(receiver.requests)) == 1


def test_a_customer_the_receiver_does_not_know_fails_alone(hooked, receiver):
    hooked.customers("kim", "lee", consent_to=None)
    receiver.statuses = [422]
    campaign = launch(hooked)
    hooked.work()
    assert hooked.states(campaign) == {"sent": 1, "failed": 1}
    assert hooked.reasons(campaign) == {"http_422": 1}


def test_a_wrong_secret_loses_nothing(shop, receiver):
    hooked = connect(shop, receiver, secret="whsec_" + base64.b64encode(b"x" * 32).decode())
    hooked.customers("kim", consent_to=None)
    campaign = launch(hooked)
    hooked.work()
    assert receiver.requests == []
    assert "sent" not in hooked.states(campaign)
    assert "failed" not in hooked.states(campaign)
    assert "signature" in hooked.campaign(campaign).message


def test_this_machine_is_refused_unless_allowed(shop, receiver):
    hooked = connect(shop, receiver, url="https://127.0.0.1:9/hooks", allow_private=False)
    hooked.customers("kim", consent_to=None)
    campaign = launch(hooked)
    hooked.work()
    assert "not on the public internet" in hooked.campaign(campaign).message


def test_advertising_needs_a_consent_to_webhooks(hooked, receiver):
    hooked.customers("kim", consent_to="webhook")
    hooked.customers("lee", consent_to="email")
    campaign = launch(hooked, message_class="advertising")
    hooked.work()
    assert [each["customer_id"] for each in receiver.messages] == ["kim"]
    assert receiver.messages[0]["unsubscribe_url"].startswith("http")
    assert hooked.reasons(campaign) == {"no_consent": 1}


def test_who_has_no_id_of_the_shop_gets_none(hooked, receiver):
    with hooked.core.db.unit() as session:
        customers.upsert(
            session, [Profile(external_id=None, email="a@example.com")], now=hooked.now
        )
    campaign = launch(hooked)
    hooked.work()
    assert receiver.requests == []
    assert hooked.reasons(campaign) == {"no_address": 1}


def test_a_suppressed_mail_address_is_no_reason_against_a_webhook(hooked, receiver):
    (kim,) = hooked.customers("kim", consent_to="webhook")
    with hooked.core.db.unit() as session:
        suppression.add(
            session, AddressKind.EMAIL, "kim@example.com", reason="bounced", source="test", actor="test",
            at=hooked.now,
        )  # fmt: skip
    campaign = launch(hooked, message_class="advertising")
    hooked.work()
    assert hooked.states(campaign) == {"sent": 1}
    with hooked.core.db.read() as session:
        told = why.explain(hooked.core, session, campaign, kim).as_dict("en")
    assert "kim" in json.dumps(told)


def test_what_is_told_before_a_launch_counts_ids_as_addresses(hooked):
    hooked.customers("kim", "lee", consent_to="webhook")
    campaign = hooked.create(message_class="informational", content={"data": DATA})
    with hooked.core.db.read() as session:
        run = dry_runs.dry_run(hooked.core, session, campaign)
        reach = preview.preview(hooked.core, session, EVERYBODY)["reachable"]
        listed = finding.total(session, finding.Wanted(reached_by=("webhook", None)))
    assert run.would_send == 2
    assert sorted(each["to"] for each in run.sample) == ["kim", "lee"]
    assert (reach["webhook"], listed) == (2, 2)


def test_a_test_goes_to_any_id(hooked, receiver):
    campaign = hooked.create(message_class="informational", content={"data": DATA})
    receipt = testsend.send_test(hooked.core, campaign, " tester ", actor="test")
    assert receipt.outcome is Outcome.ACCEPTED
    ((id_, _),) = receiver.requests
    assert id_.startswith("test-")
    assert receiver.messages[0]["customer_id"] == "tester"


def test_verifying_the_account_posts_a_test_event(hooked, receiver):
    hooked.core.accounts.verify(hooked.account_id)
    ((_, body),) = receiver.requests
    assert json.loads(body) == {"type": "test", "data": {}}


def test_items_are_a_list_with_tracked_links_and_the_same_at_every_attempt(hooked, receiver):
    coat = ProductInput(external_id="coat", name="코트", price=1000, url="https://s.kr/coat")
    with hooked.core.db.unit() as session:
        catalog.upsert_products(session, [coat], now=hooked.now, currency="KRW")
    hooked.customers("kim", consent_to=None)
    receiver.statuses = [500]
    trigger = {"id": "cart_abandoned", "params": {"idle": {"hours": 1}}}
    launch(hooked, audience=None, delivery={"kind": "triggered", "trigger": trigger})
    hooked.happens("add_to_cart", "kim", product="coat")
    hooked.work()
    for minutes in (61, 5):
        hooked.pass_time(minutes=minutes)
        hooked.work()
    assert len(receiver.requests) == 2
    assert len(set(receiver.requests)) == 1
    (item,) = receiver.messages[0]["content"]["items"]
    assert item["name"] == "코트"
    assert item["url"].startswith(hooked.core.settings.base_url)
