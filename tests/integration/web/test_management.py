"""The management API as a shop's server uses it."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import func, select

from growthcore.customers.models import ConsentRecord, Customer
from growthcore.events.models import Event

TIME = "2026-03-02T09:59:00+09:00"


def customer(external_id="C-1", **parts):
    return {"external_id": external_id, **parts}


def count(shop, model):
    with shop.db.read() as session:
        return session.scalar(select(func.count()).select_from(model))


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": "Bearer "},
        {"Authorization": "Bearer gk_sec_wrong"},
        {"Authorization": "Basic gk_sec_wrong"},
    ],
)
def test_without_a_valid_secret_key_nothing_is_told(api, headers):
    status, problem = api("GET", "/customers", headers=headers)
    assert status == 401
    assert problem["code"] == "invalid_api_key"


def test_a_refusal_is_a_problem_that_names_the_scheme(app, access):
    response = app.test_client().get("/api/v1/products")
    assert response.mimetype == "application/problem+json"
    assert response.headers["WWW-Authenticate"] == "Bearer"
    assert response.get_json()["request_id"] == response.headers["X-Request-Id"]


def test_the_public_key_is_no_secret_key(api, access):
    status, _ = api("GET", "/customers", headers={"Authorization": f"Bearer {access.public}"})
    assert status == 401


def test_customers_are_made_changed_and_read(api):
    first = customer(email="Minji@Example.com", attributes={"grade": "VIP"})
    assert api("POST", "/customers", {"customers": [first]}) == (
        200,
        {"results": [{"index": 0, "status": "created"}]},
    )
    _, again = api("POST", "/customers", {"customers": [customer(name="민지"), customer()]})
    assert [one["status"] for one in again["results"]] == ["updated", "unchanged"]
    _, shown = api("GET", "/customers/C-1")
    assert shown["email"] == "minji@example.com"
    assert (shown["name"], shown["attributes"]) == ("민지", {"grade": "VIP"})


def test_each_item_stands_for_itself(api, shop):
    status, body = api(
        "POST",
        "/customers",
        {
            "customers": [
                customer("A"),
                customer("B", email="nobody"),
                customer("C", colour="red"),
                "D",
                customer("E", name="n" * 101),
            ]
        },
    )
    assert status == 200
    assert [one["status"] for one in body["results"]] == ["created", *["rejected"] * 4]
    assert [list(one.get("errors", {})) for one in body["results"]] == [
        [],
        ["email"],
        ["colour"],
        [""],
        ["name"],
    ]
    assert count(shop, Customer) == 1


def test_consent_comes_with_its_customer(api, shop):
    said = {"channel": "email", "granted": True, "at": TIME, "source": "sign-up form"}
    api("POST", "/customers", {"customers": [customer(consents=[said])]})
    with shop.db.read() as session:
        record = session.scalars(select(ConsentRecord)).one()
    assert (record.channel, record.purpose, record.granted) == ("email", "advertising", True)


def test_consent_without_a_purpose_we_know_is_told_and_its_customer_kept(api, shop):
    said = {"channel": "email", "purpose": "fun", "granted": True, "at": TIME}
    _, body = api("POST", "/customers", {"customers": [customer(consents=[said])]})
    assert body["results"][0]["code"] == "consent_rejected"
    assert (count(shop, Customer), count(shop, ConsentRecord)) == (1, 0)


def test_lists_are_paged_and_searched(api):
    api("POST", "/customers", {"customers": [customer(f"C-{n}") for n in range(5)]})
    _, page = api("GET", "/customers?size=2&page=3")
    assert (len(page["data"]), page["total"], page["page"]) == (1, 5, 3)
    _, found = api("GET", "/customers?q=C-4")
    assert [one["external_id"] for one in found["data"]] == ["C-4"]


@pytest.mark.parametrize("query", ["size=0", "size=9999", "page=x", "page=99999999999", "nope=1"])
def test_a_query_that_does_not_fit_is_told(api, query):
    status, problem = api("GET", f"/customers?{query}")
    assert (status, problem["code"]) == (422, "invalid_input")
    assert problem["errors"]


@pytest.mark.parametrize("path", ["/customers/none", "/products/none", "/customers/%00"])
def test_what_is_not_there_is_a_problem(api, path):
    status, problem = api("GET", path)
    assert status in (400, 404)
    assert problem["status"] == status


def test_a_customer_is_exported_and_erased(api, shop):
    api("POST", "/customers", {"customers": [customer(email="a@example.com")]})
    assert api("GET", "/customers/C-1/export")[1]["customer"]["email"] == "a@example.com"
    assert api("DELETE", "/customers/C-1")[0] == 204
    assert api("GET", "/customers/C-1")[0] == 404
    with shop.db.read() as session:
        assert session.scalars(select(Customer)).one().email is None


def test_products_are_made_read_and_told_apart(api):
    product = {"external_id": "P-1", "name": "니트", "price": 30_000, "category": "여성/상의"}
    bad = {"external_id": "P-2", "name": "코트", "price": 29_900.5}
    _, body = api("POST", "/products", {"products": [product, bad]})
    assert [one["status"] for one in body["results"]] == ["created", "rejected"]
    assert "price" in body["results"][1]["errors"]
    _, shown = api("GET", "/products/P-1")
    assert (shown["price"], shown["category"], shown["currency"]) == (30_000, "여성/상의", "KRW")


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"{", 400),
        (b'{"customers":[{"external_id":"\\ud800"}]}', 400),
        (b'{"customers":[{"external_id":"a\\u0000"}]}', 400),
        (b'{"customers":[{"external_id":NaN}]}', 400),
        (b'{"customers":[{"external_id":"\xff"}]}', 400),
        (b"[" * 50_000, 400),
        (b"[]", 422),
        (b"{}", 422),
        (b'{"customers":{}}', 422),
        (b'{"customers":[]}', 422),
        (b'{"customers":[{}],"dry":1}', 422),
        (json.dumps({"customers": [{}] * 1_001}).encode(), 422),
    ],
)
def test_a_body_that_does_not_fit_is_refused_whole(api, access, shop, body, status):
    answered, problem = api(
        "POST", "/customers", data=body, content_type="application/json", headers=access.headers
    )
    assert (answered, problem["status"]) == (status, status)
    assert count(shop, Customer) == 0


def test_only_json_is_taken(api, access):
    status, _ = api("POST", "/customers", data="a=b", headers=access.headers)
    assert status == 415


def test_a_body_past_the_limit_is_refused(api, access):
    huge = b" " * (17 * 1024 * 1024)
    status, problem = api(
        "POST", "/customers", data=huge, content_type="application/json", headers=access.headers
    )
    assert (status, problem["code"]) == (413, "request_entity_too_large")


def event(id_="e-1", **parts):
    return {"id": id_, "name": "purchase", "time": TIME, "customer": "C-1", **parts}


def test_events_are_recorded_once_and_wake_the_triggers(api, shop):
    events = [event(), event("e-2", name="???"), event("e-3", value=1.5)]
    _, body = api("POST", "/events", {"events": events})
    assert (body["accepted"], body["duplicates"]) == (1, 0)
    assert [one["status"] for one in body["results"]] == ["accepted", "rejected", "rejected"]
    assert shop.jobs.names == ["react"]
    _, again = api("POST", "/events", {"events": [event()]})
    assert (again["accepted"], again["duplicates"]) == (0, 1)
    assert again["results"] == [{"index": 0, "status": "duplicate"}]
    with shop.db.read() as session:
        assert session.scalars(select(Event.source)).all() == ["api"]


def test_historical_events_may_be_old_and_do_not_react(api, shop):
    old = event(time="2020-01-01T00:00:00+09:00")
    assert api("POST", "/events", {"events": [old]})[1]["accepted"] == 0
    assert api("POST", "/events", {"events": [old], "historical": True})[1]["accepted"] == 1
    assert shop.jobs.names == []
    with shop.db.read() as session:
        assert session.scalars(select(Event.reacted)).all() == [True]


@pytest.mark.parametrize(
    "time",
    ["0001-01-01T00:00:00+23:00", "9999-12-31T23:59:59-23:00", "2026-03-02T10:00:00", "x", 5],
)
def test_absurd_times_cost_only_their_event(api, time):
    _, body = api("POST", "/events", {"events": [event(time=time), event("e-2")]})
    assert [one["status"] for one in body["results"]] == ["rejected", "accepted"]


def test_the_description_names_every_resource_and_the_key(app):
    described = app.test_client().get("/api/v1/openapi.json").get_json()
    assert described["components"]["securitySchemes"]["secretKey"]["scheme"] == "bearer"
    assert {"/api/v1/customers", "/api/v1/products", "/api/v1/events"} <= set(described["paths"])
    assert described["security"] == [{"secretKey": []}]
