"""Drafts: begun, filled part by part, launched, taken back and removed."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from sqlalchemy import select

from growthcore.api import InvalidInput, MessageClass
from growthcore.campaigns import checks, drafts, lifecycle, service
from growthcore.campaigns.models import Campaign, CampaignRun, CampaignVersion
from growthcore.operators.models import AuditEntry


def start(shop, name="주말 할인", message_class=MessageClass.ADVERTISING):
    with shop.core.db.unit() as session:
        return drafts.start(shop.core, session, name, message_class, actor="1").id


def save(shop, campaign, revision=None, **changes):
    with shop.core.db.unit() as session:
        return drafts.save(shop.core, session, campaign, changes, revision=revision, actor="1")


def filled(shop):
    campaign = start(shop)
    parts = shop.definition()
    save(shop, campaign, **{k: parts[k] for k in ("account_id", "audience", "delivery")})
    save(shop, campaign, content=parts["content"])
    return campaign


def missing(shop, campaign):
    return drafts.missing(shop.campaign(campaign))


def test_a_draft_filled_part_by_part_is_launched_like_any_other(each_shop):
    shop = each_shop
    shop.customers("kim")
    campaign = filled(shop)
    assert missing(shop, campaign) == []
    shop.launch(campaign)
    shop.work()
    assert shop.recording.addresses == ["kim@example.com"]


def test_what_is_missing_is_told_and_keeps_it_from_being_launched(shop):
    campaign = start(shop)
    assert missing(shop, campaign) == ["account_id", "delivery", "content", "audience"]
    with pytest.raises(InvalidInput) as caught:
        shop.launch(campaign)
    assert {"account_id", "content", "delivery"} <= set(caught.value.errors)
    with shop.core.db.read() as session:
        found = checks.findings(shop.core, session, shop.campaign(campaign))
    assert {"account_id", "content", "delivery"} <= {finding.path for finding in found}


def test_a_triggered_draft_needs_no_audience(shop):
    campaign = start(shop)
    delivery = {"kind": "triggered", "trigger": {"id": "cart_abandoned", "params": {}}}
    save(shop, campaign, account_id=shop.account_id, audience=None, delivery=delivery)
    assert missing(shop, campaign) == ["content"]
    assert shop.campaign(campaign).kind == "triggered"


def test_a_part_that_does_not_fit_is_refused_and_the_draft_stays_as_it_was(shop):
    campaign = filled(shop)
    with pytest.raises(InvalidInput, match=r"NMAE.*NAME"):
        save(shop, campaign, content={"body": "#{NMAE}"})
    assert shop.campaign(campaign).definition["content"] == shop.definition()["content"]


def test_another_part_can_be_saved_while_the_message_does_not_fit_any_more(shop):
    campaign = filled(shop)
    with shop.core.db.unit() as session:
        row = service.get(session, campaign)
        row.definition = {**row.definition, "content": {"gone": "field"}}
    save(shop, campaign, name="새 이름")
    assert shop.campaign(campaign).name == "새 이름"


def test_pressing_twice_starts_one_draft(each_shop):
    assert start(each_shop) == start(each_shop)


def test_a_draft_that_was_worked_on_is_not_started_again(shop):
    assert filled(shop) != start(shop)


def test_two_tabs_on_one_part_do_not_overwrite_each_other(shop):
    campaign = filled(shop)
    read = drafts.revision_of(shop.campaign(campaign), "content")
    save(shop, campaign, read, content={"body": "첫 번째"})
    with pytest.raises(drafts.Outdated):
        save(shop, campaign, read, content={"body": "두 번째"})
    assert shop.campaign(campaign).definition["content"] == {"body": "첫 번째"}


def test_two_tabs_on_different_parts_both_count(shop):
    campaign = filled(shop)
    read = drafts.revision_of(shop.campaign(campaign), "name")
    save(shop, campaign, content={"body": "본문"})
    save(shop, campaign, read, name="이름")
    assert shop.campaign(campaign).name == "이름"


def test_a_wished_time_lies_ahead(shop):
    campaign = filled(shop)
    with pytest.raises(InvalidInput, match="past"):
        save(shop, campaign, scheduled_for=shop.now)
    save(shop, campaign, scheduled_for=shop.now + timedelta(hours=1))
    assert shop.campaign(campaign).scheduled_for == shop.now + timedelta(hours=1)


def test_of_two_launches_at_once_one_happens(each_shop):
    shop = each_shop
    campaign = filled(shop)
    together = Barrier(2)

    def press(_):
        together.wait()
        try:
            with shop.core.db.unit() as session:
                service.launch(shop.core, session, campaign, actor="1")
        except InvalidInput:
            return "refused"
        return "launched"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(press, range(2))) == ["launched", "refused"]
    with shop.core.db.read() as session:
        assert len(session.scalars(select(CampaignRun)).all()) == 1


def test_a_schedule_taken_back_is_a_draft_that_is_frozen_anew(each_shop):
    shop = each_shop
    shop.customers("kim")
    campaign = filled(shop)
    with shop.core.db.unit() as session:
        at = shop.now + timedelta(hours=1)
        service.launch(shop.core, session, campaign, actor="1", at=at)
    with shop.core.db.unit() as session:
        service.unschedule(shop.core, session, campaign, actor="1")
        assert session.scalars(select(CampaignVersion)).all() == []
    assert shop.campaign(campaign).state == lifecycle.State.DRAFT
    save(shop, campaign, content={"body": "고친 본문"}, scheduled_for=None)
    shop.launch(campaign)
    shop.work()
    assert shop.recording.messages[0].rendered["body"] == "고친 본문"


def test_a_campaign_in_force_can_not_be_taken_back(shop):
    campaign = shop.launch()
    with shop.core.db.unit() as session, pytest.raises(InvalidInput, match="can't become draft"):
        service.unschedule(shop.core, session, campaign, actor="1")


def test_a_draft_can_be_removed_and_the_audit_log_says_who_did(each_shop):
    campaign = start(each_shop)
    with each_shop.core.db.unit() as session:
        drafts.delete(each_shop.core, session, campaign, actor="7")
    with each_shop.core.db.read() as session:
        assert session.get(Campaign, campaign) is None
        last = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert (last.action, last.actor) == ("campaign.deleted", "7")


def test_a_launched_campaign_is_neither_changed_nor_removed(shop):
    campaign = shop.launch()
    with pytest.raises(drafts.NotDraft):
        save(shop, campaign, name="x")
    with shop.core.db.unit() as session, pytest.raises(drafts.NotDraft):
        drafts.delete(shop.core, session, campaign, actor="1")


def test_an_incomplete_draft_can_be_duplicated(shop):
    campaign = start(shop)
    with shop.core.db.unit() as session:
        copy = service.duplicate(shop.core, session, campaign, actor="1")
    assert (copy.name, copy.state) == ("주말 할인 사본", lifecycle.State.DRAFT)


def test_an_account_switched_off_is_a_finding_in_its_own_words(shop):
    campaign = filled(shop)
    with shop.core.db.unit() as session:
        shop.core.accounts.switch(session, shop.account_id, enabled=False, actor="1")
    with shop.core.db.read() as session:
        (found,) = checks.findings(shop.core, session, shop.campaign(campaign))
    assert found.path == "account_id"
    assert "switched off" in found.text
