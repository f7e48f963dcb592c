"""Attachments in a real browser: uploaded, named apart, taken out, kept."""

from __future__ import annotations

import json

import pytest

from growthcore.campaigns import templates
from growthcore.testing.browsing import axe

pytestmark = pytest.mark.browser
PDF = {"name": "쿠폰.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7 coupon"}


@pytest.fixture
def template(core):
    with core.db.unit() as session:
        values = {"host": "localhost", "sender_address": "news@shop.example"}
        core.accounts.create(
            session, provider="email_smtp", label="뉴스레터", values=values, actor="test"
        )
    with core.db.unit() as session:
        content = {"subject": "환영합니다", "html": "<p>hi</p>"}
        return templates.create(core, session, "email_smtp", "환영", content, actor="test").id


def test_files_are_attached_and_taken_out_again(core, browse, template):
    page = browse(core)
    page.goto(f"/admin/settings/templates/email_smtp/{template}")
    field = page.locator("gc-files")
    chosen = field.locator("input[type=file]")
    for _ in range(2):
        with page.expect_response("**/admin/files/"):
            chosen.set_input_files(PDF)
        field.locator("li").nth(_).wait_for()
    with page.expect_response("**/admin/files/"):
        chosen.set_input_files({"name": "x.exe", "mimeType": "x/y", "buffer": b"MZ"})
    field.get_by_text("첨부할 수 없습니다").wait_for()
    assert field.locator("li a").all_inner_texts() == ["쿠폰.pdf", "쿠폰 2.pdf"]
    axe(page)
    field.get_by_role("button", name="삭제: 쿠폰.pdf").click()
    kept = json.loads(field.locator("textarea").input_value())
    assert [each["name"] for each in kept] == ["쿠폰 2.pdf"]
    page.get_by_role("button", name="저장", exact=True).click()
    page.wait_for_url("**/templates/email_smtp")
    with core.db.read() as session:
        content = templates.get(session, template).content
    assert [each["name"] for each in content["attachments"]] == ["쿠폰 2.pdf"]
