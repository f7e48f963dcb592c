"""Connecting in a browser: away to a provider of another site, and back signed in."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from playwright.sync_api import expect

from growthcore.testing.browsing import PHONE, axe
from growthcore.testing.outside import CODE, Outside
from growthcore.testing.plugins import plugins_of

pytestmark = pytest.mark.browser


class Provider(BaseHTTPRequestHandler):
    """Asks the person, then sends them back to the address that is registered with it."""

    registered = ""

    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(
            b"<!doctype html><title>Provider</title><form method=post>"
            b"<button name=agree value=1>Agree</button><button>Refuse</button></form>"
        )

    def do_POST(self):
        agreed = self.rfile.read(int(self.headers["Content-Length"]))
        told = {"code": CODE} if agreed else {"error": "access_denied"}
        (state,) = parse_qs(urlsplit(self.path).query)["state"]
        self.send_response(302)
        self.send_header("Location", f"{self.registered}?{urlencode({**told, 'state': state})}")
        self.end_headers()

    def log_message(self, *_):
        pass


@pytest.fixture
def provider() -> Iterator[ThreadingHTTPServer]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("OurProvider", (Provider,), {}))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_connection_is_set_up_authorised_and_used_by_an_account(
    make_core, sqlite_database, browse, provider
):
    # Another site than ours, not only another port: cookies of the same site would tell nothing.
    outside = Outside(f"http://localhost:{provider.server_port}/authorize", verify_before_save=True)
    core = make_core(sqlite_database, plugins_of(outside.plugin()))
    page = browse(core, role="manager", size=PHONE)
    page.goto("/admin/settings/connections")
    provider.RequestHandlerClass.registered = page.url.rstrip("/") + "/callback"
    page.get_by_role("link", name="연동 등록").click()
    page.get_by_role("link", name="바깥 쇼핑몰").click()
    page.get_by_label("연동 이름").fill("우리 몰")
    page.get_by_label("쇼핑몰 아이디").fill("ourmall")
    page.get_by_label("앱 비밀 키").fill("s3cret")
    page.get_by_role("button", name="등록").click()

    page.get_by_role("button", name="연결하기").click()
    page.get_by_role("button", name="Refuse").click()
    expect(page.get_by_role("alert")).to_contain_text("권한을 승인하지 않아")
    axe(page)
    page.get_by_role("button", name="다시 연결하기").click()
    page.get_by_role("button", name="Agree").click()
    expect(page.get_by_text("연결됨", exact=True)).to_be_visible()
    expect(page.get_by_text("mall.read_customer")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    axe(page)

    page.goto("/admin/settings/accounts/new?provider=outside_texts")
    page.get_by_label("계정 이름").fill("문자")
    page.get_by_label("연동", exact=False).select_option(label="우리 몰")
    page.get_by_label("서비스 ID").fill("ncp:sms:kr:1")
    page.get_by_label("비밀 키").fill("k3y")
    keep = page.get_by_role("button", name="등록")
    expect(keep).to_be_disabled()
    page.get_by_role("button", name="인증 요청").click()
    expect(page.get_by_text("인증되었습니다.")).to_be_visible()
    expect(page.get_by_label("비밀 키")).to_have_value("k3y")
    expect(keep).to_be_enabled()
    page.get_by_label("서비스 ID").fill("ncp:sms:kr:2")
    expect(keep).to_be_disabled()
    page.get_by_role("button", name="인증 요청").click()
    keep.click()
    page.get_by_role("link", name="발신번호").click()
    expect(page.get_by_text("동기화 중입니다.")).to_be_visible()
    axe(page)
    core.jobs.run(core)
    expect(page.get_by_text("신규 0 · 변경 0 · 삭제 0")).to_be_visible()
