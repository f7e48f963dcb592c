"""``/v1/recommendations/<model>`` as pages call it, well and badly."""

from __future__ import annotations

import pytest

from growthcore.events import identification
from growthcore.plugins.registry import Plugins
from growthcore.recommendations import service, training, widgets
from growthcore.segments import saved
from growthcore.testing import factories
from growthcore.testing.plugins import plugins_of
from growthcore_algo_popular_backup import plugin as popular_backup
from growthcore_algo_recently_viewed import plugin as recently_viewed
from growthcore_segment_customer_attribute import plugin as customer_attribute

ORIGIN = "https://www.shop.example"
VISITOR = "visitor-0001"


@pytest.fixture
def plugins():
    modules = (popular_backup, recently_viewed, customer_attribute)
    return Plugins.load(entry_points=plugins_of(*modules), strict=True)


@pytest.fixture
def models(shop):
    """``seen`` with the backup ``popular``; P1, P2 and P3 on sale, P2 looked at by the visitor."""
    with shop.db.unit() as session:
        factories.make_product(session, "P1", price=19_900, sale_price=15_900)
        for product in ("P2", "P3"):
            factories.make_product(session, product)
        factories.make_event(session, items=["P2"], visitor=VISITOR, at=shop.clock.now())
        popular = service.create(shop, session, "popular", algorithm="popular_backup", actor="test")
        service.create(
            shop, session, "seen", algorithm="recently_viewed", backups=["popular"], actor="test"
        )
    training.train(shop, popular.id)


@pytest.fixture
def ask(app, access, models):
    """Ask as a page does, by ``GET`` or with keywords as the body of a ``POST``."""
    client = app.test_client()

    def call(model="popular", *, method="GET", origin=ORIGIN, language="", **asked):
        options = {"headers": {"Origin": origin} if origin else {}}
        if language:
            options["headers"]["Accept-Language"] = language
        given = {"key": access.public, **asked}
        if method == "GET":
            options["query_string"] = given
        else:
            options |= {"data": app.json.dumps(given), "content_type": "text/plain;charset=UTF-8"}
        return client.open(f"/v1/recommendations/{model}", method=method, **options)

    return call


@pytest.fixture
def vip(shop, models):
    """``popular`` is for the customers of a segment; the visitor may become one of them."""
    definition = {
        "condition": "customer_attribute",
        "params": {"attribute": "tier", "operator": "=", "value": "vip"},
    }
    with shop.db.unit() as session:
        segment = saved.create(shop, session, "VIP", definition, actor="test")
        widgets.aim(shop, session, "popular", segment_id=segment.id, appears={}, actor="test")

    def known(tier):
        with shop.db.unit() as session:
            factories.make_customer(session, "kim", attributes={"tier": tier})
            identification.identify(session, VISITOR, external_id="kim", now=shop.clock.now())

    return known


def test_a_model_of_a_segment_answers_its_customers_only(ask, vip):
    for _ in ("nobody known", "of another tier"):
        answer = ask(visitor=VISITOR)
        assert (answer.status_code, ids(answer)) == (200, [])
        assert answer.get_json()["skipped"] == {"*": "not_targeted"}
        vip("gold")
    vip("vip")
    assert ids(ask(visitor=VISITOR))


def ids(response):
    return [item["id"] for item in response.get_json()["items"]]


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_items_are_answered_with_what_a_widget_shows(ask, method):
    response = ask(method=method, limit=2)
    assert response.status_code == 200
    body = response.get_json()
    assert [len(item.pop("receipt")) for item in body["items"]] == [56, 56]
    assert body == {
        "model": "popular",
        "items": [
            {
                "id": "P2",
                "name": "상품 P2",
                "url": "https://shop.example/p/P2",
                "image_url": None,
                "price": 10_000,
                "sale_price": None,
                "currency": "KRW",
                "brand": None,
                "source": "popular",
                "reason": "popular",
            },
            {
                "id": "P3",
                "name": "상품 P3",
                "url": "https://shop.example/p/P3",
                "image_url": None,
                "price": 10_000,
                "sale_price": None,
                "currency": "KRW",
                "brand": None,
                "source": "popular",
                "reason": "new",
            },
        ],
        "skipped": {},
    }


def test_a_page_of_an_allowed_origin_can_read_the_answer_and_nobody_keeps_it(ask):
    response = ask()
    assert response.headers["Access-Control-Allow-Origin"] == ORIGIN
    assert response.headers["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_the_visitor_is_known_by_their_key(ask, method):
    first = ask("seen", method=method, visitor=VISITOR).get_json()["items"][0]
    assert (first["id"], first["source"], first["reason"]) == ("P2", "seen", "recently_viewed")


def test_an_unknown_visitor_gets_the_backup_and_why(ask):
    body = ask("seen", visitor="visitor-9999").get_json()
    assert {item["source"] for item in body["items"]} == {"popular"}
    assert body["skipped"] == {"seen": "nothing_known"}


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_the_product_of_the_page_and_the_cart_are_left_out(ask, method):
    assert ids(ask(method=method, product="P2", cart=["P1"])) == ["P3"]


def test_products_the_shop_does_not_have_are_as_if_not_given(ask):
    assert ids(ask(product="nope", cart=["nope", "a\0b"], method="POST")) == ["P2", "P3", "P1"]


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize(
    ("asked", "place"),
    [
        ({"limit": 0}, "limit"),
        ({"limit": 51}, "limit"),
        ({"limit": "many"}, "limit"),
        ({"visitor": "short"}, "visitor"),
        ({"visitr": VISITOR}, "visitr"),
        ({"cart": ["P1"] * 101}, "cart"),
    ],
)
def test_what_does_not_fit_is_told_by_place(ask, method, asked, place):
    response = ask(method=method, **asked)
    assert response.status_code == 422
    body = response.get_json()
    assert body["code"] == "invalid_request"
    assert place in body["message"]


def test_a_visitor_of_control_characters_is_refused(ask):
    assert ask(method="POST", visitor="visitor\0000").status_code == 422


def test_an_unknown_model_is_told_in_the_callers_language(ask):
    response = ask("nope", language="en")
    assert response.status_code == 404
    assert response.get_json()["code"] == "model_not_found"
    assert response.get_json()["message"] == "There is no such recommendation model."
    assert ask("nope").get_json()["message"] == "추천 모델을 찾을 수 없습니다."


def test_a_wrong_key_is_refused(ask):
    assert ask(key="wrong").status_code == 401


def test_a_page_of_another_site_is_refused(ask):
    assert ask(origin="https://evil.example").status_code == 403


def test_whether_a_model_exists_is_told_to_nobody_else(ask):
    assert ask("nope", key="wrong").status_code == 401


def test_a_body_of_another_type_is_refused(app, access, models):
    response = app.test_client().post("/v1/recommendations/popular", data={"limit": 1})
    assert response.status_code == 415


def test_the_key_of_a_post_may_stand_in_the_query(app, access, models):
    response = app.test_client().post(
        f"/v1/recommendations/popular?key={access.public}",
        data="{}",
        headers={"Origin": ORIGIN},
        content_type="text/plain",
    )
    assert response.status_code == 200


def test_too_many_calls_are_slowed_down(shop, access, models):
    from growthcore.web import create_app

    client = create_app(shop, {"STOREFRONT_RATE": 0.001, "STOREFRONT_BURST": 1}).test_client()
    url = f"/v1/recommendations/popular?key={access.public}"
    statuses = [client.get(url, headers={"Origin": ORIGIN}).status_code for _ in range(2)]
    assert statuses == [200, 429]
