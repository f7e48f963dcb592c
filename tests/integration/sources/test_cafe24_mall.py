"""A whole mall of the sandbox, through the bundled connection and source, as an operator has it."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from werkzeug.test import Client

from growthcore.catalog import service as catalog
from growthcore.customers import consent, lookup
from growthcore.customers import service as customers
from growthcore.customers.models import Customer
from growthcore.events.models import Event, Order
from growthcore.plugins.providers import CONNECTION, SOURCE
from growthcore.sandbox.cafe24 import Cafe24Settings, create
from growthcore.sources import pulling, receiving, runs
from growthcore.sources.models import RunState
from growthcore.testing.fakes import FakeHttp, FakeResponse, Headers
from growthcore.web import create_app

PARTS = ("customers", "products", "orders")


@pytest.fixture
def sandbox(clock):
    settings = Cafe24Settings(customers=60, products=20, orders=80, slots=1_000)
    return create(settings, phones=None, clock=clock)


@pytest.fixture
def http(sandbox):
    """The network, at whose other end the mall is."""
    client = Client(sandbox)

    def answer(request):
        path = request.url.removeprefix("https://growthdemo.cafe24api.com")
        response = client.open(
            path, method=request.method, headers=dict(request.headers), data=request.body
        )
        return FakeResponse(response.status_code, response.data, Headers(dict(response.headers)))

    return FakeHttp(answer)


@pytest.fixture
def core(make_core, sqlite_database):
    return make_core(sqlite_database)


@pytest.fixture
def account(core, sandbox):
    """The source's account, whose connection somebody has authorised."""
    with core.db.unit() as session:
        connection = core.accounts.create(
            session,
            provider="cafe24",
            label="몰",
            values={
                "mall_id": "growthdemo",
                "client_id": sandbox.settings.client_id,
                "client_secret": sandbox.settings.client_secret,
            },
            actor="test",
            kind=CONNECTION,
        )
        source = core.accounts.create(
            session,
            provider="cafe24",
            label="몰 데이터",
            values={"connection": connection.id, "webhook_key": sandbox.settings.webhook_key},
            actor="test",
            kind=SOURCE,
        )
    code = sandbox.tokens.agree(sandbox.settings.redirect_uris[0], sandbox.settings.scopes)
    core.accounts.connection(connection.id).finish(
        sandbox.settings.redirect_uris[0], {"code": code}
    )
    return source.id


def pull(core, account, clock, *, full=False):
    """Pull everything; the time a refusal asks for passes at once. Returns how many there were."""
    with core.db.unit() as session:
        pulling.ask(core, session, account, PARTS, full=full, actor="test")
    waits = 0
    while True:
        while pulling.step(core, account):
            pass
        with core.db.read() as session:
            waiting = [run for run in runs.newest(session, account).values() if run.is_open]
        if not waiting:
            return waits
        waits += 1
        clock.at = max(run.due_at for run in waiting)


def counts(core):
    with core.db.read() as session:
        return [
            session.scalar(select(func.count()).select_from(table))
            for table in (Customer, Order, Event)
        ]


def worth(order):
    return int(order["initial_order_amount"]["order_price_amount"].partition(".")[0])


def test_the_whole_mall_comes_over_and_again_without_doubles(core, account, sandbox, clock):
    pull(core, account, clock)
    mall = sandbox.mall
    with core.db.read() as session:
        done = runs.newest(session, account)
        who = customers.get(session, lookup.find_id(session, next(iter(mall.members))))
        consents = consent.of(session, who.id)
        product = catalog.find(session, ["9"])["9"]
        orders = {row.key: row for row in session.scalars(select(Order))}
        shown = session.scalar(select(func.count()).select_from(Customer))
    assert {run.part: (run.state, run.rejected) for run in done.values()} == dict.fromkeys(
        PARTS, (RunState.DONE, 0)
    )
    assert [done[part].counted for part in PARTS] == [60, 20, 80]
    assert shown == 60
    member = next(iter(mall.members.values()))
    assert (who.name, who.email) == (member["name"], member["email"])
    assert consents == {
        ("sms", "advertising"): member["sms"] == "T",
        ("email", "advertising"): member["news_mail"] == "T",
    }
    told = mall.products[9]
    assert product.hidden == ("F" in (told["display"], told["selling"]))
    assert product.category
    assert {key: row.value for key, row in orders.items()} == {
        number: worth(order) for number, order in mall.orders.items()
    }
    ended = {key for key, order in mall.orders.items() if order["items"][0]["refund_date"]}
    assert {key for key, row in orders.items() if row.refunded} == ended
    assert all(orders[key].refunded == orders[key].value for key in ended)
    before = counts(core)
    pull(core, account, clock, full=True)
    assert counts(core) == before


def test_the_call_limit_is_waited_for(core, account, clock, http):
    began = clock.at
    http.answer(429, headers={"Retry-After": "30"})
    assert pull(core, account, clock) == 1
    assert clock.at == began + timedelta(seconds=30)
    assert counts(core)[0] == 60


def test_webhooks_are_heard_once_each_and_only_with_the_key(core, account, sandbox, clock, jobs):
    pull(core, account, clock)
    client = create_app(core).test_client()
    posted = []
    sandbox.webhooks.emit = lambda number, told: posted.append((number, told)) or []
    member, product = next(iter(sandbox.mall.members)), max(sandbox.mall.products)
    clock.at += timedelta(hours=1)
    sandbox.shop.add_to_cart(member, product)
    order = sandbox.shop.place_order([product], member)
    sandbox.shop.cancel(order["order_id"])
    sandbox.shop.change_member(member, sms="F", news_mail="F")

    def deliver(key):
        for number, told in [*reversed(posted), *posted]:
            body = json.dumps({"event_no": number, "resource": told})
            yield client.post(
                f"/hooks/{account}", data=body, headers={"x-api-key": key}
            ).status_code

    assert set(deliver("wrong")) == {403}
    assert set(deliver(sandbox.settings.webhook_key)) == {200}
    before = counts(core)
    while receiving.step(core, account):
        pass
    with core.db.read() as session:
        row = session.scalar(select(Order).where(Order.key == order["order_id"]))
        said = consent.of(session, lookup.find_id(session, member))
    assert [after - was for after, was in zip(counts(core), before, strict=True)] == [0, 1, 3]
    assert row.refunded == row.value
    assert set(said.values()) == {False}
    assert "react" in jobs.names
