"""AlimTalk campaigns over the wire to SENS's stand-in, from the sync to what arrived."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select

from growthcore.api import MessageClass
from growthcore.campaigns import drafts, outcomes, preview
from growthcore.customers import service as customers
from growthcore.customers.profiles import Profile
from growthcore.messaging import syncing
from growthcore.messaging.models import Message
from growthcore.plugins import directory
from growthcore.plugins.http import Http
from growthcore.sandbox.sens import EXAMPLE_KEY, EXAMPLE_PROJECT, SandboxSens
from growthcore.sandbox.serving import Served

CONTENT = {
    "template": "ORDER02",
    "values": {
        "고객명": "#{NAME}",
        "주문번호": "7",
        "결제금액": "9,000원",
        "링크": "https://shop.example/orders/7",
    },
}


@pytest.fixture
def http():
    """The true client, for signatures are over what goes over the wire."""
    return Http()


@pytest.fixture
def sens(shop, tmp_path):
    sandbox = SandboxSens(tmp_path / "phone", clock=shop.core.clock)
    with Served(sandbox) as served:
        sandbox.url = served.url
        yield sandbox


@pytest.fixture
def kakao(shop, sens):
    """A shop with an AlimTalk account whose templates are synced, and three customers."""
    values = {
        "channel_id": "@growthcore",
        "service_id": EXAMPLE_PROJECT.kakao_service,
        "access_key": EXAMPLE_KEY.access,
        "secret_key": EXAMPLE_KEY.secret,
        "base_url": sens.url,
        "failover": True,
    }
    with shop.core.db.unit() as session:
        account = shop.core.accounts.create(
            session, provider="alimtalk", label="알림톡", values=values, actor="test"
        )
        people = [
            Profile(external_id=number, phone=number, name=f"손님{number[-4:]}")
            for number in ("01011110000", "01022223019", "01033330000")
        ]
        customers.upsert(session, people, now=shop.now)
    shop.account_id = account.id
    syncing.sync(shop.core, account.id, actor="test")
    return shop


def launch(kakao):
    return kakao.launch(message_class="informational", content=CONTENT)


def rows(kakao):
    with kakao.core.db.read() as session:
        return session.query(Message).order_by(Message.id).all()


def arrived(sens):
    sens.deliver()
    return sorted((each.recipient, each.kind) for each in sens.inbox.messages())


def test_a_batch_whose_answer_was_lost_is_found_again_and_never_doubled(kakao, sens):
    sens.faults.set(drop_after=1, where="POST")
    campaign = launch(kakao)
    kakao.work()
    assert kakao.states(campaign) == {"uncertain": 3}
    kakao.pass_time(seconds=90)
    assert outcomes.settle(kakao.core) == 3
    assert kakao.states(campaign) == {"sent": 3}
    outcomes.poll(kakao.core)
    kinds = [(each.delivery, each.kind) for each in rows(kakao)]
    assert kinds == [("delivered", "ALIMTALK"), ("delivered", "SMS"), ("delivered", "ALIMTALK")]
    kakao.pass_time(days=1)
    kakao.work()
    assert arrived(sens) == [
        ("01011110000", "ALIMTALK"), ("01022223019", "SMS"), ("01033330000", "ALIMTALK"),
    ]  # fmt: skip


def test_a_batch_that_never_arrived_is_sent_again_once_that_is_certain(kakao, sens):
    sens.faults.set(drop_before=1, where="POST")
    campaign = launch(kakao)
    kakao.work()
    kakao.pass_time(seconds=90)
    assert outcomes.settle(kakao.core) == 0
    kakao.pass_time(seconds=60)
    assert outcomes.settle(kakao.core) == 3
    kakao.pass_time(minutes=10)
    kakao.work()
    kakao.work()
    assert kakao.states(campaign) == {"sent": 3}
    kakao.pass_time(minutes=1)
    assert len(arrived(sens)) == 3


def test_a_draft_remembers_which_revision_of_the_template_it_was_written_for(kakao):
    core = kakao.core
    with core.db.unit() as session:
        draft = drafts.start(core, session, "안내", MessageClass.INFORMATIONAL, actor="test")
        parts = {"account_id": kakao.account_id, "content": CONTENT}
        drafts.save(core, session, draft.id, parts, actor="test")
        (template,) = [
            each
            for each in directory.templates(session, kakao.account_id)
            if each.code == "ORDER02"
        ]
        kept = draft.definition["content"]
        assert kept == {**CONTENT, "revision": template.revision, "approved": template.content}
        drafts.save(core, session, draft.id, {"content": {**kept, "revision": "old"}}, actor="test")
        assert draft.definition["content"]["revision"] == template.revision


def test_a_template_that_changed_after_the_launch_holds_the_campaign(kakao, sens):
    campaign = launch(kakao)
    sens.catalogue.templates = [
        replace(each, content=each.content + " 감사합니다.") if each.code == "ORDER02" else each
        for each in sens.catalogue.templates
    ]
    syncing.sync(kakao.core, kakao.account_id, actor="test")
    kakao.work()
    held = kakao.campaign(campaign)
    assert held.state == "paused"
    assert "was changed after this message was written" in held.message
    assert not arrived(sens)


def test_what_was_sent_is_shown_as_it_was_though_the_template_changed(kakao, sens):
    launch(kakao)
    kakao.work()
    with kakao.core.db.read() as session:
        (first, *_) = session.scalars(select(Message.id))
        before = preview.as_sent(kakao.core, session, first)
    sens.catalogue.templates = [
        replace(each, content="다른 안내입니다.") for each in sens.catalogue.templates
    ]
    syncing.sync(kakao.core, kakao.account_id, actor="test")
    with kakao.core.db.read() as session:
        assert preview.as_sent(kakao.core, session, first) == before
