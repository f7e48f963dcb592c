"""Setting up a sender account in a browser: refused, mended, tried against a real mail server."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from growthcore.sandbox.smtp import SandboxSmtp
from growthcore.testing.browsing import DESKTOP, PHONE, axe

pytestmark = pytest.mark.browser


@pytest.fixture
def server(tmp_path):
    with SandboxSmtp(tmp_path / "inbox") as running:
        yield running


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_an_account_is_refused_mended_and_tried(core, browse, server, size):
    page = browse(core, role="manager", size=size)
    page.goto("/admin/settings/accounts")
    page.get_by_role("link", name="계정 등록").click()
    page.get_by_role("link", name="이메일 (SMTP)").click()
    page.get_by_label("계정 이름").fill("대표 메일")
    page.get_by_label("SMTP 서버").fill("127.0.0.1")
    page.get_by_label("포트", exact=True).fill("99999")
    page.get_by_label("보안 연결", exact=True).select_option("none")
    page.get_by_label("발신 이메일 주소").fill("news@shop.example")
    with page.expect_response(lambda answer: answer.status == 422):
        page.get_by_role("button", name="등록").click()

    port = page.get_by_label("포트", exact=True)
    expect(page.get_by_role("alert")).to_contain_text("1 이상 65535 이하여야 합니다.")
    expect(port).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_label("SMTP 서버")).to_have_value("127.0.0.1")
    axe(page)

    port.fill(str(server.port))
    page.get_by_role("button", name="등록").click()
    page.get_by_role("heading", name="대표 메일").wait_for()
    page.get_by_role("button", name="연결 확인").click()
    expect(page.get_by_text("연결되었습니다.")).to_be_visible()
    axe(page)


def test_an_account_that_does_not_connect_says_why_and_keeps_saying_it(core, browse, server):
    with core.db.unit() as session:
        values = {"host": "127.0.0.1", "port": server.port, "sender_address": "news@shop.example"}
        core.accounts.create(
            session, provider="email_smtp", label="대표 메일", values=values, actor="test"
        )
    page = browse(core)
    page.goto("/admin/settings/accounts/1")
    page.get_by_role("button", name="연결 확인").click()
    expect(page.get_by_role("alert")).to_contain_text("STARTTLS를 지원하지 않습니다.")
    axe(page)
    page.goto("/admin/settings/accounts")
    expect(page.get_by_text("확인 필요")).to_be_visible()
