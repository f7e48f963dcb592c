"""From a new installation to a forgotten password, in a real browser."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from playwright.sync_api import Page, expect

from growthcore.sandbox.smtp import SandboxSmtp
from growthcore.settings import Settings
from growthcore.testing.browsing import DESKTOP, PHONE, axe

pytestmark = pytest.mark.browser

PASSWORD = "느린 고래 세 마리가 웃는다"
NEW = "빠른 거북이 네 마리가 운다"


@pytest.fixture(autouse=True)
def _cheap(cheap_passwords):
    """Hashes that cost next to nothing."""


@pytest.fixture
def smtp(tmp_path):
    with SandboxSmtp(tmp_path / "inbox") as server:
        yield server


@pytest.fixture
def settings(tmp_path, smtp):
    """A shop whose own mail goes to the sandbox."""
    mail_url = f"smtp://127.0.0.1:{smtp.port}?from=no-reply@haru.shop"
    return Settings(data_dir=tmp_path / "data", mail_url=mail_url)


def fill(page: Page, **values: str) -> None:
    for label, value in values.items():
        page.get_by_label(label, exact=False).first.fill(value)


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def choose_password(page: Page, password: str) -> None:
    page.locator("#f-password").fill(password)
    page.locator("#f-password_again").fill(password)


def mailed_link(smtp: SandboxSmtp) -> str:
    (summary,) = smtp.inbox.messages()
    mail = smtp.inbox.get(summary.id)
    return re.search(r"http://\S+?(/admin/password/reset/\S+)", mail.text)[1]


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_an_owner_sets_up_signs_out_and_in_and_gets_a_new_password(core, jobs, smtp, browse, size):
    page = browse(core, role=None, size=size)

    page.goto("/admin/")
    expect(page).to_have_url(re.compile("/admin/setup$"))
    axe(page)
    press(page, "시작하기")
    summary = page.locator("gc-summary")
    expect(summary).to_be_focused()
    summary.get_by_role("link").first.click()
    expect(page.locator("[name='shop.name']")).to_be_focused()
    axe(page)

    page.locator("[name='shop.name']").fill("하루옷장")
    page.locator("[name='shop.url']").fill("https://haru.shop")
    page.locator("#f-name").fill("김민지")
    page.locator("#f-email").fill("minji@haru.shop")
    choose_password(page, PASSWORD)
    press(page, "시작하기")
    expect(page.get_by_text("설정이 완료되었습니다.")).to_be_visible()

    page.goto("/admin/me/")
    axe(page)
    page.get_by_role("button", name="김민지").click()
    page.locator("#account").get_by_role("button", name="로그아웃").click()
    expect(page).to_have_url(re.compile("/admin/login$"))
    axe(page)

    page.locator("#f-email").fill("minji@haru.shop")
    page.locator("#f-password").fill("wrong password")
    press(page, "로그인")
    expect(page.locator("gc-summary")).to_be_focused()
    expect(page.locator("gc-summary")).to_have_text("이메일 또는 비밀번호가 올바르지 않습니다.")
    expect(page.locator("#f-email")).to_have_value("minji@haru.shop")
    axe(page)

    page.get_by_role("link", name="비밀번호를 잊으셨나요?").click()
    page.locator("#f-email").fill("minji@haru.shop")
    press(page, "링크 받기")
    expect(page.get_by_role("heading", name="메일을 확인하십시오")).to_be_visible()
    jobs.run(core)

    page.goto(mailed_link(smtp))
    axe(page)
    choose_password(page, NEW)
    press(page, "비밀번호 변경")
    expect(page).to_have_url(re.compile("/admin/login$"))

    page.goto("/admin/login?next=/admin/me/")
    page.locator("#f-email").fill("minji@haru.shop")
    page.locator("#f-password").fill(NEW)
    press(page, "로그인")
    expect(page.get_by_role("heading", name="내 정보")).to_be_visible()

    page.goto(mailed_link(smtp))
    expect(page.get_by_role("heading", name="사용할 수 없는 링크입니다")).to_be_visible()


def test_a_password_can_be_shown_and_caps_lock_is_told(core, browse, cheap_passwords):
    page = browse(core, role="owner")
    page.context.clear_cookies()
    page.goto("/admin/login")
    password = page.locator("#f-password")
    password.fill("secret words")
    page.get_by_role("button", name="비밀번호 표시").click()
    expect(password).to_have_attribute("type", "text")
    page.get_by_role("button", name="비밀번호 숨기기").click()
    expect(password).to_have_attribute("type", "password")
    password.dispatch_event("keyup", {"key": "A", "modifierCapsLock": True})
    expect(page.get_by_text("Caps Lock이 켜져 있습니다.")).to_be_visible()


def test_without_a_mail_server_the_page_fits_a_phone(core, browse):
    unmailed = replace(core, settings=replace(core.settings, mail_url=None))
    page = browse(unmailed, role=None, size=PHONE)
    page.goto("/admin/password/reset")
    expect(page.get_by_text("growthcore operators reset-link")).to_be_visible()
    axe(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_signing_in_works_without_scripts(core, browse):
    page = browse(core, role="owner", java_script_enabled=False)
    page.context.clear_cookies()
    page.goto("/admin/login")
    page.locator("#f-email").fill("nobody@haru.shop")
    page.locator("#f-password").fill(PASSWORD)
    press(page, "로그인")
    expect(page.get_by_text("이메일 또는 비밀번호가 올바르지 않습니다.")).to_be_visible()


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_an_owner_adds_a_person_who_chooses_a_password_of_their_own(core, browse, size):
    page = browse(core, size=size)
    page.goto("/admin/settings/users/")
    axe(page)
    page.get_by_role("link", name="계정 등록").click()
    page.locator("#f-email").fill("seojun@haru.shop")
    page.get_by_role("button", name="중복 체크").click()
    expect(page.get_by_text("사용할 수 있는 아이디입니다.")).to_be_visible()
    axe(page)
    page.locator("#f-name").fill("박서준")
    page.get_by_label("편집자").check()
    press(page, "저장")
    expect(page.locator("gc-summary")).to_be_focused()
    axe(page)
    choose_password(page, PASSWORD)
    press(page, "저장")
    expect(page.get_by_text("계정이 등록되었습니다.")).to_be_visible()
    page.get_by_role("link", name="박서준").click()
    expect(page.get_by_role("heading", name="박서준")).to_be_visible()
    axe(page)

    other = browse(core, role=None, size=size)
    other.goto("/admin/login")
    other.locator("#f-email").fill("seojun@haru.shop")
    other.locator("#f-password").fill(PASSWORD)
    press(other, "로그인")
    expect(other.get_by_role("heading", name="새 비밀번호 설정")).to_be_visible()
    axe(other)
    other.locator("#f-current").fill(PASSWORD)
    choose_password(other, NEW)
    press(other, "비밀번호 변경")
    expect(other.get_by_text("비밀번호가 변경되었습니다.")).to_be_visible()

    press(page, "비활성화")
    page.get_by_role("dialog").get_by_role("button", name="비활성화").click()
    expect(page.get_by_text("비활성화되고 모든 기기에서 로그아웃되었습니다.")).to_be_visible()
    other.goto("/admin/me/")
    expect(other).to_have_url(re.compile("/admin/login"))
