from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import parse_qs, parse_qsl, urlsplit

import pytest
from marshmallow import ValidationError

from growthcore.api import ConfigError, RetryableError
from growthcore.clock import FixedClock
from growthcore.plugins.http import Http
from growthcore.sandbox.cafe24 import Cafe24Settings, create, signed_launch
from growthcore.sandbox.faults import Plan
from growthcore.sandbox.phone import PhoneInbox
from growthcore.sandbox.serving import Served
from growthcore.testing.checks import maker, suite
from growthcore.testing.fakes import FakeHttp, context_for
from growthcore.testing.packages import check_plugin
from growthcore.testing.providers import PROVIDER_CHECKS
from growthcore.testing.values import START
from growthcore_connection_cafe24.connection import Cafe24Connection
from growthcore_connection_cafe24.launch import signature

BACK = "http://127.0.0.1:8000/callback"
CONFIG = {
    "mall_id": "growthdemo",
    "client_id": "ExampleClientId00000",
    "client_secret": "ExampleClientSecret000",
}
MALL = Cafe24Settings(customers=3, products=1, orders=2)


@dataclass
class Sandbox:
    """A mall that is being served, and the time it goes by."""

    mall: object
    url: str
    clock: FixedClock


@pytest.fixture
def sandbox(tmp_path):
    clock = FixedClock(START)
    mall = create(MALL, phones=PhoneInbox(tmp_path), clock=clock)
    with Served(mall) as served:
        yield Sandbox(mall, served.url, clock)


def make(http=None, clock=None, **config):
    return Cafe24Connection(
        context_for(Cafe24Connection, {**CONFIG, **config}, http=http or FakeHttp(), clock=clock)
    )


def at(sandbox, **config):
    return make(Http(), sandbox.clock, base_url=sandbox.url, allow_private=True, **config)


def agreed(url, answer="agree"):
    """What comes back from the page on which a person answers."""
    page, _, query = url.partition("?")
    response = Http().request(
        "POST",
        page,
        headers={"content-type": "application/x-www-form-urlencoded"},
        body=f"{query}&answer={answer}".encode(),
    )
    return dict(parse_qsl(urlsplit(response.headers["location"]).query))


def build():
    return make()


@dataclass
class Subject:
    make: object


@suite(PROVIDER_CHECKS, lambda fixture: Subject(maker(build, fixture)), {})
def test_conformance(check):
    check()


def test_the_package_is_in_order():
    check_plugin("connection_cafe24")


def test_a_person_agrees_and_requests_go_through(sandbox):
    connection = at(sandbox)
    assert not connection.status().connected
    back = agreed(connection.authorize_url(BACK, "state-1"))
    assert back["state"] == "state-1"
    connection.finish(BACK, back)
    response = connection.request("GET", "/admin/store", query=[("fields", "shop_name")])
    assert (response.status, b"shop_name" in response.data) == (200, True)
    status = connection.status()
    assert (status.connected, status.detail) == (True, None)
    assert status.expires_at == START + timedelta(days=14)
    connection.verify()


def test_the_page_asks_for_the_scopes_apart_by_commas():
    url = make(scopes=["mall.read_order", "mall.read_product"]).authorize_url(BACK, "s")
    assert url.startswith("https://growthdemo.cafe24api.com/api/v2/oauth/authorize?")
    assert parse_qs(urlsplit(url).query)["scope"] == ["mall.read_order,mall.read_product"]


def test_whoever_declines_is_not_connected(sandbox):
    connection = at(sandbox)
    with pytest.raises(ConfigError, match="declined"):
        connection.finish(BACK, agreed(connection.authorize_url(BACK, "s"), "decline"))
    with pytest.raises(ConfigError, match="not connected yet"):
        connection.request("GET", "/admin/store")


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ({"error": "invalid_scope"}, "not registered with all the permissions"),
        ({"error": "server_error"}, "server_error"),
        ({}, "no code"),
        ({"code": "used-or-old"}, "invalid_grant"),
    ],
)
def test_what_went_wrong_is_told_to_the_person(sandbox, query, told):
    with pytest.raises(ConfigError, match=told):
        at(sandbox).finish(BACK, query)


def test_another_mall_is_not_taken_for_this_one(sandbox):
    connection = at(sandbox, mall_id="othermall")
    with pytest.raises(ConfigError, match="'growthdemo' was authorised"):
        connection.finish(BACK, agreed(connection.authorize_url(BACK, "s")))
    assert not connection.status().connected


def test_a_code_is_not_exchanged_when_nobody_answers():
    for error in (ConnectionError(), RetryableError("cannot connect")):
        with pytest.raises(ConfigError, match="did not answer"):
            make(FakeHttp().fail(error)).finish(BACK, {"code": "c"})


def test_permissions_that_were_not_given_are_told(sandbox):
    asked = at(sandbox, scopes=["mall.read_store"])
    asked.finish(BACK, agreed(asked.authorize_url(BACK, "s")))
    wants_more = Cafe24Connection(
        context_for(
            Cafe24Connection,
            {**asked.context.config, "scopes": ["mall.read_store", "mall.read_order"]},
            state=asked.context.state.read(),
        )
    )
    status = wants_more.status()
    assert status.connected
    assert "mall.read_order" in status.detail.en
    assert "mall.read_store" not in status.detail.en


def test_disconnecting_revokes_the_tokens(sandbox):
    connection = at(sandbox)
    connection.finish(BACK, agreed(connection.authorize_url(BACK, "s")))
    access = connection.context.state.read()["access_token"]
    assert sandbox.mall.tokens.scopes(access)
    connection.disconnect()
    assert sandbox.mall.tokens.scopes(access) is None
    assert not connection.context.state.read()


def test_disconnecting_forgets_even_when_cafe24_is_away(sandbox):
    connection = at(sandbox)
    connection.finish(BACK, agreed(connection.authorize_url(BACK, "s")))
    sandbox.mall.faults.set(Plan(drop_before=1))
    connection.disconnect()
    assert not connection.status().connected


def test_tokens_are_shown_to_no_other_mall_or_app(sandbox):
    connection = at(sandbox)
    connection.finish(BACK, agreed(connection.authorize_url(BACK, "s")))
    state = connection.context.state.read()
    for changed in ({"mall_id": "othermall"}, {"client_id": "other"}, {"base_url": ""}):
        other = Cafe24Connection(
            context_for(Cafe24Connection, {**connection.context.config, **changed}, state=state)
        )
        with pytest.raises(ConfigError, match="not connected yet"):
            other.request("GET", "/admin/store")


@pytest.mark.parametrize(
    "mall_id", ["", "abc", "x" * 21, "Growth", "a.evil.example/", "growth_demo", "growthdemo\n"]
)
def test_nothing_but_an_id_becomes_part_of_a_host_name(mall_id):
    with pytest.raises(ValidationError) as raised:
        make(mall_id=mall_id)
    assert set(raised.value.messages) == {"mall_id"}


@pytest.mark.parametrize("url", ["http://127.0.0.1:8024", "https://a.example/x", "ftp://a.example"])
def test_another_address_must_be_encrypted_and_bare(url):
    with pytest.raises(ValidationError) as raised:
        make(base_url=url)
    assert set(raised.value.messages) == {"base_url"}


def test_only_an_allowed_address_may_be_private():
    for allowed in (False, True):
        http = FakeHttp().answer(400, json_body={"error": "invalid_grant"})
        with pytest.raises(ConfigError):
            make(http, allow_private=allowed).finish(BACK, {"code": "c"})
        assert http.requests[0].public_only is not allowed


SIGNED = (
    "is_multi_shop=F&lang=ko_KR&mall_id=growthdemo&nation=KR&shop_no=1&timestamp=1767225600"
    "&user_id=growthdemo&user_name=growthdemo&user_type=P"
)
LAUNCH = f"{SIGNED}&hmac=6DLJbnDvv7nErHca4jp1uEhhAA%2FOyZzWouJE8A6aZ3g%3D"
LAUNCHED = FixedClock(START.replace(month=1, day=1, hour=0))


def test_a_launch_by_cafe24_is_known_by_its_signature():
    assert signature(SIGNED, CONFIG["client_secret"]) == (
        "6DLJbnDvv7nErHca4jp1uEhhAA/OyZzWouJE8A6aZ3g="
    )
    assert make(clock=LAUNCHED).accepts_launch(LAUNCH)


@pytest.mark.parametrize(
    "query",
    [
        "",
        SIGNED,
        LAUNCH.replace("user_type=P", "user_type=A"),
        LAUNCH + "&shop_no=2",
        LAUNCH.removesuffix("3D"),
        LAUNCH.replace("hmac=", "mac="),
        f"{SIGNED}&hmac=%ff",
    ],
)
def test_a_launch_that_was_changed_is_none(query):
    assert not make(clock=LAUNCHED).accepts_launch(query)


@pytest.mark.parametrize(
    ("minutes", "accepted"), [(-61, False), (-59, True), (-5, True), (59, True), (61, False)]
)
def test_a_launch_is_good_for_an_hour(minutes, accepted):
    clock = FixedClock(LAUNCHED.at + timedelta(minutes=minutes))
    assert make(clock=clock).accepts_launch(LAUNCH) is accepted


@pytest.mark.parametrize(
    ("changes", "accepted"),
    [
        ({"user_name": "김하늘"}, True),
        ({"mall_id": "othermall"}, False),
        ({"timestamp": "soon"}, False),
        ({"timestamp": "9" * 5_000}, False),
    ],
)
def test_a_launch_is_of_this_mall_and_of_now(changes, accepted):
    query = signed_launch(MALL, START, **changes)
    assert make().accepts_launch(query) is accepted
