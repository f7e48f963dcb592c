from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from growthcore.api import ConfigError, RetryableError
from growthcore.clock import FixedClock
from growthcore.sandbox.cafe24 import Cafe24Settings
from growthcore.sandbox.cafe24.limits import Limits
from growthcore.sandbox.cafe24.wire import Refused
from growthcore.testing.fakes import FakeHttp, FakeResponse, Headers, context_for
from growthcore.testing.values import START
from growthcore_connection_cafe24.client import Tokens
from growthcore_connection_cafe24.connection import Cafe24Connection
from growthcore_connection_cafe24.kept import document_of
from growthcore_connection_cafe24.pace import Pace, endpoint_of

CONFIG = {
    "mall_id": "growthdemo",
    "client_id": "ExampleClientId00000",
    "client_secret": "ExampleClientSecret000",
}
STATE = document_of(
    Tokens(
        access="access-1",
        access_expires_at=START + timedelta(hours=2),
        refresh="refresh-1",
        refresh_expires_at=START + timedelta(days=14),
        scopes=["mall.read_store"],
        mall_id="growthdemo",
    ),
    "https://growthdemo.cafe24api.com growthdemo ExampleClientId00000",
)


class Slept(list):
    """What was slept, during which the clock went on."""

    def __init__(self, clock):
        super().__init__()
        self.clock = clock

    def __call__(self, seconds):
        self.append(seconds)
        self.clock.at += timedelta(seconds=seconds)


def connected(http, **config):
    clock = FixedClock(START)
    context = context_for(
        Cafe24Connection, {**CONFIG, **config}, http=http, clock=clock, state=STATE
    )
    slept = Slept(clock)
    return Cafe24Connection(context, slept), slept


def limit(told):
    return {"X-Api-Call-Limit": told}


def test_a_request_is_authorised_and_names_the_version_and_the_shop():
    http = FakeHttp().answer(201)
    connection, _ = connected(http, shop_no=2)
    connection.request("POST", "/admin/sms", body={"request": {"content": "안녕"}})
    (request,) = http.requests
    assert request.url == "https://growthdemo.cafe24api.com/api/v2/admin/sms"
    assert request.headers["authorization"] == "Bearer access-1"
    assert request.headers["x-cafe24-api-version"] == "2026-03-01"
    assert request.json == {"shop_no": 2, "request": {"content": "안녕"}}
    assert request.public_only


def test_a_query_goes_out_percent_encoded():
    http = FakeHttp().answer(200)
    connected(http, shop_no=3)[0].request("GET", "/admin/orders", query=[("q", "가 +&")])
    assert http.requests[0].url.endswith("/admin/orders?q=%EA%B0%80%20%2B%26&shop_no=3")


@pytest.mark.parametrize("path", ["admin", "/a?b=1", "/한글", "//evil.example/x", "/a/", "/a\n"])
def test_a_path_that_is_none_is_refused(path):
    with pytest.raises(ValueError, match="path"):
        connected(FakeHttp())[0].request("GET", path)


@pytest.mark.parametrize("status", [200, 201, 207, 400, 404, 409, 422])
def test_an_answer_about_the_request_is_given_to_who_asked(status):
    http = FakeHttp().answer(status, json_body={"a": 1})
    response = connected(http)[0].request("POST", "/admin/sms", body={})
    assert (response.status, response.data) == (status, b'{"a": 1}')


@pytest.mark.parametrize(
    ("method", "problem", "raised"),
    [
        ("GET", 500, RetryableError),
        ("POST", 500, ConnectionError),
        ("POST", 503, ConnectionError),
        ("GET", ConnectionError("lost"), RetryableError),
        ("POST", ConnectionError("lost"), ConnectionError),
        ("POST", RetryableError("cannot connect"), RetryableError),
        ("GET", 403, ConfigError),
    ],
)
def test_what_is_certain_of_a_request_that_went_wrong(method, problem, raised):
    http = FakeHttp()
    http = http.answer(problem) if isinstance(problem, int) else http.fail(problem)
    with pytest.raises(raised):
        connected(http)[0].request(method, "/admin/store")


def test_a_permission_that_is_missing_is_told_in_cafe24s_words():
    body = {"error": {"code": 403, "message": "insufficient_scope", "more_info": {}}}
    http = FakeHttp().answer(403, json_body=body)
    with pytest.raises(ConfigError, match=r"It says: insufficient_scope\. Check"):
        connected(http)[0].request("GET", "/admin/store")


def test_a_full_bucket_is_waited_for():
    http = FakeHttp(lambda _: FakeResponse(200, b"{}", Headers(limit("1/1"))))
    connection, slept = connected(http)
    for _time in range(3):
        connection.request("GET", "/admin/sms/senders")
    assert slept == [0.5, 0.5]


def test_what_others_put_into_the_bucket_counts():
    http = FakeHttp().answer(200, headers=limit("40/40")).answer(200)
    connection, slept = connected(http)
    for _time in range(2):
        connection.request("GET", "/admin/orders")
    assert slept == [0.5]


def test_who_is_refused_by_the_limit_waits_and_asks_again():
    http = FakeHttp().answer(429, headers=limit("1/1")).answer(201)
    connection, slept = connected(http)
    assert connection.request("POST", "/admin/sms", body={}).status == 201
    assert slept == [0.5]


@pytest.mark.parametrize(
    ("headers", "after"),
    [
        ({**limit("40/40"), "X-Cafe24-Call-Remain": "30"}, 30),
        ({"Retry-After": "7"}, 7),
        ({**limit("48/40")}, 4.5),
        ({"X-Cafe24-Time-Remain": "999999"}, 3600),
    ],
)
def test_a_long_wait_is_left_to_who_asked(headers, after):
    connection, slept = connected(FakeHttp().answer(429, headers=headers))
    with pytest.raises(RetryableError) as raised:
        connection.request("GET", "/admin/orders")
    assert (raised.value.after, slept) == (after, [])


def test_a_limit_that_others_use_up_is_not_asked_for_ever():
    http = FakeHttp(lambda _: FakeResponse(429, b"", Headers(limit("1/1"))))
    connection, slept = connected(http)
    with pytest.raises(RetryableError, match="call limit"):
        connection.request("POST", "/admin/sms", body={})
    assert (len(http.requests), sum(slept)) == (3, 1.0)


@pytest.mark.parametrize(
    ("path", "endpoint"),
    [
        ("/admin/orders", "GET /admin/orders"),
        ("/admin/orders/20260302-0000013/items", "GET /admin/orders/#/items"),
        ("/admin/products/12/carts", "GET /admin/products/#/carts"),
        ("/admin/products/12", "GET /admin/products/#"),
    ],
)
def test_a_bucket_is_of_an_endpoint_whatever_the_ids(path, endpoint):
    assert endpoint_of("GET", path) == endpoint


@given(st.lists(st.floats(0, 3), max_size=60), st.integers(1, 40))
def test_who_has_the_mall_alone_is_never_refused(pauses, size):
    clock = FixedClock(START)
    limits = Limits(Cafe24Settings(slots=size))
    pace = Pace()
    for pause in pauses:
        clock.at += timedelta(seconds=pause)
        wait = pace.take("GET x", clock.at, 60)
        clock.at += timedelta(seconds=wait, microseconds=1)
        try:
            headers = limits.take("GET x", clock.at)
        except Refused as refused:
            raise AssertionError(f"{refused} after waiting {wait}") from refused
        pace.told("GET x", Headers(headers), clock.at)


@given(st.text(max_size=20), st.text(max_size=20))
def test_no_header_breaks_the_pace(told, remain):
    pace = Pace()
    headers = Headers({**limit(told), "X-Cafe24-Call-Remain": remain})
    assert 0 <= pace.refused("GET x", headers, START) <= 500_000
