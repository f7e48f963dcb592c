"""Products in messages, each recipient's own: the abandoned cart, what was viewed, and popularity."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from sqlalchemy import select

from growthcore.api import InvalidInput
from growthcore.catalog import service as catalog
from growthcore.catalog.products import ProductInput
from growthcore.events.ingestion import IncomingEvent, IncomingItem, ingest
from growthcore.recommendations import service, training
from growthcore.recommendations.shown import Touch
from growthcore.recommendations.touches import Kind
from growthcore.web import create_app

ABANDONED = {
    "kind": "triggered",
    "trigger": {"id": "cart_abandoned", "params": {"idle": {"hours": 1}}},
    "exceptions": ["purchase"],
}
HUMAN = {"User-Agent": "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/140.0"}
PRODUCTS = ("coat", "scarf", "gloves", "mug", "lamp")


@pytest.fixture
def shop(shop):
    """Coats sell with scarves; mugs sell most. Lee looked at a lamp and gloves; nobody knows Park."""
    shop.no_policies()
    shop.customers("kim", "lee", "park")
    with shop.core.db.unit() as session:
        made = [
            ProductInput(
                external_id=each, name=each, price=1000, url=f"https://s.kr/{each}", stock=9
            )
            for each in PRODUCTS
        ]
        catalog.upsert_products(session, made, now=shop.now, currency="KRW")
    orders = [("coat", "scarf")] * 6 + [("mug", "gloves")] * 3 + [("mug",)] * 9
    with shop.core.db.unit() as session:
        events = [
            IncomingEvent(
                id=f"o{number}", name="purchase", occurred_at=shop.now - timedelta(days=number),
                customer=f"c{number}", order=f"O{number}",
                items=[IncomingItem(product=each, price=1000, name=each) for each in order],
            )
            for number, order in enumerate(orders, start=1)
        ]  # fmt: skip
        assert not ingest(
            session, events, source="test", now=shop.now, react=False, historical=True
        ).rejected
    for slug, algorithm, backups in (
        ("popular", "popular_backup", []),
        ("cart", "cart_based", ["popular"]),
        ("seen", "recently_viewed", ["popular"]),
    ):
        with shop.core.db.unit() as session:
            model = service.create(
                shop.core, session, slug, algorithm=algorithm, backups=backups, actor="test"
            )
        if shop.core.plugins.algorithms[algorithm].trained:
            training.train(shop.core, model.id)
    return shop


def bodies(shop):
    return {
        message.rendered["body"].split(":")[0]: message.rendered["body"].split(": ", 1)[1]
        for message in shop.recording.messages
    }


def test_an_abandoned_cart_is_shown_with_what_goes_with_it(shop):
    shop.launch(
        audience=None, delivery=ABANDONED, content={"body": "#{NAME}: #{CART_ITEMS} + #{RECO:cart}"}
    )
    shop.happens("add_to_cart", "kim", product="coat")
    shop.pass_time(minutes=61)
    shop.work()
    left, beside = bodies(shop)["kim"].split(" + ")
    assert left == "coat"
    assert beside.split(", ")[0] == "scarf"
    assert "coat" not in beside


def test_everybody_gets_what_they_viewed_and_who_viewed_nothing_what_is_popular(shop):
    for product in ("gloves", "lamp"):
        shop.happens("view_item", "lee", product=product)
        shop.pass_time(minutes=1)
    shop.launch(content={"body": "#{NAME}: #{RECO:seen}"})
    shop.work()
    found = {name: body.split(", ") for name, body in bodies(shop).items()}
    assert found["lee"][:2] == ["lamp", "gloves"]
    assert found["park"][0] == "mug"
    assert len(set(found["lee"])) == len(found["lee"])


def test_a_text_names_the_first_product_and_leads_to_it(shop):
    """Where there is room for one product only; its click counts as one on the recommendation."""
    shop.happens("view_item", "lee", product="lamp")
    shop.launch(content={"body": "#{NAME}: #{RECO:seen.NAME} #{RECO:seen.PRICE} #{RECO:seen.URL}"})
    shop.work()
    name, cost, url = bodies(shop)["lee"].split(" ")
    assert (name, cost) == ("lamp", "1,000원")
    shop.pass_time(minutes=5)
    answer = create_app(shop.core).test_client().get(urlsplit(url).path, headers=HUMAN)
    assert answer.location.startswith("https://s.kr/lamp?utm_source=")
    with shop.core.db.read() as session:
        clicked = session.scalars(select(Touch.product_id).where(Touch.kind == Kind.CLICK)).all()
        lamp = catalog.find(session, ["lamp"])["lamp"]
    assert clicked == [lamp.id]


def test_who_can_be_recommended_nothing_gets_the_fallback_or_no_message(shop):
    with shop.core.db.unit() as session:
        gone = [ProductInput(external_id=each, stock=0) for each in PRODUCTS]
        catalog.upsert_products(session, gone, now=shop.now, currency="KRW")
    without = shop.launch(content={"body": "#{NAME}: #{RECO:seen.NAME}"})
    shop.work()
    assert shop.reasons(without)["variable_missing"] == 3
    shop.launch(content={"body": "#{NAME}: #{RECO:seen.NAME|새 상품}"})
    shop.work()
    assert set(bodies(shop).values()) == {"새 상품"}


def test_parts_of_an_unknown_models_products_are_refused(shop):
    with pytest.raises(InvalidInput) as refused:
        shop.create(content={"body": "#{RECO:nothing.NAME}"})
    assert "nothing" in refused.value.errors["content.body"]


def test_what_sold_out_since_is_in_no_message(shop):
    shop.happens("view_item", "lee", product="lamp")
    campaign_id = shop.launch(content={"body": "#{NAME}: #{RECO:seen}"})
    with shop.core.db.unit() as session:
        gone = ProductInput(external_id="lamp", name="lamp", price=1000, stock=0)
        catalog.upsert_products(session, [gone], now=shop.now, currency="KRW")
    shop.work()
    assert shop.standing(campaign_id).states["sent"] == 3
    assert not any("lamp" in body for body in bodies(shop).values())
