"""A model is made in three steps, ruled, put into a mail, and its card says what it brought."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from growthcore.analytics import crediting
from growthcore.api import MessageClass
from growthcore.campaigns import drafts
from growthcore.operators import keys, origins
from growthcore.recommendations import service, training
from growthcore.testing import factories
from growthcore.testing.browsing import PHONE, axe
from growthcore.web import create_app

pytestmark = pytest.mark.browser
ORIGIN = "https://shop.example"


@pytest.fixture
def draft(core):
    """A mail that is being written, in a shop with three products."""
    with core.db.unit() as session:
        for code, category in (("P1", "니트"), ("P2", "니트"), ("P3", "세일")):
            factories.make_product(session, code, category=category, price=10_000)
        values = {"host": "localhost", "sender_address": "news@shop.example"}
        core.accounts.create(
            session, provider="email_smtp", label="뉴스레터", values=values, actor="test"
        )
    with core.db.unit() as session:
        made = drafts.start(core, session, "주말", MessageClass.ADVERTISING, actor="test").id
        drafts.save(core, session, made, {"account_id": 1}, actor="test")
    return made


def train(core, slug):
    with core.db.read() as session:
        id_ = service.get(session, slug).id
    training.train(core, id_)


def visit(core):
    """Somebody sees what is recommended, clicks the first product and buys it."""
    with core.db.unit() as session:
        now = core.clock.now()
        key = keys.issue_public(session, now=now, actor="test").public_value
        origins.add(session, ORIGIN, now=now, actor="test")
    client = create_app(core).test_client()
    headers = {"Origin": ORIGIN}
    asked = {"key": key, "visitor": "visitor-0001"}
    # So that the browser is known before it is recommended anything.
    told(core, client, asked, "page_view")
    answer = client.get("/v1/recommendations/main-popular", query_string=asked, headers=headers)
    items = [
        {"product_id": each["id"], "price": each["price"], "receipt": each["receipt"]}
        for each in answer.json["items"]
    ]
    told(core, client, asked, "view_item_list", items)
    told(core, client, asked, "select_item", items[:1])
    core.clock.at += timedelta(minutes=5)
    line = {"product_id": items[0]["product_id"], "price": 10_000}
    told(core, client, asked, "purchase", [line], order_id="O-1", value=10_000, currency="KRW")
    crediting.credit(core)


def told(core, client, asked, name, items=(), **more):
    now = core.clock.now().isoformat()
    event = {"id": f"{name}-1", "name": name, "time": now, "items": list(items), **more}
    body = json.dumps({**asked, "sent_at": now, "events": [event]})
    answer = client.post(
        "/v1/collect", data=body, headers={"Origin": ORIGIN}, content_type="text/plain"
    )
    assert answer.json == {"accepted": 1, "duplicates": 0, "rejected": []}, answer.json


def test_a_model_is_made_ruled_mailed_and_followed(core, browse, draft):
    page = browse(core)
    page.goto("/admin/models/new")
    page.get_by_label("모델 이름").fill("메인 인기")
    page.get_by_role("radio", name="메인 페이지", exact=True).check()
    page.locator("[name=algorithm][value=popular_backup]").check()
    page.get_by_text("모델 ID 직접 정하기").click()
    page.locator("[name=slug]").fill("main-popular")
    for _ in range(2):
        page.get_by_role("button", name="다음 단계로 이동").click()
    page.get_by_role("button", name="완료").click()
    page.wait_for_url("**/models/main-popular")
    train(core, "main-popular")
    page.reload()
    shown = page.locator("gc-product-widget .name")
    expect(shown.filter(has_text="상품 P3")).to_be_visible()
    axe(page)

    page.get_by_role("link", name="규칙 만들기").click()
    page.get_by_label("규칙명").fill("세일 제외")
    page.get_by_label("카테고리 필수").select_option("세일")
    page.get_by_label("메인 인기").check()
    page.get_by_role("button", name="저장", exact=True).click()
    page.get_by_role("button", name="지금 켜기").click()
    expect(page.get_by_role("switch", name="‘세일 제외’ 활성화")).to_be_checked()
    page.goto("/admin/models/main-popular")
    expect(shown.filter(has_text="상품 P2")).to_be_visible()
    expect(shown.filter(has_text="상품 P3")).to_have_count(0)
    page.get_by_text("왜 이 상품인가").click()
    expect(page.get_by_text("규칙이 뺀 상품: 상품 P3 — 규칙: 세일 제외")).to_be_visible()

    page.goto("/admin/models/")
    page.get_by_role("button", name="노출 켜기").click()
    expect(page.get_by_text("최근 7일 동안 집계된 노출이 없습니다.")).to_be_visible()
    page.goto(f"/admin/campaigns/{draft}/edit/message")
    page.get_by_label("제목", exact=False).first.fill("이번 주 인기 상품")
    page.get_by_text("+ 블록 추가").click()
    page.get_by_role("button", name="추천 상품").click()
    page.get_by_label("추천 모델").select_option("main-popular")
    expect(page.frame_locator("iframe.gc-frame").get_by_text("상품 P2").first).to_be_visible()

    visit(core)
    page.goto("/admin/models/")
    for fact in ("노출 2 · 클릭 1", "클릭한 1명 중 1명 구매", "50.0%", "10,000원"):
        expect(page.get_by_text(fact).first).to_be_visible()
    axe(page)
    page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    for path in ("", "main-popular?days=30"):
        page.goto(f"/admin/models/{path}")
        assert not page.evaluate("document.documentElement.scrollWidth > innerWidth"), path
