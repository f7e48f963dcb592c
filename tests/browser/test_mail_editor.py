"""The editor of mails in a real browser: with Hangul, by keyboard, undone, and turned into HTML."""

from __future__ import annotations

import json
from io import BytesIO

import pytest
from PIL import Image

from growthcore.api import MessageClass
from growthcore.campaigns import drafts, templates
from growthcore.testing.browsing import PHONE, axe
from growthcore.testing.factories import identify_shop

pytestmark = pytest.mark.browser
_file = BytesIO()
Image.new("RGB", (40, 30), "#0b6e5f").save(_file, "PNG")
PICTURE = _file.getvalue()
BLOCKS = [
    {"type": "heading", "text": "안녕하세요"},
    {
        "type": "text",
        "html": '<p>첫째 <span style="color: rgb(179, 38, 30);">빨강</span></p>'
        '<p><a href="#{MALL_URL}" data-alias="hero">구경</a></p>',
    },
    {"type": "button", "text": "보기", "url": "https://shop.example/"},
    {"type": "footer"},
]


@pytest.fixture
def template(core):
    with core.db.unit() as session:
        identify_shop(session)
        values = {"host": "localhost", "sender_address": "news@shop.example"}
        core.accounts.create(
            session, provider="email_smtp", label="뉴스레터", values=values, actor="test"
        )
    with core.db.unit() as session:
        content = {"subject": "환영합니다", "blocks": BLOCKS}
        return templates.create(core, session, "email_smtp", "환영", content, actor="test").id


def kept(page):
    return json.loads(page.locator("textarea[name='content.blocks']").input_value())


def kinds(page):
    return [block["type"] for block in kept(page)]


def compose(page, *parts):
    """Type one syllable with an input method, and take it."""
    devtools = page.context.new_cdp_session(page)
    for part in parts:
        devtools.send(
            "Input.imeSetComposition", {"text": part, "selectionStart": 1, "selectionEnd": 1}
        )
    devtools.send("Input.insertText", {"text": parts[-1]})


def test_a_mail_is_put_together_moved_undone_and_saved(core, browse, template):
    page = browse(core)
    page.route("http://127.0.0.1:8000/media/*", lambda route: route.fulfill(body=PICTURE))
    page.goto(f"/admin/settings/templates/email_smtp/{template}")
    page.locator(".gc-block-opener", has_text="텍스트").click()
    text = page.get_by_role("textbox", name="내용")
    text.click()
    page.keyboard.press("Control+End")
    compose(page, "ㅎ", "하", "한")
    page.get_by_role("button", name="굵게").click()
    page.keyboard.type("굵은 글")
    written = kept(page)[1]["html"]
    assert "rgb(179, 38, 30)" in written
    assert '<a href="#{MALL_URL}" data-alias="hero">구경</a>한<strong>굵은 글</strong>' in written
    page.get_by_text("변수 보기").click()
    page.get_by_role("button", name="#{NAME}", exact=True).click()
    assert "#{NAME}" in kept(page)[1]["html"]

    handle = page.get_by_role("button", name="‘텍스트’ 옮기기")
    for key in ("Space", "ArrowUp", "Space"):
        handle.press(key)
    assert kinds(page) == ["text", "heading", "button", "footer"]
    assert handle.evaluate("handle => handle === document.activeElement")
    page.get_by_role("button", name="버튼: 아래로").click()
    page.get_by_role("button", name="제목: 삭제").click()
    assert kinds(page) == ["text", "footer", "button"]
    for _ in range(3):
        page.get_by_role("button", name="되돌리기").click()
    assert kinds(page) == ["heading", "text", "button", "footer"]
    page.get_by_role("button", name="다시 실행").click()
    page.get_by_role("button", name="푸터: 삭제").click()
    page.get_by_role("button", name="+ 푸터 추가").press("Enter")
    assert kept(page)[-1]["text"].startswith("그로스샵\n")
    assert page.get_by_label("안내 문구").evaluate("text => text === document.activeElement")

    page.get_by_text("+ 블록 추가").click()
    page.get_by_role("button", name="2단").click()
    column = page.locator("[data-param=left]")
    column.get_by_text("+ 블록 추가").click()
    column.get_by_role("button", name="이미지").click()
    column.get_by_role("button", name="이미지 선택").click()
    file = {"name": "코트.png", "mimeType": "image/png", "buffer": PICTURE}
    page.get_by_label("이미지 올리기").set_input_files(file)
    column.locator(".gc-image-shown").wait_for()
    axe(page)
    page.get_by_role("button", name="저장", exact=True).click()
    page.locator(".gc-block-error", has_text="대체 텍스트").wait_for()
    page.locator("[data-param=left]").get_by_label("장식용").check()
    page.get_by_role("button", name="저장", exact=True).click()
    page.wait_for_url("**/templates/email_smtp")
    with core.db.read() as session:
        saved = templates.get(session, template).content["blocks"]
    assert [block["type"] for block in saved] == ["text", "heading", "button", "footer", "columns"]
    axe(page)


def test_blocks_turn_into_html_once_that_is_agreed_to(core, browse, template):
    page = browse(core, size=PHONE)
    page.goto(f"/admin/settings/templates/email_smtp/{template}")
    page.locator(".gc-block-opener", has_text="텍스트").click()
    page.get_by_role("button", name="HTML 직접 작성").click()
    page.get_by_role("button", name="취소").first.click()
    assert len(kept(page)) == len(BLOCKS)
    page.get_by_role("button", name="HTML 직접 작성").click()
    page.get_by_role("button", name="HTML로 바꾸기").click()
    page.get_by_label("HTML 본문").wait_for()
    assert "안녕하세요</h2>" in page.get_by_label("HTML 본문").input_value()
    assert page.locator("textarea[name='content.blocks']").input_value() == ""
    frame = page.frame_locator("iframe.gc-frame")
    page.get_by_label("이미지 끄기").check()
    frame.get_by_text("안녕하세요").wait_for()


def test_a_template_replaces_what_is_written_only_once_that_is_agreed_to(core, browse, template):
    with core.db.unit() as session:
        draft = drafts.start(core, session, "주말", MessageClass.ADVERTISING, actor="test").id
        drafts.save(core, session, draft, {"account_id": 1}, actor="test")
    page = browse(core)
    page.goto(f"/admin/campaigns/{draft}/edit/message")
    page.get_by_label("제목", exact=False).first.fill("쓰던 제목")
    page.get_by_role("tab", name="추천 템플릿").press("ArrowRight")
    page.get_by_role("link", name="환영").click()
    page.get_by_role("button", name="취소").click()
    assert page.get_by_label("제목", exact=False).first.input_value() == "쓰던 제목"
    page.get_by_role("link", name="환영").click()
    page.get_by_role("link", name="내용 바꾸기").click()
    page.get_by_text("‘환영’ 템플릿의 내용입니다").wait_for()
    assert kinds(page) == ["heading", "text", "button", "footer"]
    page.frame_locator("iframe.gc-frame").get_by_text("안녕하세요").wait_for()
    axe(page)
