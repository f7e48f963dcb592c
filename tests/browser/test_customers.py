"""Customers and the sandbox inbox in a browser: readable, searchable in Hangul, and inert."""

from __future__ import annotations

from email.message import EmailMessage

import pytest
from playwright.sync_api import expect

from growthcore.api.values import AddressKind
from growthcore.customers import suppression
from growthcore.sandbox.inbox import Inbox
from growthcore.testing.browsing import DESKTOP, PHONE, axe, served
from growthcore.testing.factories import make_customer, make_event, make_product
from growthcore.testing.people import sign_in

pytestmark = pytest.mark.browser

HTML = """<!doctype html><html><head><title>x</title></head><body>
<h1>안녕하세요</h1><p><a href="/admin/customers/">고객 보기</a></p>
{script}</body></html>"""
SCRIPT = '<script>document.body.textContent = "ran"</script>'


def put(core, subject, script=""):
    message = EmailMessage()
    message["Subject"], message["From"], message["To"] = (
        subject,
        "shop@example.com",
        "k@example.com",
    )
    message.set_content("텍스트")
    message.add_alternative(HTML.format(script=script), subtype="html")
    return Inbox(core.settings.data_dir / "inbox").add(
        message.as_bytes(),
        sender="shop@example.com",
        recipients=["k@example.com"],
        received_at=core.clock.now(),
    )


@pytest.fixture
def kim(core):
    """A customer of whom every page has something to show, among a few others."""
    now = core.clock.now()
    with core.db.unit() as session:
        make_product(session, "P1", name="울 혼방 오버핏 더블 코트", price=129_000)
        make_product(session, "P2", name="캐시미어 머플러", price=39_000)
        for number, name in enumerate(("이바다", "박들", "최산")):
            make_customer(session, f"other-{number}", name=name, consents=["email"])
        found = make_customer(
            session, "kim", name="김하늘", email="haneul@example.com", phone="010-1234-5678",
            consents=["email"], attributes={"grade": "VIP", "points": 1200, "birthday": "1990-05-01"},
        )  # fmt: skip
        for name, items in (
            ("session_start", []),
            ("search", []),
            ("view_item", ["P1"]),
            ("add_to_cart", ["P1"]),
        ):
            make_event(
                session, name, customer=found, items=items, at=now,
                properties={"search_term": "코트"} if name == "search" else None,
            )  # fmt: skip
        make_event(
            session, "purchase", customer=found, items=[("P2", 39_000)], order="2026-0301-77",
            value=39_000, at=now,
        )  # fmt: skip
        make_event(session, "add_to_cart", customer=found, items=["P1", "P2"], at=now)
        suppression.add(
            session, AddressKind.PHONE, "010-1234-5678", reason="entered", source="person: 전화",
            actor="1", at=now,
        )  # fmt: skip
    return found.id


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_every_page_can_be_read_by_everybody(core, kim, browse, size):
    mail = put(core, "봄 신상품이 도착했습니다")
    page = browse(core, size=size)
    about = [f"customers/{kim}{tab}" for tab in ("", "/orders", "/consents", "/details")]
    for path in ("customers/", *about, "customers/?q=없음", "inbox/", f"inbox/{mail}"):
        page.goto(f"/admin/{path}")
        # What is in a mail is its writer's, and nothing may run in there, not even this.
        page.evaluate("document.querySelector('iframe')?.remove()")
        axe(page)
        wider = page.evaluate("document.documentElement.scrollWidth > innerWidth")
        assert not wider, f"{path} is wider than the window"


def test_nothing_is_asked_for_in_the_middle_of_a_syllable(core, kim, browse):
    page = browse(core)
    page.goto("/admin/customers/")
    asked = []
    page.on("request", lambda request: "q=" in request.url and asked.append(request.url))
    page.get_by_role("searchbox").focus()
    keyboard = page.context.new_cdp_session(page)
    for text in ("ㄱ", "기", "김"):
        keyboard.send(
            "Input.imeSetComposition", {"text": text, "selectionStart": 1, "selectionEnd": 1}
        )
        page.wait_for_timeout(600)
    assert asked == []
    keyboard.send("Input.insertText", {"text": "김"})
    expect(page.get_by_text("총 1건")).to_be_visible()
    expect(page.get_by_role("link", name="김하늘")).to_be_visible()
    expect(page.get_by_role("searchbox")).to_be_focused()


def test_a_customer_is_erased_after_typing_who_it_is(core, kim, browse):
    page = browse(core)
    page.goto(f"/admin/customers/{kim}/details")
    page.get_by_role("button", name="고객 정보 삭제").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("‘kim’")
    axe(page)
    dialog.get_by_label("확인을 위해 입력").fill("kim")
    dialog.get_by_role("button", name="고객 정보 삭제").click()
    expect(page.get_by_text("고객 정보가 삭제되었습니다.").first).to_be_visible()


def test_a_refused_form_keeps_what_was_typed(core, kim, browse):
    page = browse(core)
    page.goto(f"/admin/customers/{kim}/consents")
    page.get_by_label("확인 경로").fill("고객센터 전화")
    page.get_by_role("button", name="기록").click()
    expect(page.get_by_role("alert")).to_contain_text("보기 중")
    expect(page.get_by_label("확인 경로")).to_have_value("고객센터 전화")
    axe(page)
    page.get_by_label("철회").check()
    page.get_by_role("button", name="기록").click()
    expect(page.get_by_text("직접 등록: 고객센터 전화").first).to_be_visible()


def test_new_mails_appear_by_themselves_and_focus_stays(core, browse):
    put(core, "첫째 편지")
    page = browse(core)
    page.goto("/admin/inbox/")
    page.get_by_role("link", name="첫째 편지").focus()
    put(core, "둘째 편지")
    expect(page.get_by_role("link", name="둘째 편지")).to_be_visible(timeout=10_000)
    expect(page.get_by_role("link", name="첫째 편지")).to_be_focused()
    put(core, "셋째 편지")
    expect(page.get_by_role("link", name="셋째 편지")).to_be_visible(timeout=10_000)


def test_a_script_in_a_mail_does_not_run(core, chromium_browser):
    id_ = put(core, "편지", SCRIPT)
    name, value = sign_in(core, "owner")
    # The browser complains that it was stopped, so this is no page of ``browse``.
    with served(core) as base, chromium_browser.new_context(base_url=base) as context:
        context.add_cookies([{"name": name, "value": value, "url": base}])
        page = context.new_page()
        for path in (id_, f"{id_}/frame"):
            page.goto(f"/admin/inbox/{path}")
            shown = page.frames[-1].get_by_role("heading", name="안녕하세요")
            expect(shown).to_be_visible()


def test_links_of_a_mail_open_new_tabs(core, browse):
    id_ = put(core, "편지")
    page = browse(core)
    page.goto(f"/admin/inbox/{id_}")
    frame = page.frame_locator("iframe")
    expect(frame.get_by_role("heading", name="안녕하세요")).to_be_visible()
    page.get_by_role("button", name="모바일").click()
    assert page.locator("iframe").bounding_box()["width"] <= 390
    with page.context.expect_page() as opened:
        frame.get_by_role("link", name="고객 보기").click()
    expect(opened.value.get_by_role("heading", level=1)).to_be_visible()
    assert page.url.endswith(id_)
