"""Triggers of time, through the notices about consent that the law asks for."""

from __future__ import annotations

from growthcore.campaigns import timed, why
from growthcore.customers import consent

DELIVERY = {
    "kind": "triggered",
    "trigger": {"id": "consent_changed", "params": {"channel": "email"}},
}


def notices(shop, **delivery):
    return shop.launch(
        message_class="informational",
        audience=None,
        content={"body": "#{MALL_NAME}: #{CONSENT_CHANGE}"},
        delivery=DELIVERY | delivery,
    )


def says(shop, customer_id, granted):
    with shop.core.db.unit() as session:
        consent.record(
            session, customer_id, channel="email", purpose="advertising", granted=granted,
            at=shop.now, source="test",
        )  # fmt: skip


def ask(shop):
    with shop.core.db.read() as session:
        waiting = timed.waiting(shop.core, session)
    new = sum(timed.enrol_due(shop.core, campaign) for campaign in waiting)
    shop.work()
    return new


def bodies(shop):
    return [message.rendered["body"] for message in shop.recording.messages]


def test_whoever_says_something_about_consent_is_told_the_result_once(each_shop):
    shop = each_shop
    (before,) = shop.customers("kim")
    shop.pass_time(minutes=10)
    campaign = notices(shop)
    (lee,) = shop.customers("lee")
    shop.pass_time(minutes=1)
    assert ask(shop) == 1
    assert bodies(shop) == ["그로스샵: 2026-03-02 이메일 광고성 정보 수신 동의"]
    says(shop, before, False)
    shop.pass_time(hours=2)
    assert ask(shop) == 1
    assert bodies(shop)[1:] == ["그로스샵: 2026-03-02 이메일 광고성 정보 수신 거부(동의 철회)"]
    assert ask(shop) == 0
    with shop.core.db.read() as session:
        steps = why.explain(shop.core, session, campaign, lee).steps
    assert all(step.passed for step in steps if "수신에 동의" in step.check.ko)


def test_what_is_told_late_is_found_and_what_was_overturned_is_not_told(shop):
    notices(shop, delay={"hours": 1})
    shop.pass_time(hours=20)
    (kim,) = shop.customers("kim", consent_to=None)
    assert ask(shop) == 0
    shop.core.clock.at, now = shop.now.replace(hour=shop.now.hour - 1), shop.now
    says(shop, kim, True)
    shop.core.clock.at = now
    assert ask(shop) == 1
    says(shop, kim, False)
    shop.pass_time(hours=2)
    ask(shop)
    shop.pass_time(hours=2)
    shop.work()
    assert [body.endswith("거부(동의 철회)") for body in bodies(shop)] == [True]
