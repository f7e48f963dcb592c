"""``POST /v1/collect`` as pages call it, well and badly."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from sqlalchemy import event as sqlalchemy_event
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError

from growthcore.core import Queue
from growthcore.customers import service
from growthcore.customers.models import Consent, Customer
from growthcore.events.models import Event
from growthcore.operators import keys, origins
from growthcore.operators.keys import Grace
from growthcore.testing.jobs import WakeUp
from growthcore.web import create_app

KEY_TEXT = "유효하지 않은 API Key 입니다."
DOMAIN_TEXT = "허용되지 않은 도메인에서의 접근입니다."


@pytest.fixture
def page_event(clock):
    def make(id_="e-1", **parts):
        return {"id": id_, "name": "view_item", "time": clock.now().isoformat(), **parts}

    return make


def stored(shop, column=Event.event_id):
    with shop.db.read() as session:
        return list(session.scalars(select(column).order_by(Event.id)))


def test_events_are_stored_and_wake_the_triggers(collect, page_event, shop):
    item = {"product_id": "P-1", "quantity": 2, "price": 30_000}
    response = collect(events=[page_event(items=[item]), page_event("e-2")])
    assert response.get_json() == {"accepted": 2, "duplicates": 0, "rejected": []}
    assert sorted(stored(shop)) == ["e-1", "e-2"]
    assert list(shop.jobs.collected) == [WakeUp(Queue.EVENTS, "react")]


@pytest.mark.parametrize("depth", [6, 900])
def test_deeply_nested_properties_cost_only_their_event(collect, page_event, depth):
    nested = 1
    for _ in range(depth):
        nested = [nested]
    answer = collect(events=[page_event(properties={"a": nested}), page_event("e-2")]).get_json()
    assert (answer["accepted"], answer["rejected"][0]["code"]) == (1, "invalid_properties")


def test_a_long_address_of_the_page_is_cut_not_refused(collect, page_event, shop):
    collect(events=[page_event(page={"url": "https://www.shop.example/?q=" + "x" * 3_000})])
    (kept,) = stored(shop, Event.properties)
    assert len(kept["page_url"]) == 500


def test_an_event_told_again_is_a_duplicate(collect, page_event, shop):
    collect(events=[page_event()])
    answer = collect(events=[page_event(), page_event("e-2"), page_event("e-2")]).get_json()
    assert (answer["accepted"], answer["duplicates"]) == (1, 2)
    assert len(stored(shop)) == 2


def test_one_bad_event_costs_only_itself(collect, page_event, shop, clock):
    late = (clock.now() - timedelta(days=8)).isoformat()
    ahead = (clock.now() + timedelta(minutes=6)).isoformat()
    answer = collect(
        events=[
            page_event("bad-type", value="30000"),
            page_event("good-1"),
            page_event("bad-key", colour="red"),
            page_event("bad-name", name="!"),
            page_event("late", time=late),
            page_event("ahead", time=ahead),
            "not an object",
            page_event("good-2"),
        ]
    ).get_json()
    assert answer["accepted"] == 2
    assert [(one["index"], one["id"]) for one in answer["rejected"]] == [
        (0, "bad-type"),
        (2, "bad-key"),
        (3, "bad-name"),
        (4, "late"),
        (5, "ahead"),
        (6, ""),
    ]
    assert "colour" in answer["rejected"][1]["message"]
    assert sorted(stored(shop)) == ["good-1", "good-2"]


@pytest.mark.parametrize(
    "skew", [timedelta(hours=-30), timedelta(days=400), timedelta(days=-20_000)]
)
def test_a_wrong_clock_is_corrected_by_the_time_of_sending(collect, page_event, shop, clock, skew):
    now = clock.now()
    happened = (now + skew - timedelta(seconds=90)).isoformat()
    collect(sent_at=(now + skew).isoformat(), events=[page_event(time=happened)])
    assert stored(shop, Event.occurred_at) == [now - timedelta(seconds=90)]


def test_a_small_difference_is_left_alone(collect, page_event, shop, clock):
    now = clock.now()
    sent = now - timedelta(seconds=3)
    collect(sent_at=sent.isoformat(), events=[page_event(time=sent.isoformat())])
    assert stored(shop, Event.occurred_at) == [sent]


@pytest.mark.parametrize("time", ["0001-01-01T00:00:00+23:00", "9999-12-31T23:59:59-23:00"])
def test_absurd_clocks_are_refused_not_fatal(collect, page_event, clock, time):
    assert collect(events=[page_event(time=time)]).get_json()["accepted"] == 0
    answer = collect(sent_at=time, events=[page_event("e-2")])
    assert answer.status_code == 200
    assert answer.get_json()["accepted"] == 0


def test_a_visitor_who_identifies_owns_the_events_before(collect, page_event, shop):
    collect(events=[page_event()])
    user = {"id": "C-1", "email": "Minji@example.com", "traits": {"name": "민지", "grade": "VIP"}}
    answer = collect(user=user, events=[page_event("e-2")])
    assert answer.get_json()["accepted"] == 1
    with shop.db.read() as session:
        customer = session.scalars(select(Customer)).one()
    assert (customer.external_id, customer.email) == ("C-1", "minji@example.com")
    assert stored(shop, Event.customer_id) == [customer.id, customer.id]


def test_a_browser_does_not_overwrite_what_is_known_of_a_customer(collect, shop):
    collect(user={"id": "C-1", "email": "minji@example.com", "traits": {"grade": "VIP"}})
    told = {"id": "C-1", "email": "thief@example.com", "traits": {"grade": "X", "city": "서울"}}
    collect(visitor="visitor-0002", user=told)
    with shop.db.read() as session:
        (customer,) = service.load(session, session.scalars(select(Customer.id)).all()).values()
    assert customer.email == "minji@example.com"
    assert customer.attributes == {"grade": "VIP", "city": "서울"}


@pytest.mark.parametrize("name", ["refund", "Order Refunded"])
def test_a_browser_can_not_tell_of_refunds(collect, page_event, shop, name):
    answer = collect(events=[page_event(name=name, order_id="O-1", value=1), page_event("e-2")])
    assert answer.get_json()["rejected"][0]["code"] == "shops_own"
    assert stored(shop) == ["e-2"]


def test_a_user_that_does_not_fit_costs_no_event(collect, page_event, shop):
    answer = collect(user={"id": "C-1", "email": "nobody"}, events=[page_event()]).get_json()
    assert answer["accepted"] == 1
    assert "user.email" in answer["errors"]
    with shop.db.read() as session:
        assert session.scalar(select(func.count()).select_from(Customer)) == 0


def test_consent_is_kept_with_where_it_was_given(collect, shop, access):
    said = {"channel": "email", "granted": True}
    answer = collect(user={"id": "C-1"}, consent=[said, {"channel": "sms"}]).get_json()
    assert list(answer["errors"]) == ["consent[1]"]
    with shop.db.read() as session:
        kept = session.scalars(select(Consent)).one()
    assert (kept.channel, kept.purpose, kept.granted) == ("email", "advertising", True)


def test_consent_of_nobody_or_of_the_future_is_refused(collect, clock):
    said = {"channel": "email", "granted": True}
    assert "consent[0]" in collect(consent=[said]).get_json()["errors"]
    later = (clock.now() + timedelta(days=1)).isoformat()
    answer = collect(user={"id": "C-1"}, consent=[said | {"at": later}]).get_json()
    assert list(answer["errors"]) == ["consent[0].at"]


@pytest.mark.parametrize("language", ["", "en-US,en;q=0.9"])
def test_a_wrong_key_is_told_in_the_callers_language(collect, page_event, shop, language):
    response = collect(key="gk_pub_wrong", events=[page_event()], language=language)
    assert response.status_code == 401
    body = response.get_json()
    assert body["code"] == "invalid_api_key"
    assert body["message"] == ("The API key is not valid." if language else KEY_TEXT)
    assert body["request_id"] == response.headers["X-Request-Id"]
    assert stored(shop) == []


@pytest.mark.parametrize(
    "origin",
    [
        "https://evil.example",
        "http://www.shop.example",
        "https://www.shop.example:8443",
        "https://m.shop.example",
        "https://www.shop.example.evil.example",
        "null",
        None,
    ],
)
def test_a_page_from_elsewhere_stores_nothing(collect, page_event, shop, origin):
    response = collect(origin=origin, events=[page_event()])
    assert response.status_code == 403
    assert response.get_json()["code"] == "domain_not_allowed"
    assert response.get_json()["message"] == DOMAIN_TEXT
    assert response.headers["Vary"] == "Origin"
    assert stored(shop) == []


@pytest.mark.parametrize(("origin", "readable"), [("https://evil.example", True), ("null", False)])
def test_a_refusal_can_be_read_by_the_page_it_refuses(collect, origin, readable):
    shared = collect(origin=origin).headers.get("Access-Control-Allow-Origin")
    assert shared == (origin if readable else None)


def test_a_success_is_shared_with_its_origin_only(collect, access):
    headers = collect().headers
    assert headers["Access-Control-Allow-Origin"] == access.origin
    assert headers["Vary"] == "Origin"
    assert "Access-Control-Allow-Credentials" not in headers


def test_a_preflight_is_answered(app, access):
    response = app.test_client().options(
        "/v1/collect",
        headers={"Origin": access.origin, "Access-Control-Request-Method": "POST"},
    )
    assert response.status_code == 200
    assert response.headers["Access-Control-Allow-Origin"] == access.origin
    assert "POST" in response.headers["Access-Control-Allow-Methods"]
    assert response.headers["Access-Control-Allow-Headers"] == "Content-Type"


@pytest.mark.parametrize(("method", "path"), [("GET", "/v1/collect"), ("POST", "/v1/nothing")])
def test_errors_of_routing_are_readable_too(app, access, method, path):
    response = app.test_client().open(path, method=method, headers={"Origin": access.origin})
    assert response.status_code in (404, 405)
    assert response.headers["Access-Control-Allow-Origin"] == access.origin
    assert response.get_json()["message"]


def post(app, access, body, **options):
    options.setdefault("content_type", "text/plain;charset=UTF-8")
    options.setdefault("headers", {"Origin": access.origin})
    return app.test_client().post("/v1/collect", data=body, **options)


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 422),
        (b"{", 422),
        (b"null", 422),
        (b"[]", 422),
        (b"\xff\xfe{}", 400),
        (b"\x00", 422),
        (b"{}", 422),
        (b'{"visitor":"v"}', 422),
        (b"[" * 60_000, 422),
        (b'{"visitor":"visitor-1","sent_at":"2026-03-02T10:00:00Z","nope":1}', 422),
        (b'{"visitor":"visitor-1","sent_at":"2026-03-02T10:00:00Z","user":{"id":"\\u0000"}}', 422),
        (b'{"visitor":"visitor 1","sent_at":"2026-03-02T10:00:00Z"}', 422),
        (b'{"visitor":"visitor-1","sent_at":"2026-03-02T10:00:00Z","key":"\\u0000"}', 422),
        (b'{"visitor":"visitor-1","sent_at":"2026-03-02T10:00:00Z","key":"\\ud800"}', 422),
    ],
)
def test_a_body_that_cannot_be_read_is_refused_and_readable(app, access, body, status):
    response = post(app, access, body)
    assert response.status_code == status
    assert response.headers["Access-Control-Allow-Origin"] == access.origin
    assert response.get_json()["message"]


def test_more_than_500_events_are_refused(collect, page_event, shop):
    response = collect(events=[page_event(str(n)) for n in range(501)])
    assert response.status_code == 422
    assert stored(shop) == []


def test_a_body_past_64_kb_is_refused(app, access):
    response = post(app, access, b" " * (64 * 1024 + 1))
    assert (response.status_code, response.get_json()["code"]) == (413, "request_entity_too_large")


def test_other_content_types_are_refused(app, access):
    assert post(app, access, b"a=b", content_type="text/html").status_code == 415


def test_the_key_may_stand_in_the_query(app, access, clock):
    body = {"visitor": "visitor-1", "sent_at": clock.now().isoformat()}
    response = app.test_client().post(
        f"/v1/collect?key={access.public}",
        data=json.dumps(body),
        headers={"Origin": access.origin},
        content_type="application/json",
    )
    assert response.status_code == 200


def test_a_replaced_key_works_through_its_grace(collect, shop, clock, access):
    with shop.db.unit() as session:
        keys.reissue_public(session, grace=Grace.DAY, now=clock.now(), actor="test")
    assert collect().status_code == 200
    clock.at += timedelta(hours=25)
    assert collect().status_code == 401


def test_an_origin_taken_off_the_list_is_refused(collect, shop, clock, access):
    assert collect().status_code == 200
    with shop.db.unit() as session:
        origins.remove(session, access.origin, now=clock.now(), actor="test")
    assert collect().status_code == 403


def test_who_calls_too_often_is_told_when_to_come_back(shop, access, clock):
    app = create_app(shop, {"STOREFRONT_RATE": 0.5, "STOREFRONT_BURST": 1})
    body = json.dumps(
        {"key": access.public, "visitor": "visitor-1", "sent_at": clock.now().isoformat()}
    ).encode()
    assert post(app, access, body).status_code == 200
    refused = post(app, access, body)
    assert (refused.status_code, refused.get_json()["code"]) == (429, "too_many_requests")
    assert int(refused.headers["Retry-After"]) >= 1
    assert refused.headers["Access-Control-Allow-Origin"] == access.origin
    elsewhere = post(app, access, body, environ_base={"REMOTE_ADDR": "10.0.0.9"})
    assert elsewhere.status_code == 200


def test_a_busy_database_is_told_and_a_second_attempt_stores_once(
    collect, page_event, shop, access
):
    def refuse(connection, cursor, statement, *_):
        if "INTO events" in statement:
            raise OperationalError("INSERT", {}, Exception("database is locked"))

    sqlalchemy_event.listen(shop.db.engine, "before_cursor_execute", refuse)
    response = collect(events=[page_event()])
    sqlalchemy_event.remove(shop.db.engine, "before_cursor_execute", refuse)
    assert (response.status_code, response.headers["Retry-After"]) == (503, "1")
    assert response.headers["Access-Control-Allow-Origin"] == access.origin
    assert (stored(shop), shop.jobs.names) == ([], [])
    assert collect(events=[page_event()]).get_json()["accepted"] == 1
