"""What becomes of messages after a provider took them."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from growthcore.api import Delivery, Receipt, Report
from growthcore.campaigns import outcomes
from growthcore.messaging import delivery, retries, statistics
from growthcore.messaging.models import Message
from growthcore.testing.recording import Recording
from growthcore.worker import scheduler


@pytest.fixture
def recording():
    return Recording(reports_delivery=True)


def sent(shop, *names):
    shop.customers(*names)
    campaign = shop.launch()
    shop.work()
    return campaign


def message(shop):
    with shop.core.db.read() as session:
        return session.scalars(select(Message)).one()


def test_the_provider_is_asked_until_it_knows(shop):
    sent(shop, "kim")
    (outgoing,) = shop.recording.messages
    assert outcomes.poll(shop.core) == 0
    shop.pass_time(seconds=delivery.DELAYS[0])
    assert outcomes.poll(shop.core) == 1
    assert message(shop).delivery == "awaited"
    arrived = shop.now
    shop.recording.reports = {
        outgoing.reference: Report(delivery=Delivery.DELIVERED, kind="SMS", cost=9, at=arrived)
    }
    shop.pass_time(seconds=delivery.DELAYS[1])
    outcomes.poll(shop.core)
    row = message(shop)
    assert (row.state, row.delivery, row.kind, row.cost) == ("sent", "delivered", "SMS", 9)
    assert row.delivered_at == arrived
    shop.pass_time(days=5)
    assert outcomes.poll(shop.core) == 0


def test_a_provider_is_told_what_it_is_asked_about(shop):
    sent(shop, "kim")
    (outgoing,) = shop.recording.messages
    at = shop.now
    shop.pass_time(minutes=1)
    outcomes.poll(shop.core)
    ((asked,),) = shop.recording.asked
    assert (asked.reference, asked.address) == (outgoing.reference, outgoing.address)
    assert (asked.provider_id, asked.sent_at) == (f"provider-{outgoing.reference}", at)


def test_one_it_never_knows_of_ends_unknown(shop):
    sent(shop, "kim")
    for seconds in delivery.DELAYS:
        shop.pass_time(seconds=seconds)
        assert outcomes.poll(shop.core) == 1
    assert (message(shop).delivery, message(shop).poll_at) == ("unknown", None)


def test_deliveries_are_counted_as_a_rebuild_counts_them(shop):
    campaign = sent(shop, "kim", "lee")
    first, second = (each.reference for each in shop.recording.messages)
    shop.recording.reports = {
        first: Report(delivery=Delivery.DELIVERED),
        second: Report(delivery=Delivery.UNDELIVERED, reason="3019"),
    }
    shop.pass_time(minutes=1)
    outcomes.poll(shop.core)
    assert shop.states(campaign) == {"sent": 2}
    with shop.core.db.read() as session:
        assert not statistics.differences(session)
        counted = statistics.from_rows(session)
    assert sum(n for (_, _, name), n in counted.items() if name == "delivered") == 1
    assert sum(n for (_, _, name), n in counted.items() if name == "undelivered") == 1


def test_an_uncertain_message_that_was_taken_is_asked_about_further(shop):
    shop.recording.answer = lambda batch: [Receipt.uncertain("lost") for _ in batch]
    sent(shop, "kim")
    (outgoing,) = shop.recording.messages
    shop.recording.settles = {outgoing.reference: Receipt.accepted("p-1")}
    shop.recording.reports = {outgoing.reference: Report(delivery=Delivery.DELIVERED)}
    assert outcomes.settle(shop.core) == 1
    assert outcomes.poll(shop.core) == 1
    assert message(shop).delivery == "delivered"


def test_a_message_that_was_refused_is_not_asked_about(shop):
    shop.recording.answer = lambda batch: [Receipt.rejected("mailbox_unknown") for _ in batch]
    sent(shop, "kim")
    shop.pass_time(days=1)
    assert outcomes.poll(shop.core) == 0
    assert message(shop).delivery is None


def uncertain(shop, *names):
    shop.recording.answer = lambda batch: [Receipt.uncertain("lost") for _ in batch]
    return sent(shop, *names)


def test_an_uncertain_message_is_asked_about_until_the_provider_knows(shop):
    campaign = uncertain(shop, "kim")
    assert outcomes.settle(shop.core) == 0
    (outgoing,) = shop.recording.messages
    shop.recording.settles = {outgoing.reference: Receipt.accepted("p-1")}
    assert outcomes.settle(shop.core) == 0, "it was asked a moment ago"
    shop.pass_time(seconds=delivery.DELAYS[1])
    assert outcomes.settle(shop.core) == 1
    assert shop.states(campaign) == {"sent": 1}


def test_uncertain_messages_nobody_can_tell_of_keep_no_other_from_being_asked_about(
    shop, monkeypatch
):
    monkeypatch.setattr(outcomes, "BATCH", 1)
    campaign = uncertain(shop, "kim", "lee")
    last = shop.recording.messages[-1]
    shop.recording.settles = {last.reference: Receipt.accepted("p-2")}
    assert [outcomes.settle(shop.core) for _ in range(2)] == [0, 1]
    assert shop.states(campaign) == {"uncertain": 1, "sent": 1}


def test_the_scheduler_has_an_answer_that_was_lost_asked_about(shop):
    uncertain(shop, "kim")
    (task,) = (each for each in scheduler.TASKS if each.name == "messages.poll")
    task.run(shop.core)
    assert shop.core.jobs.names.count("settle") == 1


def work_again(shop):
    """Once to find that the completed campaign goes on, and once to go on."""
    shop.work()
    shop.work()


def test_what_was_certainly_not_taken_is_sent_again(each_shop):
    shop = each_shop
    campaign = uncertain(shop, "kim")
    (outgoing,) = shop.recording.messages
    shop.recording.settles = {outgoing.reference: Receipt.retry("not_taken", after=0)}
    assert outcomes.settle(shop.core) == 1
    row = message(shop)
    assert (row.state, row.sent_at, row.delivery, row.poll_at) == ("due", None, None, None)
    assert row.due_at > shop.now
    with shop.core.db.read() as session:
        assert not statistics.differences(session)
    shop.recording.answer = lambda batch: [Receipt.accepted("p-2") for _ in batch]
    shop.pass_time(minutes=2)
    work_again(shop)
    assert shop.states(campaign) == {"sent": 1}
    assert shop.campaign(campaign).state == "completed"
    assert [each.reference for each in shop.recording.messages] == [outgoing.reference] * 2
    assert message(shop).provider_id == "p-2"


def test_what_is_never_taken_is_given_up_after_the_last_attempt(each_shop):
    shop = each_shop
    shop.no_policies()
    shop.customers("kim")
    shop.recording.answer = lambda batch: [Receipt.uncertain("lost") for _ in batch]
    campaign = shop.launch(message_class="informational")
    shop.work()
    for delay in (*retries.DELAYS, 0):
        assert shop.states(campaign) == {"uncertain": 1}
        reference = shop.recording.messages[0].reference
        shop.recording.settles = {reference: Receipt.retry("not_taken")}
        outcomes.settle(shop.core)
        shop.pass_time(seconds=delay * 1.2)
        work_again(shop)
    assert shop.states(campaign) == {"failed": 1}
    assert shop.reasons(campaign) == {"not_taken": 1}
    with shop.core.db.read() as session:
        assert not statistics.differences(session)


def test_a_provider_is_asked_with_what_was_handed_over_links_and_all(shop):
    shop.recording.answer = lambda batch: [Receipt.uncertain("lost") for _ in batch]
    shop.customers("kim")
    shop.launch(content={"body": "안녕하세요 #{NAME}님", "link": "https://shop.example/p"})
    shop.work()
    (outgoing,) = shop.recording.messages
    outcomes.settle(shop.core)
    ((asked,),) = shop.recording.asked
    assert asked.rendered == outgoing.rendered
    assert "/t/c/" in asked.rendered["link"]
