"""What the law asks of campaigns: told before the launch, put into every message, kept with it."""

from __future__ import annotations

import pytest

from growthcore.api import InvalidInput, Severity
from growthcore.campaigns import checks, confirmations, preview
from growthcore.customers import service as customers
from growthcore.customers.profiles import Profile
from growthcore.messaging.models import Message
from growthcore.operators import workspace
from growthcore.testing.factories import identify_shop

INFO = "informational"


def findings(shop, **changes):
    campaign = shop.create(**changes)
    with shop.core.db.read() as session:
        found = checks.findings(shop.core, session, shop.campaign(campaign))
    return {(each.code, each.path): each for each in found}


def forget(shop, *settings):
    with shop.core.db.unit() as session:
        changes = dict.fromkeys(settings, "")
        workspace.update(session, changes, now=shop.now, actor="test")


def test_advertising_of_a_shop_that_does_not_say_who_it_is_is_not_launched(shop):
    shop.customers("kim")
    forget(shop, "contact_phone", "postal_address")
    with pytest.raises(InvalidInput) as raised:
        shop.launch()
    assert list(raised.value.errors) == ["shop.contact_phone", "shop.postal_address"]
    assert shop.launch(message_class=INFO)


def test_what_the_shop_no_longer_says_pauses_a_campaign_under_way(shop):
    shop.customers("kim")
    campaign = shop.launch()
    forget(shop, "contact_email")
    shop.work()
    assert shop.campaign(campaign).state == "paused"
    assert "Settings > Shop" in shop.campaign(campaign).message
    assert not shop.recording.messages


def test_every_message_carries_the_notice_and_keeps_the_one_it_was_sent_with(each_shop):
    shop = each_shop
    shop.no_policies()
    (kim,) = shop.customers("kim")
    shop.launch()
    shop.work()
    assert shop.recording.messages[0].rendered["notice"].sender == "그로스샵"
    with shop.core.db.unit() as session:
        identify_shop(session, business_name="새이름")
        (message,) = session.query(Message.id).one()
        parts = shop.definition()
        assert preview.preview(shop.core, session, parts).sender == "새이름"
        assert preview.preview(shop.core, session, parts, kim).sender == "새이름"
        assert preview.as_sent(shop.core, session, message).sender == "그로스샵"


def test_an_informational_message_carries_none_but_is_read_for_advertising(shop):
    shop.customers("kim")
    words = {"body": "<b>특가</b> 안내: 오늘만 최대 30% 쿠폰"}
    found = findings(shop, message_class=INFO, content=words)
    warned = found["reads_like_advertising", "body"]
    assert warned.severity is Severity.WARNING
    assert "특가, 최대 30%, 쿠폰" in warned.text
    assert not findings(shop, message_class=INFO, content={"body": "배송이 시작되었습니다"})
    shop.launch(message_class=INFO, content=words)
    shop.work()
    assert shop.recording.messages[0].rendered["notice"] is None


def test_a_label_in_disguise_blocks_whatever_the_channel(shop):
    found = findings(shop, content={"body": "[광 고] 세일"})
    assert found["label_disguised", "body"].severity is Severity.BLOCKING


def test_consents_of_over_two_years_are_counted_until_a_notice_confirms_them(each_shop):
    shop = each_shop
    shop.no_policies()
    shop.customers("kim", "lee")
    shop.pass_time(days=700)
    shop.customers("new")
    assert not findings(shop)
    shop.pass_time(days=40)
    warned = findings(shop)["consent_overdue", "audience"]
    assert (warned.severity, warned.text[:12]) == (Severity.WARNING, "2 recipients")
    assert not findings(shop, message_class=INFO)
    lee = Profile(external_id="lee", attributes={"vip": True})
    with shop.core.db.unit() as session:
        customers.upsert(session, [lee], now=shop.now)
    only_lee = {
        "condition": "customer_attribute",
        "params": {"attribute": "vip", "operator": "exists"},
    }
    said = {"body": "동의하신 내용: #{CONSENTS}"}
    notice = shop.launch(message_class=INFO, content=said, audience=only_lee)
    with shop.core.db.read() as session:
        assert confirmations.running(shop.core, session) == notice
    shop.work()
    assert shop.campaign(notice).state == "completed"
    assert findings(shop)["consent_overdue", "audience"].text.startswith("1 recipients")


def test_advertising_where_nobody_consented_is_doubtful(shop):
    shop.customers("kim", consent_to=None)
    assert ("nobody_consented", "message_class") in findings(shop)
    shop.customers("lee")
    assert not findings(shop)
