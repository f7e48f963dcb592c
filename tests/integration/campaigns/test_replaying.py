"""Messages handed over again, as the same message."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select

from growthcore.api import InvalidInput, Receipt
from growthcore.campaigns import replaying
from growthcore.campaigns.replaying import Selection
from growthcore.customers import consent
from growthcore.messaging import replays, statistics
from growthcore.messaging.models import Message
from growthcore.messaging.states import State
from growthcore.operators.models import AuditEntry
from growthcore.testing.recording import Recording
from growthcore.worker import scheduler

LINKED = {"body": "안녕하세요 #{NAME}님", "link": "https://shop.example/p"}


@pytest.fixture
def recording():
    return Recording(replays=True)


def refuse(batch):
    return [Receipt.rejected("http_400") for _ in batch]


def launched(shop, *names, answer=None, **changes):
    ids = shop.customers(*names)
    accept, shop.recording.answer = shop.recording.answer, answer or shop.recording.answer
    campaign = shop.launch(content=LINKED, **changes)
    shop.work()
    shop.recording.answer = accept
    return campaign, ids


def ask(shop, **selection):
    return replaying.ask(shop.core, Selection(**selection), reason="받는 쪽 장애", actor="cli")


def message_ids(shop):
    with shop.core.db.read() as session:
        return sorted(session.scalars(select(Message.id)))


def replay_of(shop, message_id):
    with shop.core.db.read() as session:
        return replays.of_message(session, message_id)


def test_what_was_refused_is_sent_as_the_message_it_was(each_shop):
    shop = each_shop
    campaign, _ = launched(shop, "kim", "lee", answer=refuse)
    refused = shop.recording.messages
    shop.pass_time(days=2)
    assert ask(shop, campaign_id=campaign) == 2
    assert replaying.step(shop.core)
    assert not replaying.step(shop.core)
    again = shop.recording.messages[2:]
    assert [(m.reference, m.address, m.rendered) for m in again] == [
        (m.reference, m.address, m.rendered) for m in refused
    ]
    assert shop.states(campaign) == {"sent": 2}
    with shop.core.db.read() as session:
        assert not statistics.differences(session)
        assert replays.standing(session, campaign) == {"accepted": 2}
        noted = session.scalars(select(AuditEntry).where(AuditEntry.action == "message.replayed"))
        (entry,) = noted.all()
    assert (entry.object_id, entry.actor) == (str(campaign), "cli")
    assert entry.details == {"messages": 2, "reason": "받는 쪽 장애", "states": ["failed"]}


def test_what_the_receiver_lost_stays_the_one_message_it_was(shop):
    campaign, _ = launched(shop, "kim")
    (id_,) = message_ids(shop)
    with shop.core.db.read() as session:
        sent_at = session.get_one(Message, id_).sent_at
    shop.pass_time(days=400)
    ask(shop, message_ids=[id_], states=[State.SENT])
    replaying.step(shop.core)
    first, second = shop.recording.messages
    assert first == second
    assert shop.states(campaign) == {"sent": 1}
    with shop.core.db.read() as session:
        assert session.get_one(Message, id_).sent_at == sent_at
        assert not statistics.differences(session)


def test_a_period_is_when_messages_came_to_their_end(shop):
    launched(shop, "kim", answer=refuse)
    shop.pass_time(days=1)
    middle = shop.now
    shop.pass_time(days=1)
    second, _ = launched(shop, "lee", answer=refuse)
    with shop.core.db.read() as session:
        counted = [
            replaying.count(shop.core, session, Selection(**period))
            for period in ({"since": middle}, {"until": middle, "campaign_id": second})
        ]
    # The second goes to both of them.
    assert counted == [2, 0]


def test_who_opted_out_meanwhile_gets_none(shop):
    campaign, (kim,) = launched(shop, "kim", answer=refuse)
    with shop.core.db.unit() as session:
        consent.record(
            session, kim, channel="email", purpose="advertising", granted=False, at=shop.now, source="test",
        )  # fmt: skip
    ask(shop, campaign_id=campaign)
    replaying.step(shop.core)
    (id_,) = message_ids(shop)
    assert len(shop.recording.messages) == 1
    assert (replay_of(shop, id_).outcome, replay_of(shop, id_).reason) == ("withheld", "no_consent")
    assert shop.states(campaign) == {"failed": 1}


def test_a_receiver_that_is_still_down_gets_it_later(shop):
    campaign, _ = launched(shop, "kim", answer=refuse)
    ask(shop, campaign_id=campaign)
    shop.recording.answer = lambda batch: [Receipt.retry("http_503", after=60) for _ in batch]
    assert replaying.step(shop.core)
    assert not replaying.step(shop.core), "it was tried a moment ago"
    shop.pass_time(minutes=2)
    (task,) = (each for each in scheduler.TASKS if each.name == "messages.replay")
    task.run(shop.core)
    assert shop.core.jobs.names.count("replay") == 2
    shop.recording.answer = refuse
    replaying.step(shop.core)
    (id_,) = message_ids(shop)
    assert (replay_of(shop, id_).outcome, replay_of(shop, id_).reason) == ("refused", "http_400")
    assert shop.states(campaign) == {"failed": 1}


def test_a_worker_that_dies_with_them_has_them_come_again(shop):
    campaign, _ = launched(shop, "kim", answer=refuse)
    ask(shop, campaign_id=campaign)

    def die(batch):
        raise KeyboardInterrupt

    accept, shop.recording.answer = shop.recording.answer, die
    with pytest.raises(KeyboardInterrupt):
        replaying.step(shop.core)
    assert not replaying.step(shop.core)
    shop.recording.answer = accept
    shop.pass_time(seconds=shop.core.settings.lease_seconds)
    assert replaying.step(shop.core)
    assert shop.states(campaign) == {"sent": 1}


@pytest.mark.parametrize(
    ("selection", "path"),
    [
        ({}, "messages"),
        ({"campaign_id": 1, "states": [State.SUPPRESSED]}, "states"),
        ({"message_ids": [99]}, "messages"),
    ],
)
def test_what_can_not_be_sent_again_is_said(shop, selection, path):
    with pytest.raises(InvalidInput) as raised:
        ask(shop, **selection)
    assert path in raised.value.errors


def test_a_channel_that_can_not_tell_repeats_has_nothing_to_send_again(shop, monkeypatch):
    campaign, _ = launched(shop, "kim", answer=refuse)
    channel = shop.core.plugins.channels["recording"]
    monkeypatch.setattr(channel, "capabilities", replace(channel.capabilities, replays=False))
    with pytest.raises(InvalidInput, match="tells repeats"):
        ask(shop, campaign_id=campaign)
