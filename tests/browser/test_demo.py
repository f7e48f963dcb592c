"""``growthcore demo`` as whoever tries it out meets it: a mail comes, is followed, and earns."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from growthcore.analytics import reports
from growthcore.app import build_core
from growthcore.campaigns import service
from growthcore.customers import lookup
from growthcore.messaging.models import Message
from growthcore.sandbox.inbox import Inbox
from growthcore.settings import Settings
from growthcore.testing.browsing import DESKTOP, PHONE, axe

CLI = [sys.executable, "-m", "growthcore.cli", "demo"]
SMALL = ["--products", "60", "--customers", "120", "--days", "20"]
REMINDER = "장바구니에 담은 상품이 기다리고 있어요"

pytestmark = pytest.mark.browser


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(condition, seconds):
    deadline = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < deadline, "it took too long"
        time.sleep(0.2)
    return found


def processes_of(folder):
    """Every living process that was started for this data folder."""
    marker = f"GROWTHCORE_DATA_DIR={folder}".encode()
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            alive = (process / "stat").read_text().rsplit(") ", 1)[1][0] != "Z"
            if alive and marker in (process / "environ").read_bytes().split(b"\0"):
                found.append(int(process.name))
        except OSError:
            continue
    return found


class Demo:
    """A demo that runs, and what it printed."""

    def __init__(self, folder):
        self.folder, self.port = folder, free_port()
        self.out = folder.with_name("out.txt").open("w+b")
        # Another shop's settings are around, as on many a machine: they must not be touched.
        environment = {**os.environ, "GROWTHCORE_DATABASE_URL": "sqlite:////nowhere/shop.db"}
        self.process = subprocess.Popen(
            [*CLI, "--port", str(self.port), "--data-dir", str(folder), *SMALL],
            stdout=self.out,
            env=environment,
            process_group=0,
        )

    @property
    def printed(self):
        return Path(self.out.name).read_text()

    def told(self, label):
        return re.search(rf"^  {label} +(\S+)$", self.printed, re.MULTILINE)[1]

    def ready(self):
        wait_for(lambda: "Shop " in self.printed or self.process.poll() is not None, 240)
        assert self.process.poll() is None, self.printed
        return self

    def end(self):
        self.process.send_signal(signal.SIGINT)
        code = self.process.wait(60)
        wait_for(lambda: not processes_of(self.folder), 10)
        return code

    def kill(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        self.out.close()
        for pid in processes_of(self.folder):
            os.kill(pid, signal.SIGKILL)


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    running = Demo(tmp_path_factory.mktemp("demo") / "data")
    try:
        yield running.ready()
    finally:
        running.kill()


@pytest.fixture
def shop(demo):
    core = build_core(Settings(data_dir=demo.folder))
    yield core
    core.db.dispose()


@pytest.fixture
def open_page(chromium_browser):
    contexts = []

    def open_page(address, size=DESKTOP):
        context = chromium_browser.new_context(
            viewport={"width": size[0], "height": size[1]}, locale="ko-KR"
        )
        contexts.append(context)
        page = context.new_page()
        complaints = []
        page.on("console", lambda said: complaints.append(said.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.complaints = complaints
        page.goto(address)
        return page

    yield open_page
    for context in contexts:
        context.close()


def reminder(demo, after):
    """The newest mail about a cart that came after an instant."""
    inbox = Inbox(demo.folder / "inbox")
    for summary in inbox.messages(limit=20):
        if REMINDER in summary.subject and summary.received_at > after:
            return inbox.get(summary.id)
    return None


def triggered(session):
    return next(each.id for each in service.page(session) if each.kind == "triggered")


def test_a_mail_about_a_cart_comes_within_a_minute_and_buying_by_it_is_reported(
    demo, shop, open_page
):
    printed_at = datetime.fromtimestamp(Path(demo.out.name).stat().st_mtime, UTC)
    mail = wait_for(lambda: reminder(demo, printed_at - timedelta(seconds=30)), 60)
    with shop.db.read() as session:
        campaign = triggered(session)
        customer = lookup.resolve(session, mail.recipients[0])
        name = shop.ports.customers.get([customer])[customer].name
        before = reports.report(session, campaign).total
    cart = shop.ports.carts.open_of([customer])[customer]
    assert {line.product.name for line in cart.lines} == set(items_of(mail))
    # Sooner than this after it was sent, a click is taken for a program's.
    wait_for(lambda: datetime.now(UTC) - mail.received_at > timedelta(seconds=4), 30)

    page = open_page(button_of(mail))
    assert page.get_by_text(f"{name} 님", exact=True).is_visible()
    page.get_by_role("button", name="주문하기").click()
    page.get_by_role("heading", name="주문이 완료되었습니다").wait_for()
    assert not page.complaints

    def bought():
        with shop.db.read() as session:
            total = reports.report(session, campaign).total
        return total if total.conversions > before.conversions else None

    after = wait_for(bought, 60)
    assert (after.clicks, after.conversions) == (before.clicks + 1, before.conversions + 1)
    assert after.revenue - before.revenue >= sum(line.product.price * 0.6 for line in cart.lines)
    assert not shop.ports.carts.open_of([customer])


def items_of(mail):
    """The names of the products in the mail's first table of items."""
    block = mail.html.partition("장바구니에 담긴 상품")[2].partition("장바구니로 이동")[0]
    return re.findall(r'alt="([^"]+)"', block)


def button_of(mail):
    return re.search(r'<a href="([^"]+)"[^>]*>장바구니로 이동', mail.html)[1]


def signed_in(demo, open_page):
    page = open_page(demo.told("Admin"))
    page.get_by_label("이메일").fill(demo.told("E-mail"))
    page.get_by_label("비밀번호", exact=True).fill(demo.told("Password"))
    page.get_by_role("button", name="로그인").click()
    page.get_by_role("button", name="데모 운영자").wait_for()
    return page


def test_the_printed_sign_in_opens_the_admin(demo, open_page):
    page = signed_in(demo, open_page)
    page.goto(demo.told("Inbox"))
    assert page.get_by_text(REMINDER).first.is_visible()


def test_every_channel_is_connected_to_its_stand_in_and_read_in_the_inbox(demo, shop, open_page):
    page = signed_in(demo, open_page)
    seen = [connect_the_mall(page, demo), choose_a_sending_number(page)]
    seen.append(make_a_kakao_account(page, demo))
    for number, text in zip(drafts(shop), (content[1] for content in DRAFTS.values()), strict=True):
        page.goto(f"{demo.told('Admin')}campaigns/{number}/edit/message")
        page.get_by_label("받는 휴대폰 번호").fill("010-1234-5678")
        page.get_by_role("button", name="테스트 발송").click()
        page.get_by_text("테스트 메시지를 보냈습니다.").wait_for()
        seen.append(page.url)
        page.goto(f"{demo.told('Inbox')}/?q=01012345678")
        page.get_by_role("link", name=text).click()
        assert text in page.get_by_role("article", name="메시지").inner_text()
        seen.append(page.url)
    page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    for address in seen:
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), address
        axe(page)
    assert not page.complaints


DRAFTS = {
    "sms_cafe24": ({"body": "#{NAME|고객}님, 상품이 발송되었습니다."}, "상품이 발송되었습니다"),
    "alimtalk": (
        {"template": "WELCOME01", "values": {"고객명": "#{NAME|고객}", "가입일": "오늘"}},
        "가입해 주셔서 감사합니다",
    ),
}


def connect_the_mall(page, demo):
    page.goto(f"{demo.told('Admin')}settings/connections/")
    page.get_by_role("link", name="카페24 (샌드박스)").click()
    page.get_by_role("button", name="연결하기").click()
    page.get_by_role("button", name="동의").click()
    page.get_by_text("연결됨", exact=True).wait_for()
    return page.url


def choose_a_sending_number(page):
    page.get_by_role("link", name="데모 문자 (샌드박스)").click()
    account = page.url
    page.get_by_role("link", name="SMS 발신번호").click()
    page.get_by_role("button", name="동기화").click()
    page.get_by_text("신규 6").wait_for()
    page.goto(account)
    page.get_by_label("기본 발신번호").select_option(index=1)
    page.get_by_role("button", name="저장").click()
    page.get_by_text("저장되었습니다.").wait_for()
    return f"{account}/senders"


def make_a_kakao_account(page, demo):
    page.goto(f"{demo.told('Admin')}settings/accounts/new?provider=alimtalk")
    page.get_by_label("계정 이름").fill("데모 알림톡")
    page.get_by_label("카카오 채널 ID").fill(demo.told("Kakao channel"))
    page.get_by_label("서비스 ID").first.fill(demo.told("Service ID"))
    for label in ("Access Key", "Secret Key"):
        page.get_by_label(label).fill(demo.told(label))
    page.get_by_label("API 주소").fill(demo.told("API address"))
    page.get_by_role("button", name="인증 요청").click()
    page.get_by_text("인증되었습니다.").wait_for()
    page.get_by_role("button", name="등록", exact=True).click()
    page.get_by_role("link", name="템플릿", exact=True).click()
    page.get_by_role("link", name="발송 안내").wait_for()
    return page.url


def drafts(shop):
    """An informational campaign for each of the accounts that were set up; their numbers."""
    with shop.db.unit() as session:
        accounts = {each.provider: each.id for each in shop.accounts.list(session)}
        common = {
            "message_class": "informational",
            "audience": {"condition": "in_segment", "params": {"segment_id": 1}},
            "delivery": {"kind": "once"},
        }
        return [
            service.create(
                shop,
                session,
                provider,
                {**common, "account_id": accounts[provider], "content": content},
                actor="test",
            ).id
            for provider, (content, _) in DRAFTS.items()
        ]


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
@pytest.mark.parametrize("path", ["", "products/HG0001", "cart", "login"])
def test_the_shop_front_fits_and_is_accessible(demo, open_page, path, size):
    page = open_page(f"{demo.told('Shop')}{path}", size)
    page.get_by_text("하루결", exact=True).first.wait_for()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    axe(page)
    assert not page.complaints


def test_a_cart_filled_by_a_signed_in_customer_is_there_at_once(demo, shop, open_page):
    page = open_page(f"{demo.told('Shop')}login")
    page.get_by_role("button", name="로그인").first.click()
    page.goto(f"{demo.told('Shop')}products/HG0003")
    page.get_by_role("button", name="장바구니 담기").click()
    page.get_by_role("status").wait_for()
    assert page.get_by_role("status").inner_text() == "장바구니에 담았습니다."
    page.get_by_role("link", name="장바구니", exact=True).click()
    assert page.get_by_role("listitem").get_by_text("클래식 코트 스니커즈").is_visible()


def test_a_taken_port_is_told_before_anything_starts(demo, tmp_path):
    again = subprocess.run(
        [*CLI, "--port", str(demo.port), "--data-dir", str(tmp_path / "other")],
        capture_output=True,
        text=True,
    )
    assert again.returncode == 1
    assert f":{demo.port}" in again.stderr
    assert "PORT=" in again.stderr
    assert not list(tmp_path.iterdir())


def test_ctrl_c_ends_everything_and_the_next_start_keeps_what_is_there(tmp_path):
    first = Demo(tmp_path / "data")
    try:
        password = first.ready().told("Password")
        assert first.end() == 0
    finally:
        first.kill()
    second = Demo(tmp_path / "data")
    try:
        assert second.ready().told("Password") == password
        assert "Living" not in second.printed
        with build_core(Settings(data_dir=second.folder)).db.read() as session:
            shown = session.get(Message, 1)
        assert shown is not None
        assert second.end() == 0
    finally:
        second.kill()
