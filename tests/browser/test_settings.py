"""The settings pages in a browser: readable on both sizes, and their live parts."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from growthcore.campaigns.models import Campaign
from growthcore.messaging.models import SendPolicy
from growthcore.operators import keys, origins
from growthcore.plugins.discovery import Installed
from growthcore.testing.browsing import DESKTOP, PHONE, axe

pytestmark = pytest.mark.browser

PAGES = [
    "settings/workspace",
    "settings/accounts/new",
    "settings/policy",
    "settings/integration",
    "settings/plugins",
    "settings/plugins/channel_email_smtp",
    "settings/plugins/lost",
    "settings/audit",
    "plugins/event_debugger/live",
]


def refuse():
    raise ImportError("No module named 'sky'")


@pytest.fixture
def furnished(core):
    """A shop with keys, a domain and a plugin that is broken."""
    core.plugins._add(
        Installed(name="lost", distribution="growthcore-lost", version="1.2", load=refuse),
        frozenset(),
    )
    now = core.clock.now()
    with core.db.unit() as session:
        keys.issue_public(session, now=now, actor="cli")
        keys.issue_secret(session, label="주문 서버", now=now, actor="cli")
        origins.add(session, "https://www.shop.com", now=now, actor="cli")
    return core


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_every_page_can_be_read_by_everybody(furnished, browse, size):
    page = browse(furnished, size=size)
    for path in PAGES:
        page.goto(f"/admin/{path}")
        axe(page)
        wider = page.evaluate("document.documentElement.scrollWidth > innerWidth")
        assert not wider, f"{path} is wider than the window"


def test_a_plugin_is_switched_off_after_being_asked(furnished, browse):
    page = browse(furnished)
    page.goto("/admin/settings/plugins/guard_sold_out")
    page.get_by_role("button", name="사용 중지").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("재시작한 뒤부터")
    axe(page)
    dialog.get_by_role("button", name="사용 중지").click()
    expect(page.get_by_text("변경한 사용 여부는")).to_be_visible()
    page.get_by_role("button", name="사용").click()
    expect(page.get_by_role("dialog")).to_contain_text("플러그인을 사용합니다.")


def test_a_secret_key_is_shown_once_and_can_be_copied(furnished, browse):
    page = browse(furnished)
    page.goto("/admin/settings/integration")
    page.get_by_label("키 이름").fill("재고 서버")
    page.get_by_role("button", name="비밀 키 발급").click()
    shown = page.get_by_role("status").filter(has_text="gk_sec_").first
    expect(shown).to_be_visible()
    shown.get_by_role("button", name="복사").click()
    expect(shown.get_by_text("복사됨").first).to_be_attached()
    page.reload()
    expect(page.get_by_text("gk_sec_").filter(has_not_text="…")).to_have_count(0)


def test_campaigns_are_put_in_order_by_keys_by_buttons_and_by_dragging(furnished, browse):
    now = furnished.clock.now()
    names = ["새 소식", "장바구니", "첫 구매"]
    with furnished.db.unit() as session:
        session.add_all(
            Campaign(
                name=name, kind="once", state="running", definition={}, created_at=now,
                changed_at=now,
            )
            for name in names
        )  # fmt: skip
    page = browse(furnished)
    page.goto("/admin/settings/policy/")
    rows, told = page.locator("gc-order li"), page.locator("gc-order [role=status]")

    def order():
        return rows.evaluate_all("rows => rows.map((row) => row.dataset.name)")

    handle = page.get_by_role("button", name="‘첫 구매’ 옮기기")
    handle.press("Space")
    expect(told).to_contain_text("3개 중 3번째")
    handle.press("ArrowUp")
    expect(told).to_contain_text("3개 중 2번째")
    handle.press("Escape")
    expect(told).to_contain_text("취소")
    assert order() == names
    for key in ("Space", "ArrowUp", "ArrowUp", "Space"):
        handle.press(key)
    expect(told).to_contain_text("1번째에 놓았습니다")
    expect(handle).to_be_focused()
    page.get_by_role("button", name="‘새 소식’ 아래로").click()
    assert order() == ["첫 구매", "장바구니", "새 소식"]
    page.get_by_role("button", name="‘새 소식’ 옮기기").drag_to(rows.first)
    expect(told).to_contain_text("‘새 소식’을(를) 3개 중 1번째에")
    page.get_by_role("button", name="순서 저장").click()
    expect(page.get_by_text("순서가 저장되었습니다")).to_be_visible()
    assert order() == ["새 소식", "첫 구매", "장바구니"]
    with furnished.db.unit() as session:
        session.get_one(SendPolicy, 1).priorities += 1
    page.get_by_role("button", name="‘장바구니’ 위로").click()
    page.get_by_role("button", name="순서 저장").click()
    expect(page.get_by_role("alert")).to_contain_text("다시 정렬하고 저장하십시오")
    assert order() == ["새 소식", "첫 구매", "장바구니"]
