"""Bounces and complaints: what they do to messages, addresses, consents and figures."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from growthcore.analytics import reports
from growthcore.api import ConfigError, Receipt, Returned, ReturnKind
from growthcore.customers import consent
from growthcore.customers import service as customers
from growthcore.customers.models import ConsentRecord, Suppression
from growthcore.customers.profiles import Profile
from growthcore.messaging import collecting, engagement, retries, returns, statistics
from growthcore.messaging.engagement import Evidence
from growthcore.messaging.models import Message
from growthcore.worker import scheduler

BOUNCE, SOFT, COMPLAINT = ReturnKind


@pytest.fixture
def recording(recording):
    recording.returns = []
    return recording


def sent(shop, *names):
    """A campaign that was sent; the tokens of its messages."""
    if names:
        shop.customers(*names)
    shop.no_policies()
    before = len(shop.recording.messages)
    campaign = shop.launch()
    shop.work()
    shop.pass_time(minutes=1)
    return campaign, [each.return_token for each in shop.recording.messages[before:]]


def come_back(shop, token, kind, *, reason="mailbox_unknown", **values):
    shop.recording.returns = [Returned(token=token, kind=kind, reason=reason, **values)]
    collecting.step(shop.core, shop.account_id)


def move(shop, name, email):
    with shop.core.db.unit() as session:
        customers.upsert(session, [Profile(external_id=name, email=email)], now=shop.now)


def messages(shop):
    with shop.core.db.read() as session:
        return session.scalars(select(Message).order_by(Message.id)).all()


def suppressions(shop):
    with shop.core.db.read() as session:
        return {row.masked[:1]: row.reason for row in session.scalars(select(Suppression))}


def total(shop, campaign):
    with shop.core.db.read() as session:
        assert not statistics.differences(session)
        return reports.report(session, campaign).total


def test_a_bounce_is_written_down_once_and_suppresses_the_address(each_shop):
    shop = each_shop
    campaign, (token,) = sent(shop, "kim")
    for _ in range(2):
        come_back(shop, token, BOUNCE, detail="5.1.1 no such user")
    (message,) = messages(shop)
    assert (message.state, message.delivery) == ("sent", "undelivered")
    assert message.delivery_reason == "mailbox_unknown"
    assert suppressions(shop) == {"k": "bounced_hard"}
    figures = total(shop, campaign)
    assert (figures.bounces, figures.undelivered, figures.sent) == (1, 1, 1)
    assert reports.rates(figures)["bounce_rate"] == "100.0"
    following, _ = sent(shop)
    assert shop.reasons(following) == {"suppressed_bounced_hard": 1}


def test_soft_bounces_suppress_after_the_third_with_no_sign_of_life_between(each_shop):
    shop = each_shop
    shop.customers("kim")
    for expected in ({}, {}, {"k": "bounced_soft"}):
        _, (token,) = sent(shop)
        for _ in range(2):
            come_back(shop, token, SOFT, reason="mailbox_full")
        assert suppressions(shop) == expected
        shop.pass_time(days=2)


def test_an_open_by_a_person_begins_the_count_of_soft_bounces_anew(shop):
    shop.customers("kim")
    for number in range(4):
        _, (token,) = sent(shop)
        if number == 2:
            with shop.core.db.unit() as session:
                seen = Evidence(user_agent="Chrome", at=shop.now)
                engagement.record(session, messages(shop)[-1].id, "open", seen)
            shop.pass_time(minutes=1)
        come_back(shop, token, SOFT)
        shop.pass_time(days=2)
    assert suppressions(shop) == {}


def test_soft_bounces_of_long_ago_do_not_count(shop):
    shop.customers("kim")
    for _ in range(4):
        _, (token,) = sent(shop)
        come_back(shop, token, SOFT)
        shop.pass_time(days=15)
    assert suppressions(shop) == {}


def test_soft_bounces_of_an_earlier_address_do_not_count(shop):
    shop.customers("kim")
    for number in range(3):
        if number == 2:
            move(shop, "kim", "new@example.com")
        _, (token,) = sent(shop)
        come_back(shop, token, SOFT)
        shop.pass_time(days=2)
    assert suppressions(shop) == {}


def test_a_complaint_withdraws_the_consent_and_leaves_what_is_no_advertising(shop):
    campaign, (token,) = sent(shop, "kim")
    for _ in range(2):
        come_back(shop, token, COMPLAINT, reason="abuse")
    assert suppressions(shop) == {"k": "complained"}
    assert total(shop, campaign).complaints == 1
    with shop.core.db.read() as session:
        assert not consent.granted(session, [1], "email", "advertising")
        statement = session.scalars(select(ConsentRecord).order_by(ConsentRecord.id.desc())).first()
    assert (statement.source, statement.evidence) == ("bounce mailbox", {"message_id": 1})
    advertising, _ = sent(shop)
    assert shop.reasons(advertising) == {"no_consent": 1}
    notice = shop.launch(message_class="informational")
    shop.work()
    assert shop.states(notice) == {"sent": 1}


def test_a_bounce_outweighs_a_refusal_of_advertising(shop):
    _, (token,) = sent(shop, "kim")
    come_back(shop, token, COMPLAINT)
    come_back(shop, token, BOUNCE)
    assert suppressions(shop) == {"k": "bounced_hard"}
    come_back(shop, token, COMPLAINT)
    assert suppressions(shop) == {"k": "bounced_hard"}


def test_a_token_that_was_made_up_does_nothing(shop):
    _, (token,) = sent(shop, "kim")
    forged = token[:-1] + ("0" if token[-1] != "0" else "1")
    other = token[:17] + "2" + token[18:]
    for wrong in (forged, other, "", "zz"):
        come_back(shop, wrong, BOUNCE)
        assert shop.recording.returns == []
    assert suppressions(shop) == {}


def test_what_comes_back_before_the_receipt_is_told_again(shop):
    seen = []

    def answer(batch):
        come_back(shop, batch[0].return_token, BOUNCE)
        seen.append(len(shop.recording.returns))
        return [Receipt.accepted()]

    shop.recording.answer = answer
    sent(shop, "kim")
    assert (seen, suppressions(shop)) == ([1], {})
    collecting.step(shop.core, shop.account_id)
    assert messages(shop)[0].delivery == "undelivered"


def test_a_bounce_settles_what_was_uncertain(shop):
    shop.recording.answer = lambda batch: [Receipt.uncertain("connection_lost")]
    campaign, (token,) = sent(shop, "kim")
    come_back(shop, token, BOUNCE)
    assert (messages(shop)[0].state, messages(shop)[0].delivery) == ("sent", "undelivered")
    assert total(shop, campaign).uncertain == 0


def test_a_recipient_refused_for_good_at_the_hand_over_is_suppressed(shop):
    dead = Receipt.rejected("mailbox_unknown", bounced=True)
    shop.recording.answer = lambda batch: [dead, Receipt.rejected("refused")]
    sent(shop, "kim", "lee")
    assert suppressions(shop) == {"k": "bounced_hard"}


def test_the_address_it_was_sent_to_is_suppressed_whatever_it_is_now(shop):
    _, (token,) = sent(shop, "kim")
    move(shop, "kim", "new@example.com")
    come_back(shop, token, BOUNCE)
    assert suppressions(shop) == {"k": "bounced_hard"}


def test_an_account_that_can_not_be_read_says_so_and_waits_ever_longer(each_shop):
    shop = each_shop
    core = shop.core
    shop.recording.returns = ConfigError("The mailbox refused the login.")
    waits = []
    for _ in range(3):
        assert collecting.due(core, shop.now) == [shop.account_id]
        assert not collecting.step(core, shop.account_id)
        row = collecting.of_account(core, shop.account_id)
        assert row.problem == "The mailbox refused the login."
        waits.append(row.due_at - shop.now)
        assert collecting.due(core, shop.now) == []
        core.clock.at = row.due_at
    assert waits == [collecting.EVERY * 2, collecting.EVERY * 4, collecting.EVERY * 8]
    collecting.step(core, shop.account_id)
    shop.pass_time(seconds=1)
    with core.db.unit() as session:
        core.accounts.update(session, shop.account_id, values={}, actor="test")
    assert collecting.due(core, shop.now) == [shop.account_id], "it was changed"
    shop.recording.returns = []
    collecting.step(core, shop.account_id)
    row = collecting.of_account(core, shop.account_id)
    assert (row.problem, row.failures, row.read_at) == (None, 0, shop.now)


def test_the_scheduler_has_accounts_with_a_mailbox_looked_at(shop):
    (task,) = (each for each in scheduler.TASKS if each.name == "messages.collect")
    task.run(shop.core)
    assert shop.core.jobs.names == ["collect"]
    collecting.step(shop.core, shop.account_id)
    task.run(shop.core)
    assert shop.core.jobs.names == ["collect"]
    shop.pass_time(minutes=4)
    shop.recording.returns = None
    task.run(shop.core)
    assert shop.core.jobs.names == ["collect"], "there is no mailbox any more"


def test_two_workers_never_read_one_mailbox(shop, monkeypatch):
    _, (token,) = sent(shop, "kim")
    seen, keep = [], returns.keep

    def meanwhile(*args, **values):
        seen.append(collecting.due(shop.core, shop.now))
        shop.recording.returns = ConfigError("This is not to be read twice.")
        seen.append(collecting.step(shop.core, shop.account_id))
        return keep(*args, **values)

    monkeypatch.setattr(returns, "keep", meanwhile)
    come_back(shop, token, BOUNCE)
    assert seen == [[], False]
    assert collecting.of_account(shop.core, shop.account_id).problem is None


def test_a_message_that_nobody_tried_waits_without_an_attempt_and_not_for_ever(shop, monkeypatch):
    monkeypatch.setattr(retries, "LONGEST_HELD", timedelta(hours=5))
    shop.recording.answer = lambda batch: [Receipt.hold("slowed", after=3_600)]
    campaign, _ = sent(shop, "kim")
    for _ in range(5):
        (message,) = messages(shop)
        assert (message.state, message.attempts, message.sent_at) == ("due", 0, None)
        shop.pass_time(hours=1)
        shop.work()
    assert shop.states(campaign) == {"failed": 1}
    assert shop.reasons(campaign) == {"slowed": 1}
