"""A customer's page in a browser: pictures, segments that come later, files, and nothing that runs."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from growthcore.events.ingestion import IncomingItem
from growthcore.segments import saved
from growthcore.testing.browsing import axe
from growthcore.testing.factories import make_customer, make_event, make_product

pytestmark = pytest.mark.browser

EVIL = '"><img src=x onerror="document.title=1"><script>document.title=1</script>'
PICTURE = '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="40"/>'
VIP = {"condition": "customer_attribute", "params": {"attribute": "grade", "value": EVIL}}


@pytest.fixture
def kim(core):
    """A customer whose every text is an attack, who looked at a product of the shop and an invented one."""
    now = core.clock.now()
    with core.db.unit() as session:
        make_product(session, "P1", name="울 코트", image_url="https://img.example/coat.svg")
        found = make_customer(session, "kim", name=EVIL, attributes={"grade": EVIL})
        invented = IncomingItem(
            product=EVIL, name=EVIL, price=1, image_url="https://evil.example/x.png",
            url="https://evil.example/",
        )  # fmt: skip
        make_event(
            session, "view_item", customer=found, items=["P1", invented], at=now,
            properties={"page_title": EVIL},
        )  # fmt: skip
        saved.create(core, session, "우수 고객", VIP, actor="test")
    return found.id


def opened(browse, core, asked):
    """A page that gets pictures, and notes what else is asked for elsewhere."""
    page = browse(core)
    page.route("https://**/*", lambda route: asked.append(route.request) or route.fulfill(
        body=PICTURE, content_type="image/svg+xml"
    ))  # fmt: skip
    return page


def test_the_shops_pictures_are_shown_and_nothing_of_a_stranger_is_loaded(core, kim, browse):
    asked = []
    page = opened(browse, core, asked)
    page.goto(f"/admin/customers/{kim}")
    picture = page.locator(".gc-product img")
    expect(picture).to_have_count(1)
    assert picture.evaluate("each => each.decode().then(() => each.naturalWidth)") == 40
    assert {request.url for request in asked} == {"https://img.example/coat.svg"}
    assert "referer" not in asked[0].headers
    expect(page.get_by_role("link", name="울 코트")).to_have_attribute("rel", "noopener noreferrer")


@pytest.mark.parametrize("tab", ["", "/orders", "/consents", "/details", "/segments"])
def test_attacks_in_names_attributes_and_events_stay_text(core, kim, browse, tab):
    page = opened(browse, core, [])
    page.goto(f"/admin/customers/{kim}{tab}")
    expect(page.get_by_role("heading", level=1)).to_have_text(EVIL)
    assert page.locator("main script, main img[onerror]").count() == 0
    assert "GrowthCore" in page.title()
    axe(page)


def test_segments_come_after_the_page(core, kim, browse):
    page = opened(browse, core, [])
    page.goto(f"/admin/customers/{kim}/details")
    page.get_by_role("link", name="우수 고객").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("우수 고객")


def test_without_script_segments_are_a_page(core, kim, browse):
    page = browse(core, java_script_enabled=False)
    page.goto(f"/admin/customers/{kim}/details")
    page.get_by_role("link", name="속한 세그먼트 확인").click()
    expect(page.get_by_role("link", name="우수 고객")).to_be_visible()


def test_the_list_is_downloaded_as_often_as_wanted(core, kim, browse):
    page = browse(core)
    page.goto("/admin/customers/?q=kim")
    for _ in range(2):
        with page.expect_download() as started:
            page.get_by_role("button", name="엑셀 다운로드").click()
        assert started.value.suggested_filename == "customers.xlsx"


def test_a_customer_is_found_and_opened_by_keyboard_alone(core, browse):
    with core.db.unit() as session:
        for name in ("김하늘", "이바다"):
            make_customer(session, name=name)
    page = browse(core)
    page.goto("/admin/customers/")
    page.get_by_role("searchbox").focus()
    page.keyboard.type("이바다")
    expect(page.get_by_text("총 1건")).to_be_visible()
    link = page.get_by_role("link", name="이바다")
    for _ in range(10):
        page.keyboard.press("Tab")
        if link.evaluate("each => each === document.activeElement"):
            break
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("이바다")
    page.go_back()
    expect(page.get_by_role("searchbox")).to_have_value("이바다")
