"""Templates of the shop's own in the admin, and in the step where a message is written."""

from __future__ import annotations

import re
from html import unescape

import pytest
from sqlalchemy import select

from growthcore.api import MessageClass
from growthcore.campaigns import drafts, templates
from growthcore.campaigns.models import MessageTemplate

LIST = "/admin/settings/templates/email_smtp"
MAIL = {"content.subject": "환영합니다", "content.html": "<p>#{NAME|고객}님</p>"}


def read(response):
    """What a page says, without its tags."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", response.get_data(as_text=True))).split())


@pytest.fixture
def account(core):
    with core.db.unit() as session:
        values = {"host": "localhost", "sender_address": "news@shop.example"}
        return core.accounts.create(
            session, provider="email_smtp", label="뉴스레터", values=values, actor="test"
        ).id


@pytest.fixture
def campaign(core, account):
    with core.db.unit() as session:
        draft = drafts.start(core, session, "주말", MessageClass.ADVERTISING, actor="test")
        drafts.save(core, session, draft.id, {"account_id": account}, actor="test")
        return f"/admin/campaigns/{draft.id}/edit/message"


def saved(core):
    with core.db.read() as session:
        return session.scalars(select(MessageTemplate).order_by(MessageTemplate.id)).all()


def test_a_template_is_written_listed_copied_and_removed(core, admin, account):
    assert "아직 템플릿이 없습니다" in read(admin.get(LIST))
    refused = admin.post(f"{LIST}/new", data={"name": "", **MAIL})
    assert refused.status_code == 422
    assert "#{NAME|고객}님" in read(refused)
    assert admin.post(f"{LIST}/new", data={"name": "환영", **MAIL}).status_code == 303
    admin.post(f"{LIST}/1/duplicate")
    admin.post(f"{LIST}/2/default")
    said = read(admin.get(LIST))
    assert "환영 사본 기본" in said
    assert "사용 횟수 0회" in said
    admin.post(f"{LIST}/1/delete")
    assert [(each.name, each.is_default) for each in saved(core)] == [("환영 사본", True)]
    frame = admin.get(f"{LIST}/2/preview")
    assert "<p>" in frame.get_data(as_text=True)
    assert frame.headers["Content-Security-Policy"].startswith("sandbox;")


def test_the_preview_is_shown_dark_without_images_and_as_text(admin, account):
    typed = {
        "content.subject": "x",
        "content.html": '<p>글<img alt="코트" src="https://x/y.png"></p>',
    }
    plain = admin.post(f"{LIST}/preview", data=typed).get_data(as_text=True)
    assert 'src="https://x/y.png"' in plain
    asked = typed | {"dark": "1", "without-images": "1"}
    shown = admin.post(f"{LIST}/preview", data=asked).get_data(as_text=True)
    assert '<img alt="코트" data-src=' in shown
    assert "invert(1)" in shown
    text = admin.post(f"{LIST}/preview", data=typed | {"plain": "1"}).get_data(as_text=True)
    assert "<pre>글코트\n" in text


def test_what_is_active_in_html_is_left_out_and_told(core, admin, account):
    written = MAIL | {"content.html": "<p onclick=x>글</p><script>go()</script>"}
    admin.post(f"{LIST}/new", data={"name": "환영", **written})
    assert saved(core)[0].content["html"] == "<p>글</p>"
    assert "HTML에서 뺐습니다: onclick 1개, script 1개" in read(admin.get(LIST))


def test_of_two_who_change_a_template_the_second_is_told(core, admin, account):
    admin.post(f"{LIST}/new", data={"name": "환영", **MAIL})
    mine = {"name": "첫 인사", "version": "1", **MAIL}
    assert admin.post(f"{LIST}/1", data=mine).status_code == 303
    late = admin.post(f"{LIST}/1", data=mine | {"name": "늦은 이름"})
    assert late.status_code == 409
    assert "다른 창에서 이 템플릿이 바뀌었습니다" in read(late)
    assert 'value="늦은 이름"' in late.get_data(as_text=True)
    assert saved(core)[0].name == "첫 인사"


def test_a_message_begins_with_a_template_and_is_kept_as_one(core, admin, campaign):
    kept = admin.post(campaign, data=MAIL | {"then": "template", "template_name": "환영"})
    assert kept.status_code == 303
    again = admin.post(campaign, data=MAIL | {"then": "template", "template_name": "환영"})
    assert (again.status_code, "template_name" in again.get_data(as_text=True)) == (422, True)
    page = admin.get(f"{campaign}?template=1")
    assert "‘환영’ 템플릿의 내용입니다" in read(page)
    admin.post(campaign, data=MAIL | {"then": "stay", "template": "1"})
    assert saved(core)[0].uses == 1


def test_an_empty_message_begins_with_the_default_template(core, admin, campaign):
    with core.db.unit() as session:
        content = {"subject": "기본 제목", "html": "<p>x</p>"}
        made = templates.create(core, session, "email_smtp", "기본", content, actor="test")
        templates.make_default(core, session, made.id, actor="test")
    assert "기본 제목" in admin.get(campaign).get_data(as_text=True)
    assert "기본 제목" not in admin.get(f"{campaign}?empty=1").get_data(as_text=True)


def test_where_templates_are_approved_elsewhere_there_is_nothing_to_make(admin, account):
    page = admin.get("/admin/settings/templates/alimtalk")
    assert "템플릿 생성하기" not in read(page)
    assert admin.get("/admin/settings/templates/alimtalk/new").status_code == 404


def test_a_viewer_sees_templates_and_changes_none(core, admin, admin_as, account):
    admin.post(f"{LIST}/new", data={"name": "환영", **MAIL})
    viewer = admin_as("viewer")
    said = read(viewer.get(LIST))
    assert "환영" in said
    assert "삭제" not in said
    assert viewer.post(f"{LIST}/1/delete").status_code == 403
