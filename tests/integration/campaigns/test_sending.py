"""Campaigns from launch to receipt."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from growthcore.api import ConfigError, InvalidInput, Receipt, RetryableError
from growthcore.campaigns import drafts, service
from growthcore.testing import recording


def test_what_a_worker_held_while_its_campaign_was_cancelled_ends_too(each_shop):
    shop = each_shop
    shop.customers("kim", "lee")

    def cancelling(batch):
        with shop.core.db.unit() as session:
            service.cancel(shop.core, session, campaign, actor="test")
        return [Receipt.retry("deferred") for _ in batch]

    shop.recording.answer = cancelling
    campaign = shop.launch()
    shop.work()
    assert shop.states(campaign) == {"suppressed": 2}
    assert shop.reasons(campaign) == {"cancelled": 2}


def test_everyone_in_the_audience_gets_exactly_one_message(each_shop):
    shop = each_shop
    shop.customers("kim", "lee", "park")
    campaign = shop.launch()
    shop.work()
    shop.work()
    assert sorted(shop.recording.addresses) == [
        "kim@example.com", "lee@example.com", "park@example.com",
    ]  # fmt: skip
    assert shop.states(campaign) == {"sent": 3}
    assert shop.campaign(campaign).state == "completed"


def test_variables_are_each_recipients_own(shop):
    shop.customers("kim", "lee")
    shop.launch()
    shop.work()
    assert {m.address[:3]: m.rendered["body"] for m in shop.recording.messages} == {
        "kim": "안녕하세요 kim님",
        "lee": "안녕하세요 lee님",
    }


def test_what_can_not_be_laid_out_costs_that_message_alone(shop, monkeypatch):
    compiled = recording._compiled

    def breaking(content):
        made = compiled(content)

        def render(context):
            if context.values["NAME"] in ("lee", "park"):
                raise RuntimeError("broken")
            return made.render(context)

        return replace(made, render=render)

    monkeypatch.setattr(recording, "_compiled", breaking)
    shop.customers("kim", "lee", "moon", "park", "yoon")
    campaign = shop.launch()
    shop.work()
    assert [address[:3] for address in sorted(shop.recording.addresses)] == ["kim", "moo", "yoo"]
    assert shop.states(campaign) == {"sent": 3, "suppressed": 2}
    assert shop.reasons(campaign) == {"render_failed": 2}


def test_who_did_not_consent_gets_no_advertising_and_the_sum_still_holds(shop):
    shop.customers("kim")
    shop.customers("lee", consent_to=None)
    campaign = shop.launch()
    shop.work()
    assert shop.recording.addresses == ["kim@example.com"]
    assert shop.states(campaign) == {"sent": 1, "suppressed": 1}
    assert shop.reasons(campaign) == {"no_consent": 1}


def test_informational_messages_need_no_consent(shop):
    shop.customers("kim", consent_to=None)
    campaign = shop.launch(message_class="informational")
    shop.work()
    assert shop.states(campaign) == {"sent": 1}


def test_at_night_everything_waits_for_eight_in_the_morning(shop):
    shop.customers("kim")
    shop.pass_time(hours=12)
    campaign = shop.launch()
    shop.work()
    assert shop.states(campaign) == {"due": 1}
    assert shop.reasons(campaign) == {"quiet_hours": 1}
    shop.pass_time(hours=9, minutes=59)
    shop.work()
    assert shop.recording.addresses == []
    shop.pass_time(minutes=1)
    shop.work()
    assert shop.recording.addresses == ["kim@example.com"]


def test_the_cooldown_defers_the_second_campaign_to_its_end(shop):
    shop.customers("kim")
    shop.launch()
    shop.work()
    second = shop.launch()
    shop.work()
    assert shop.reasons(second) == {"cooldown": 1}
    shop.pass_time(hours=24)
    shop.work()
    assert len(shop.recording.addresses) == 2


def test_a_message_past_its_use_is_not_sent(shop):
    shop.customers("kim")
    shop.launch()
    shop.work()
    second = shop.launch(delivery={"kind": "once", "useful_for": {"hours": 2}})
    shop.work()
    assert shop.states(second) == {"suppressed": 1}
    assert shop.reasons(second) == {"cooldown": 1}


def test_pausing_holds_the_rest_and_resuming_sends_only_what_was_not_sent(shop):
    shop.customers(*(f"c{n}" for n in range(250)))
    campaign = shop.create()

    def pause_after_the_first_batch(batch):
        with shop.core.db.unit() as session:
            service.pause(shop.core, session, campaign, actor="test")
        return [Receipt.accepted() for _ in batch]

    shop.recording.answer = pause_after_the_first_batch
    shop.launch(campaign)
    shop.work()
    assert shop.states(campaign) == {"sent": 100, "due": 150}
    shop.recording.answer = lambda batch: [Receipt.accepted() for _ in batch]
    with shop.core.db.unit() as session:
        service.resume(shop.core, session, campaign, actor="test")
    shop.work()
    assert shop.states(campaign) == {"sent": 250}
    assert len(set(shop.recording.addresses)) == len(shop.recording.addresses) == 250


def test_cancelling_ends_what_waits(shop):
    shop.customers("kim")
    shop.pass_time(hours=12)
    campaign = shop.launch()
    shop.work()
    with shop.core.db.unit() as session:
        assert service.cancel(shop.core, session, campaign, actor="test") == 1
    assert shop.reasons(campaign) == {"cancelled": 1}


def test_an_unknown_variable_blocks_saving_and_a_near_one_is_suggested(shop):
    with pytest.raises(InvalidInput, match=r"NAME") as caught:
        shop.create(content={"body": "#{NMAE}"})
    assert "Did you mean" in str(caught.value)


def test_a_customer_without_the_value_is_left_out_and_the_others_are_not(shop):
    shop.customers("kim")
    with shop.core.db.unit() as session:
        from growthcore.customers import service as customers
        from growthcore.customers.profiles import Profile

        customers.upsert(
            session,
            [Profile(external_id="kim", attributes={"grade": "VIP"})],
            now=shop.now,
        )
    shop.customers("lee")
    campaign = shop.launch(content={"body": "#{GRADE}"})
    shop.work()
    assert shop.recording.addresses == ["kim@example.com"]
    assert shop.reasons(campaign) == {"variable_missing": 1}


def test_a_launched_campaign_can_not_be_edited(shop):
    campaign = shop.launch()
    with shop.core.db.unit() as session, pytest.raises(InvalidInput, match="Duplicate"):
        drafts.save(shop.core, session, campaign, {"name": "x"}, actor="test")


def test_a_campaign_of_another_shape_is_refused_with_the_path(shop):
    with pytest.raises(InvalidInput) as caught:
        shop.create(
            audience={"all": [{"condition": "event_count", "params": {"evnt": "purchase"}}]}
        )
    assert any(path.startswith("audience.all[0]") for path in caught.value.errors)


def test_an_account_that_can_not_work_pauses_the_campaign_and_nothing_is_lost(shop):
    shop.customers("kim")

    def broken(batch):
        raise ConfigError("The password is wrong; enter it again.")

    shop.recording.answer = broken
    campaign = shop.launch()
    shop.work()
    assert shop.campaign(campaign).state == "paused"
    assert "password" in shop.campaign(campaign).message
    assert shop.states(campaign) == {"due": 1}


def test_a_server_that_can_not_be_reached_is_tried_again_later(shop):
    shop.customers("kim")
    answers = [RetryableError("down", after=30), None]

    def flaky(batch):
        if answer := answers.pop(0):
            raise answer
        return [Receipt.accepted() for _ in batch]

    shop.recording.answer = flaky
    campaign = shop.launch()
    shop.work()
    assert shop.states(campaign) == {"due": 1}
    shop.pass_time(minutes=2)
    shop.work()
    assert shop.states(campaign) == {"sent": 1}


@pytest.mark.parametrize(
    "answer",
    [
        lambda batch: 1 / 0,
        lambda batch: [],
        lambda batch: ["accepted"] * len(batch),
    ],
    ids=["raises", "too few receipts", "no receipts"],
)
def test_a_channel_that_breaks_while_sending_leaves_the_batch_uncertain_never_resent(shop, answer):
    shop.customers("kim", "lee")
    shop.recording.answer = answer
    campaign = shop.launch()
    shop.work()
    shop.pass_time(days=1)
    shop.work()
    assert shop.states(campaign) == {"uncertain": 2}
    assert len(shop.recording.messages) == 2


def test_a_refused_recipient_does_not_cost_the_others_anything(shop):
    shop.customers("kim", "lee", "park")
    shop.recording.answer = lambda batch: [
        Receipt.rejected("mailbox_unknown") if m.address.startswith("lee") else Receipt.accepted()
        for m in batch
    ]
    campaign = shop.launch()
    shop.work()
    assert shop.states(campaign) == {"sent": 2, "failed": 1}
    assert shop.reasons(campaign) == {"mailbox_unknown": 1}


def test_the_provider_is_asked_about_uncertain_messages(shop):
    from growthcore.campaigns import outcomes

    shop.customers("kim")
    shop.recording.answer = lambda batch: [Receipt.uncertain("lost") for _ in batch]
    campaign = shop.launch()
    shop.work()
    (message,) = shop.recording.messages
    shop.recording.settles = {message.reference: Receipt.accepted("p-1")}
    assert outcomes.settle(shop.core) == 1
    assert shop.states(campaign) == {"sent": 1}


def test_a_stream_of_failures_pauses_the_campaign(shop):
    shop.customers(*(f"c{n}" for n in range(450)))
    shop.recording.answer = lambda batch: [Receipt.rejected("spam") for _ in batch]
    campaign = shop.launch()
    shop.work()
    assert shop.campaign(campaign).state == "paused"
    assert "spam" in shop.campaign(campaign).message


def test_a_scheduled_campaign_starts_at_its_time(shop):
    shop.customers("kim")
    campaign = shop.create()
    with shop.core.db.unit() as session:
        service.launch(
            shop.core, session, campaign, actor="test", at=shop.now + timedelta(minutes=30)
        )
    shop.work()
    assert shop.recording.addresses == []
    shop.pass_time(minutes=30)
    shop.work()
    assert shop.recording.addresses == ["kim@example.com"]


def test_a_scheduled_campaign_more_than_an_hour_late_asks_first(shop):
    shop.customers("kim")
    campaign = shop.create()
    with shop.core.db.unit() as session:
        service.launch(
            shop.core, session, campaign, actor="test", at=shop.now + timedelta(minutes=30)
        )
    shop.pass_time(hours=2)
    shop.work()
    assert shop.campaign(campaign).state == "paused"
    assert shop.recording.addresses == []


def test_two_messages_to_one_customer_in_one_batch_respect_the_cooldown(shop):
    shop.customers("kim")
    campaign = shop.launch(
        audience=None,
        delivery={
            "kind": "triggered",
            "trigger": {"id": "event", "params": {"event": "view_item", "key": "event"}},
        },
    )
    shop.happens("view_item", "kim", product="p1")
    shop.happens("view_item", "kim", product="p2")
    shop.work()
    assert len(shop.recording.messages) == 1
    assert shop.states(campaign) == {"sent": 1, "due": 1}
