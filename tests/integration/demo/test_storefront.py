"""The pages of the demo shop."""

from __future__ import annotations

import html
import json
import re
from xml.etree import ElementTree as ET

import pytest

from growthcore.app import build_core
from growthcore.demo.storefront import register
from growthcore.settings import Settings
from growthcore.testing.people import sign_in
from growthcore.web import create_app

PAGES = (
    "/demo-shop/",
    "/demo-shop/products/HG0001",
    "/demo-shop/stories/knit-wash",
    "/demo-shop/cart",
    "/demo-shop/login",
)


@pytest.fixture
def client(made):
    core = build_core(Settings(data_dir=made))
    app = create_app(core)
    register(app)
    yield app.test_client()
    core.db.dispose()


@pytest.mark.parametrize("path", PAGES)
def test_pages_take_nothing_from_elsewhere_and_nothing_inline(client, path):
    response = client.get(path)
    assert response.status_code == 200
    policy = response.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert not re.search(r"\sstyle=|\son\w+=|<style|<script>", response.text)


def test_every_page_of_the_admin_says_that_its_data_is_made_up(client):
    client.set_cookie(*sign_in(client.application.extensions["growthcore"]))
    assert "데모 데이터" in client.get("/admin/segments/").text


def test_a_product_tells_what_the_storefront_api_wants(client):
    text = client.get("/demo-shop/products/HG0001").text
    assert 'data-event="view_item"' in text
    assert "HG0001" in re.search(r'data-items="([^"]*)"', text)[1]
    assert re.search(r'data-key="gk_pub_', text)


def test_a_product_has_stories_that_tell_of_their_clicks(client):
    text = client.get("/demo-shop/products/HG0001").text
    told = [html.unescape(each) for each in re.findall(r'data-content="([^"]*)"', text)]
    assert json.loads(told[0]) == {"content_type": "blog", "content_id": "knit-wash"}


def test_a_picture_may_be_shown_in_mails(client):
    response = client.get("/demo-shop/images/HG0001.svg")
    assert response.mimetype == "image/svg+xml"
    assert response.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert response.headers["Content-Security-Policy"].startswith("default-src 'none'")
    ET.fromstring(response.text)


@pytest.mark.parametrize("path", ["/demo-shop/products/nothing", "/demo-shop/nothing"])
def test_what_is_not_there_is_a_page_that_says_so(client, path):
    response = client.get(path)
    assert response.status_code == 404
    assert "찾을 수 없는 주소입니다." in response.text


def test_a_picture_that_is_not_there_is_not_found(client):
    assert client.get("/demo-shop/images/nothing.svg").status_code == 404


def test_anybody_may_be_any_customer_and_nobody_again(client):
    entered = client.post(
        "/demo-shop/login", data={"member": "M00001"}, headers={"Sec-Fetch-Site": "same-origin"}
    )
    assert entered.status_code == 303
    assert 'data-member="M00001"' in client.get("/demo-shop/").text
    client.post("/demo-shop/logout", headers={"Sec-Fetch-Site": "same-origin"})
    assert 'data-member=""' in client.get("/demo-shop/").text


def test_another_customer_is_another_browser(client):
    def visitor(member):
        client.post("/demo-shop/login", data={"member": member})
        return re.search(r'data-visitor="([^"]+)"', client.get("/demo-shop/").text)[1]

    first = re.search(r'data-visitor="([^"]+)"', client.get("/demo-shop/").text)[1]
    assert visitor("M00001") == first
    assert visitor("M00002") != first


def test_a_category_shows_its_own(client):
    text = client.get("/demo-shop/", query_string={"category": "잡화/신발"}).text
    assert "스니커즈" in text
    assert "니트 (" not in text
