"""Templates of the shop's own: kept, copied into drafts, and referred to by nothing."""

from __future__ import annotations

import pytest

from growthcore.api import InvalidInput
from growthcore.campaigns import drafts, templates
from growthcore.campaigns.models import MessageTemplate

WELCOME = {"body": "#{NAME|고객}님, 반갑습니다"}


def make(shop, name="환영", channel="recording", content=WELCOME):
    with shop.core.db.unit() as session:
        return templates.create(shop.core, session, channel, name, content, actor="1")


def change(shop, made, **changes):
    given = {"version": made.version, "name": made.name, "content": made.content} | changes
    with shop.core.db.unit() as session:
        return templates.change(shop.core, session, made.id, **given, actor="1")


def read(shop, template_id):
    with shop.core.db.read() as session:
        return templates.get(session, template_id)


def test_a_template_is_kept_changed_copied_chosen_and_removed(each_shop):
    shop = each_shop
    made = make(shop)
    changed = change(shop, made, name="첫 인사")
    assert (changed.name, changed.version, changed.content) == ("첫 인사", 2, WELCOME)
    with shop.core.db.unit() as session:
        copies = [
            templates.duplicate(shop.core, session, made.id, actor="1").name for _ in range(2)
        ]
        templates.make_default(shop.core, session, made.id, actor="1")
        templates.count_use(session, made.id)
    assert copies == ["첫 인사 사본", "첫 인사 사본 2"]
    with shop.core.db.read() as session:
        found = templates.find(session, "recording", "인사")
        assert (found.total, found.items[0].name) == (3, "첫 인사")
        assert templates.counts(session) == {"recording": 3}
        assert templates.default_of(session, "recording").uses == 1
    with shop.core.db.unit() as session:
        templates.delete(shop.core, session, made.id, actor="1")
    with pytest.raises(InvalidInput, match="no template"):
        read(shop, made.id)


def test_a_name_is_taken_once_a_channel(each_shop):
    shop = each_shop
    first, second = make(shop), make(shop, "다른 것")
    with pytest.raises(InvalidInput, match="choose another name"):
        make(shop, " 환영 ")
    with pytest.raises(InvalidInput, match="choose another name"):
        change(shop, second, name=first.name)


def test_only_one_template_of_a_channel_is_its_default(shop):
    first, second = make(shop), make(shop, "다른 것")
    for each in (first, second):
        with shop.core.db.unit() as session:
            templates.make_default(shop.core, session, each.id, actor="1")
    assert not read(shop, first.id).is_default
    assert read(shop, second.id).is_default


def test_who_changes_what_somebody_else_changed_meanwhile_is_told(shop):
    made = make(shop)
    change(shop, made, name="새 이름")
    with pytest.raises(InvalidInput) as caught:
        change(shop, made, version=1, name="늦은 이름")
    assert list(caught.value.errors) == ["version"]


@pytest.mark.parametrize(
    ("content", "name", "path"),
    [
        ({"body": "#{NMAE}님"}, "이름", "content.body"),
        ({"body": "x", "bold": True}, "이름", "content.bold"),
        (WELCOME, " ", "name"),
        (WELCOME, "긴" * 61, "name"),
    ],
)
def test_a_template_is_checked_as_a_draft_is(shop, content, name, path):
    with pytest.raises(InvalidInput) as caught:
        make(shop, name, content=content)
    assert list(caught.value.errors) == [path]


@pytest.mark.parametrize(
    ("channel", "says"),
    [
        ("alimtalk", "approves its templates"),
        ("email_smtp", "Register one"),
        ("pigeon", "installed"),
    ],
)
def test_a_channel_that_can_have_no_templates_says_why(shop, channel, says):
    with pytest.raises(InvalidInput, match=says):
        make(shop, channel=channel)


def test_a_sender_belongs_to_the_account_not_to_the_template(shop):
    with shop.core.db.unit() as session:
        values = {"host": "localhost", "sender_address": "news@shop.example"}
        shop.core.accounts.create(
            session, provider="email_smtp", label="mail", values=values, actor="1"
        )
    content = {"sender": "other@shop.example", "subject": "제목", "html": "<p>본문</p>"}
    made = make(shop, channel="email_smtp", content=content)
    assert "sender" not in made.content
    channel = shop.core.plugins.channels["email_smtp"]
    filled = templates.filled(channel, made, {"sender": "mine@shop.example", "subject": "전"})
    assert (filled["sender"], filled["subject"]) == ("mine@shop.example", "제목")


def test_changing_a_template_touches_no_draft_made_of_it(shop):
    made = make(shop)
    campaign = shop.create(message_class="informational", content=dict(made.content))
    change(shop, made, content={"body": "바뀐 내용"})
    with shop.core.db.unit() as session:
        assert drafts.editable(session, campaign).definition["content"] == WELCOME
        session.delete(session.get(MessageTemplate, made.id))
    shop.customers("kim")
    shop.launch(campaign)
    shop.work()
    assert shop.recording.addresses == ["kim@example.com"]
