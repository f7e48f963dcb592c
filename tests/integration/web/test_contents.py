"""``/v1/contents`` as pages call it, and ``/api/v1/contents`` as the shop's servers do."""

from __future__ import annotations

import pytest

from growthcore.testing.values import START

METHODS = ("GET", "POST")
ORIGIN = "https://www.shop.example"
POST = {
    "external_id": "blog/1",
    "kind": "blog",
    "title": "니트 세탁법",
    "url": "https://blog.example/1",
    "summary": "손빨래 순서",
    "keywords": ["세탁"],
    "products": ["P1"],
}
VIDEO = {
    "external_id": "V1",
    "kind": "video",
    "title": "코트 코디",
    "url": "https://tube.example/1",
    "published_at": "2026-03-01T09:00:00+09:00",
}


@pytest.fixture
def told(api):
    """A blog post of now, and an older video."""
    status, body = api("POST", "/contents", {"contents": [POST, VIDEO]})
    assert (status, [each["status"] for each in body["results"]]) == (200, ["created"] * 2)


@pytest.fixture
def ask(app, access):
    client = app.test_client()

    def call(*, method="GET", origin=ORIGIN, language="", **asked):
        headers = {"Origin": origin} if origin else {}
        if language:
            headers["Accept-Language"] = language
        given = {"key": access.public, **asked}
        if method == "GET":
            return client.get("/v1/contents", headers=headers, query_string=given)
        options = {"data": app.json.dumps(given), "content_type": "text/plain;charset=UTF-8"}
        return client.post("/v1/contents", headers=headers, **options)

    return call


@pytest.mark.parametrize("method", METHODS)
def test_pages_of_every_kind_are_answered(told, ask, method):
    response = ask(method=method, option="A", product="P1", limit=1)
    assert response.headers["Access-Control-Allow-Origin"] == ORIGIN
    assert response.get_json() == {
        "option": "A",
        "title": "이 상품과 관련된 콘텐츠",
        "items": [
            {
                "id": "blog/1",
                "kind": "blog",
                "title": "니트 세탁법",
                "url": "https://blog.example/1",
                "image_url": None,
                "summary": "손빨래 순서",
                "author": None,
                "published_at": START.isoformat().replace("+00:00", "Z"),
                "source": "linked",
                "reason": "이 상품을 소개하는 콘텐츠",
            }
        ],
        "skipped": {},
    }
    found = ask(method=method, option="B", keyword="코트", language="en").get_json()["items"]
    assert [(each["id"], each["reason"]) for each in found] == [("V1", "Goes with the search")]
    found = ask(method=method, option="C", products=["nope", "P1"]).get_json()["items"]
    assert [each["source"] for each in found] == ["linked", "newest"]


def test_what_does_not_fit_is_told_by_place(ask):
    misfits = {
        "option": ({}, {"option": "D"}),
        "product": ({"option": "A"}, {"option": "C", "product": "P1"}),
        "keyword": ({"option": "B"}, {"option": "B", "keyword": "x" * 201}),
        "limit": ({"option": "C", "limit": 51}, {"option": "C", "limit": "many"}),
        "products": ({"option": "C", "products": ["P1"] * 101},),
    }
    for place, asked, method in ((p, a, m) for p in misfits for a in misfits[p] for m in METHODS):
        response = ask(method=method, **asked)
        assert (response.status_code, response.get_json()["code"]) == (422, "invalid_request")
        assert place in response.get_json()["message"]


def test_who_may_not_call_is_told(ask):
    assert ask(option="C", key="gk_pub_no").get_json()["code"] == "invalid_api_key"
    elsewhere = ask(option="C", origin="https://elsewhere.example")
    assert elsewhere.get_json()["code"] == "domain_not_allowed"


def test_what_is_clicked_becomes_popular(told, ask, collect):
    event = {
        "id": "click-1",
        "name": "select_content",
        "time": START.isoformat(),
        "properties": {"content_id": "V1"},
    }
    for _ in ("clicked", "sent again"):
        assert collect(events=[event]).status_code == 200
    found = ask(option="C").get_json()["items"]
    assert [(each["id"], each["source"]) for each in found] == [
        ("V1", "popular"),
        ("blog/1", "newest"),
    ]


def test_the_shops_servers_read_change_and_remove_contents(told, api):
    wrong = {**VIDEO, "external_id": "V2", "url": "tube.example"}
    changed = {"contents": [{"external_id": "V1", "hidden": True}, wrong, {**VIDEO, "views": 3}]}
    _, body = api("POST", "/contents", changed)
    assert [each["status"] for each in body["results"]] == ["updated", "rejected", "rejected"]
    assert [set(each["errors"]) for each in body["results"][1:]] == [{"url"}, {"views"}]
    status, page = api("GET", "/contents?kind=video&hidden=true")
    assert (status, page["total"], page["data"][0]["external_id"]) == (200, 1, "V1")
    assert api("GET", "/contents/blog/1")[1]["products"] == ["P1"]
    assert api("DELETE", "/contents/blog/1")[0] == 204
    status, problem = api("DELETE", "/contents/blog/1")
    assert (status, problem["code"]) == (404, "content_not_found")
