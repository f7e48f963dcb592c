"""The segment builder in a real browser: by keyboard, with Hangul, with slow answers."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from growthcore.segments import saved
from growthcore.testing.browsing import DESKTOP, PHONE, axe
from growthcore.testing.factories import make_customer, make_event

pytestmark = pytest.mark.browser
ABANDONERS = {
    "all": [
        {
            "condition": "event_count",
            "params": {"event": "begin_checkout", "within": {"days": 7}},
        },
        {
            "condition": "event_count",
            "params": {
                "event": "purchase",
                "operator": "=",
                "count": 0,
                "within": {"days": 7},
            },
        },
    ]
}


@pytest.fixture
def shoppers(core):
    """Five who began a checkout, two of whom bought."""
    at = core.clock.now() - timedelta(days=1)
    with core.db.unit() as session:
        for number in range(5):
            customer = make_customer(session, email=f"c{number}@example.com", consents=["email"])
            make_event(session, "begin_checkout", customer=customer, at=at)
            if number < 2:
                make_event(session, "purchase", customer=customer, at=at)


def test_the_abandoner_is_built_in_two_rows_by_keyboard(core, browse, shoppers):
    page = browse(core)
    page.goto("/admin/segments/new")
    page.get_by_label("세그먼트 이름").fill("결제 이탈")
    first = page.get_by_role("group", name="조건 1", exact=True)
    first.get_by_label("조건 1: 조건 종류").focus()
    page.keyboard.press("End")
    first.get_by_label("이벤트", exact=True).select_option("begin_checkout")
    last_seven_days(first)
    page.get_by_role("button", name="+ 조건 추가").press("Enter")
    second = page.get_by_role("group", name="조건 2", exact=True)
    assert page.evaluate("document.activeElement.dataset.focus") == "kind"
    page.keyboard.press("End")
    second.get_by_label("이벤트", exact=True).select_option("purchase")
    second.get_by_label("비교").select_option("=")
    second.get_by_label("횟수").fill("0")
    last_seven_days(second)
    page.locator(".gc-count-number").get_by_text("3명", exact=True).wait_for()
    assert "이메일 발송 가능 3명" in page.locator(".gc-count-rest").inner_text()
    page.get_by_role("button", name="저장").press("Enter")
    page.wait_for_url("**/admin/segments/1")
    page.locator("#count").get_by_text("3명", exact=True).first.wait_for()
    with core.db.read() as session:
        assert saved.get(session, 1).definition == ABANDONERS


def last_seven_days(row):
    row.get_by_role("combobox", name="기간").select_option("last")
    row.get_by_label("지난").fill("7")


def test_undo_brings_back_what_was_deleted(core, browse):
    page = browse(core)
    with core.db.unit() as session:
        saved.create(core, session, "s", ABANDONERS, actor="test")
    page.goto("/admin/segments/1/edit")
    page.get_by_role("button", name="조건 1: 삭제").click()
    assert page.get_by_role("group", name="조건 2", exact=True).count() == 0
    page.get_by_role("button", name="되돌리기").click()
    page.get_by_role("group", name="조건 2", exact=True).wait_for()
    assert json.loads(page.locator("textarea").input_value()) == ABANDONERS


def test_an_overtaken_count_is_dropped(core, browse, shoppers):
    page = browse(core)
    held = []

    def answer(route):
        if held:
            route.fulfill(json={**COUNTED, "count": "새 답"})
        else:
            held.append(route)

    page.route("**/admin/segments/preview", answer)
    page.goto("/admin/segments/new")
    row = page.get_by_role("group", name="조건 1", exact=True)
    row.get_by_label("조건 1: 조건 종류").select_option("event_count")
    page.wait_for_timeout(700)
    assert len(held) == 1
    row.get_by_label("횟수").fill("2")
    page.get_by_text("새 답", exact=True).wait_for()
    page.wait_for_timeout(300)
    assert page.locator(".gc-count-number").inner_text() == "새 답"


COUNTED = {"at": "", "reachable": [], "sample": [], "sentence": ""}


def test_half_a_hangul_syllable_is_not_asked_about(core, browse):
    page = browse(core)
    asked = []
    page.on("request", lambda sent: asked.append(sent) if "preview" in sent.url else None)
    page.goto("/admin/segments/new")
    row = page.get_by_role("group", name="조건 1", exact=True)
    row.get_by_label("조건 1: 조건 종류").select_option("customer_attribute")
    row.get_by_label("속성").fill("grade")
    page.wait_for_timeout(600)
    asked.clear()
    row.get_by_label("값").focus()
    devtools = page.context.new_cdp_session(page)
    for part in ("ㄱ", "가", "간"):
        devtools.send(
            "Input.imeSetComposition", {"text": part, "selectionStart": 1, "selectionEnd": 1}
        )
        page.wait_for_timeout(500)
    assert asked == []
    devtools.send("Input.insertText", {"text": "간"})
    page.wait_for_timeout(700)
    assert len(asked) == 1
    assert "%EA%B0%84" in asked[0].post_data


def test_what_does_not_fit_keeps_what_was_entered_and_says_where(core, browse):
    page = browse(core)
    page.goto("/admin/segments/new")
    page.get_by_label("세그먼트 이름").fill("이름")
    row = page.get_by_role("group", name="조건 1", exact=True)
    row.get_by_label("조건 1: 조건 종류").select_option("event_count")
    row.get_by_label("횟수").fill("열 번")
    page.get_by_role("button", name="저장").click()
    page.get_by_role("alert").first.wait_for()
    assert page.get_by_label("세그먼트 이름").input_value() == "이름"
    again = page.get_by_role("group", name="조건 1", exact=True)
    assert again.get_by_label("횟수").input_value() == "열 번"
    again.locator(".gc-builder-error").wait_for()


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_the_pages_are_accessible_and_fit(core, browse, size, shoppers):
    with core.db.unit() as session:
        saved.create(core, session, "결제 이탈 고객", ABANDONERS, actor="test")
    page = browse(core, size=size)
    for path in ("/admin/segments/", "/admin/segments/1", "/admin/segments/1/edit"):
        page.goto(path)
        page.wait_for_load_state("networkidle")
        axe(page)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
