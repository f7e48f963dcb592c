"""The sandbox inbox in the admin: who opens it, and that a mail stays inert."""

from __future__ import annotations

from email.message import EmailMessage

import pytest

from growthcore.sandbox.inbox import Inbox
from growthcore.sandbox.phone import Button, PhoneInbox, PhoneMessage

URL = "/admin/inbox/"
EVIL = "<script>alert(1)</script>"


@pytest.fixture
def inbox(core):
    return Inbox(core.settings.data_dir / "inbox")


def put(inbox, core, subject="안녕하세요", html="<p>본문</p>", text="텍스트", to="kim@example.com"):
    message = EmailMessage()
    message["Subject"], message["From"], message["To"] = subject, "shop@example.com", to
    message.set_content(text)
    if html is not None:
        message.add_alternative(html, subtype="html")
    return inbox.add(
        message.as_bytes(),
        sender="bounce@example.com",
        recipients=[to],
        received_at=core.clock.now(),
    )


def call(core, **more):
    """Keep a KakaoTalk message, or what ``more`` makes of it."""
    message = {
        "channel": "kakao",
        "kind": "ALIMTALK",
        "sender": "@shop",
        "sender_name": "우리 가게",
        "recipient": "01012345678",
        "title": "결제 완료",
        "text": "주문이 접수되었습니다. https://shop.example/o",
        "buttons": (Button(name="주문 확인", type="WL", url="https://shop.example/7"),),
        **more,
    }
    phone = PhoneInbox(core.settings.data_dir / "inbox")
    return phone.add(PhoneMessage(**message), received_at=core.clock.now())


def test_the_newest_mail_comes_first(core, admin, inbox):
    put(inbox, core, "첫째")
    put(inbox, core, "둘째", to="lee@example.com")
    page = admin.get(URL).text
    assert page.index("둘째") < page.index("첫째")
    assert "lee@example.com" in page
    assert "총 2건" in page


def test_mails_are_searched_by_subject_and_address(core, admin, inbox):
    put(inbox, core, "봄 신상품", to="kim@example.com")
    put(inbox, core, "장바구니 안내", to="lee@example.com")
    assert "장바구니 안내" not in admin.get(f"{URL}?q=신상").text
    assert "봄 신상품" not in admin.get(f"{URL}?q=LEE@").text
    assert "조건에 맞는 메시지가 없습니다." in admin.get(f"{URL}?q=없음").text


def test_older_mails_are_on_the_next_page(core, admin, inbox):
    ids = [put(inbox, core, f"편지 {number:02}") for number in range(51)]
    first = admin.get(URL).text
    assert "편지 00" not in first
    assert f"before={ids[1]}" in first
    assert "편지 00" in admin.get(f"{URL}?before={ids[1]}").text


def test_an_empty_inbox_says_what_will_come(admin):
    assert "아직 받은 메시지가 없습니다." in admin.get(URL).text


def test_a_mail_is_shown_with_its_headers_and_text(core, admin, inbox):
    page = admin.get(URL + put(inbox, core, text="글자만")).text
    assert "shop@example.com" in page
    assert "글자만" in page
    assert 'sandbox="allow-popups' in page


def test_a_mail_without_html_is_shown_as_text(core, admin, inbox):
    id_ = put(inbox, core, html=None, text=EVIL)
    page = admin.get(URL + id_).text
    assert "&lt;script&gt;alert" in page
    assert EVIL not in page
    assert admin.get(f"{URL}{id_}/frame").status_code == 404


def test_what_a_mail_says_stays_text_outside_its_frame(core, admin, inbox):
    id_ = put(inbox, core, subject=EVIL, html=EVIL, text=EVIL, to=f'"{EVIL}" <kim@example.com>')
    for path in (URL, URL + id_):
        assert EVIL not in admin.get(path).text


def test_nothing_runs_in_the_frame_and_links_open_new_tabs(core, admin, inbox):
    id_ = put(inbox, core, html=f"<!doctype html><html><head><title>x</title></head>{EVIL}")
    answer = admin.get(f"{URL}{id_}/frame")
    policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith(
        "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'"
    )
    assert "script-src" not in policy
    assert answer.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert '<!doctype html><html><head><base target="_blank"><title>' in answer.text


def test_a_fragment_of_html_gets_the_base_too(core, admin, inbox):
    id_ = put(inbox, core, html="<p>본문</p>")
    assert admin.get(f"{URL}{id_}/frame").text.startswith('<base target="_blank"><p>')


def test_the_source_is_a_file(core, admin, inbox):
    id_ = put(inbox, core)
    answer = admin.get(f"{URL}{id_}/source")
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{id_}.eml"'
    assert b"X-Envelope-From: bounce@example.com" in answer.data


def test_clearing_throws_every_mail_away(core, admin, inbox):
    put(inbox, core)
    assert admin.post(f"{URL}clear").status_code == 303
    assert len(inbox) == 0
    assert "수신함을 비웠습니다." in admin.get(URL).text


@pytest.mark.parametrize("path", ["x", "../growthcore.db", "00000000000000000000-000000"])
def test_a_mail_that_is_not_there_is_not_found(admin, path):
    assert admin.get(URL + path).status_code == 404


def test_a_broken_mail_is_shown_as_far_as_it_goes(core, admin, inbox):
    raw = (
        b"Subject: \xff\xfe=?x?=\r\nContent-Type: text/html; charset=nothing-such\r\n\r\n<p>\xffhi"
    )
    id_ = inbox.add(raw, sender="a", recipients=["b"], received_at=core.clock.now())
    assert admin.get(URL).status_code == 200
    assert admin.get(URL + id_).status_code == 200
    assert "hi" in admin.get(f"{URL}{id_}/frame").text


@pytest.mark.parametrize("role", ["viewer", "editor"])
def test_mails_are_for_managers(core, admin_as, inbox, role):
    id_ = put(inbox, core)
    client = admin_as(role)
    for path in (URL, URL + id_, f"{URL}{id_}/frame", f"{URL}{id_}/source"):
        assert client.get(path).status_code == 403
    assert client.post(f"{URL}clear").status_code == 403
    assert len(inbox) == 1


def test_an_alimtalk_is_shown_as_a_card(core, admin):
    page = admin.get(URL + call(core)).text
    for said in ("알림톡 도착", "우리 가게", "결제 완료", "주문이 접수되었습니다."):
        assert said in page
    assert 'href="https://shop.example/7"' in page
    assert 'href="https://shop.example/o"' in page


def test_what_a_text_says_stays_text(core, admin):
    script = Button(name=EVIL, type="WL", url="javascript:alert(1)")
    sms = {"channel": "sms", "kind": "LMS", "sender_name": "", "images": ("javascript:x", "data:x")}
    page = admin.get(URL + call(core, text=EVIL, title=EVIL, buttons=(script,), **sms)).text
    assert EVIL not in page
    assert "알림톡" not in page
    assert "javascript:" not in page
    assert EVIL not in admin.get(URL).text


def test_messages_are_listed_together_and_by_kind(core, admin, inbox):
    put(inbox, core, "봄 편지")
    call(core)
    call(core, channel="sms", kind="SMS", title="", text="봄 문자")

    def listed(query):
        page = admin.get(f"{URL}?{query}").text
        return [word for word in ("봄 편지", "결제 완료", "봄 문자") if word in page]

    assert listed("") == ["봄 편지", "결제 완료", "봄 문자"]
    assert listed("channel=mail") == ["봄 편지"]
    assert listed("channel=kakao") == ["결제 완료"]
    assert listed("channel=sms") == ["봄 문자"]
    assert listed("q=봄") == ["봄 편지", "봄 문자"]
    assert listed("q=0101234") == ["결제 완료", "봄 문자"]
    assert "총 3건" in admin.get(URL).text
    admin.post(f"{URL}clear")
    assert listed("") == []
