"""A rule is written, switched on and put in order in a browser, its effect seen meanwhile."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from growthcore.recommendations.rules import store
from growthcore.testing import factories
from growthcore.testing.browsing import PHONE, axe

pytestmark = pytest.mark.browser

FIRST = {"if": {"all": [{"type": "new", "days": 7}]}, "then": {"do": "pin", "slot": 1}}


def test_a_rule_is_written_switched_on_and_put_first_by_keys(core, browse):
    with core.db.unit() as session:
        for code in ("P1", "P2", "P3"):
            factories.make_product(session, code, category="세일")
        store.create(core, session, name="신상품 고정", page="main", definition=FIRST, actor="test")
    page = browse(core)
    page.goto("/admin/models/rules/new")
    page.get_by_label("규칙명").fill("세일 제외")
    page.get_by_label("카테고리 필수").select_option("세일")
    expect(page.get_by_text("지금 상품 3개 중 3개가 제외됩니다.")).to_be_visible()
    expect(page.get_by_text("0개만 남아")).to_be_visible()
    page.get_by_label("추가할 조건").select_option("price")
    page.get_by_role("button", name="조건 추가").click()
    page.get_by_label("최저 판매가").fill("50,000")
    expect(page.get_by_text("지금 상품 3개 중 0개가 제외됩니다.")).to_be_visible()
    expect(page.get_by_text("만 남아")).to_have_count(0)
    expect(page.get_by_label("고정할 자리")).to_be_hidden()
    axe(page)
    page.get_by_role("button", name="저장", exact=True).click()

    page.get_by_role("button", name="지금 켜기").click()
    expect(page.get_by_role("switch", name="‘세일 제외’ 활성화")).to_be_checked()
    handle = page.get_by_role("button", name="‘세일 제외’ 옮기기")
    for key in (" ", "ArrowUp", " "):
        handle.press(key)
    page.get_by_role("button", name="순서 저장").click()
    expect(page.get_by_text("순서가 저장되었습니다.")).to_be_visible()
    expect(page.locator(".gc-order > li").first).to_contain_text("세일 제외")
    axe(page)
    page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    for path in ("", "new", "2/edit", "2/delete"):
        page.goto(f"/admin/models/rules/{path}")
        wider = page.evaluate("document.documentElement.scrollWidth > innerWidth")
        assert not wider, f"{path} is wider than the window"
