"""The law's night, caps and priority at the moment of sending."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select

from growthcore.api import InvalidInput
from growthcore.campaigns import enrolment, ranking, sending, service, why
from growthcore.customers import consent
from growthcore.messaging import priorities
from growthcore.messaging.models import LEDGER
from growthcore.testing.recording import Recording, accept

SEOUL = ZoneInfo("Asia/Seoul")
BOUGHT = {
    "kind": "triggered",
    "trigger": {"id": "event", "params": {"event": "purchase"}},
    "delay": {"hours": 3},
}
VISITED = {"kind": "triggered", "trigger": {"id": "event", "params": {"event": "visit"}}}


@pytest.fixture
def recording():
    return Recording(medium="sms")


def seoul(text):
    return datetime.fromisoformat(text).replace(tzinfo=SEOUL)


def order(shop, *campaigns):
    with shop.core.db.unit() as session:
        ranking.change(
            session,
            campaigns,
            version=priorities.version(session),
            actor="test",
            now=shop.now,
        )


def competing(shop, *, useful_for=None):
    """A reminder three hours after a purchase, ranked above a newsletter for those who visit."""
    high = shop.launch(delivery=BOUGHT, audience=None)
    low = shop.launch(delivery=VISITED | ({"useful_for": useful_for} if useful_for else {}))
    order(shop, high, low)
    (customer,) = shop.customers("kim", consent_to="sms")
    shop.happens("purchase", "kim")
    shop.work()
    shop.happens("visit", "kim")
    shop.work()
    return high, low, customer


def test_the_higher_campaign_takes_the_slot_and_the_lower_one_goes_when_it_fits(each_shop):
    high, low, _customer = competing(each_shop)
    began = each_shop.now
    assert each_shop.reasons(low) == {f"priority:{high}": 1}
    each_shop.pass_time(hours=3)
    each_shop.work()
    assert (each_shop.states(high), each_shop.states(low)) == ({"sent": 1}, {"due": 1})
    # 13:00 and a day is the reminder's; the newsletter fits right after.
    each_shop.core.clock.at = began + timedelta(hours=27)
    each_shop.work()
    assert each_shop.states(low) == {"sent": 1}
    (held,) = each_shop.standing(low).held(["cooldown"])
    assert (held.winner, held.deferred, held.waiting, held.suppressed) == (high, 1, 0, 0)


def test_past_its_latest_time_the_lower_one_ends_with_the_winners_id(shop):
    high, low, _customer = competing(shop, useful_for={"hours": 12})
    assert shop.states(low) == {"suppressed": 1}
    (held,) = shop.standing(low).held([])
    assert (held.winner, held.suppressed) == (high, 1)


def test_a_slot_that_is_not_used_after_all_is_free_at_once(each_shop):
    shop = each_shop
    high, low, customer = competing(shop)
    with shop.core.db.unit() as session:
        consent.record(
            session, customer, channel="sms", purpose="advertising", granted=False,
            at=shop.now, source="test",
        )  # fmt: skip
    shop.pass_time(hours=3)
    shop.work()
    with shop.core.db.unit() as session:
        consent.record(
            session, customer, channel="sms", purpose="advertising", granted=True,
            at=shop.now, source="test",
        )  # fmt: skip
    assert shop.states(high) == {"suppressed": 1}
    shop.work()
    assert shop.states(low) == {"sent": 1}


def test_cancelling_the_winner_frees_what_waits_behind_it(shop):
    high, low, _customer = competing(shop)
    with shop.core.db.unit() as session:
        service.cancel(shop.core, session, high, actor="test")
    shop.work()
    assert shop.states(low) == {"sent": 1}


def test_nobody_waits_for_a_message_that_consent_keeps_from_going(shop):
    high = shop.launch(delivery=BOUGHT, audience=None)
    low = shop.launch(delivery=VISITED, message_class="informational")
    order(shop, high, low)
    shop.customers("kim", consent_to=None)
    for event in ("purchase", "visit"):
        shop.happens(event, "kim")
        shop.work()
    assert shop.states(low) == {"sent": 1}


def test_why_tells_who_goes_first_and_when(shop):
    high, low, customer = competing(shop)
    with shop.core.db.read() as session:
        found = why.explain(shop.core, session, low, customer)
    step = found.steps[-1]
    assert not step.passed
    assert step.seen.en == f"campaign {high} goes first; held until 2026-03-03 13:00"
    with shop.core.db.read() as session:
        assert why.explain(shop.core, session, high, customer).steps[-1].passed


def test_informational_messages_skip_the_cooldown_once_the_shop_says_so(shop):
    shop.customers("kim", consent_to="sms")
    shop.launch()
    shop.work()
    notice = shop.launch(message_class="informational")
    shop.work()
    assert shop.states(notice) == {"due": 1}
    shop.policy("cooldown", informational="free")
    another = shop.launch(message_class="informational")
    shop.work()
    assert shop.states(another) == {"sent": 1}


def test_at_night_only_who_consented_to_that_gets_advertising_whatever_is_switched_off(shop):
    shop.no_policies()
    shop.customers("day", consent_to="sms")
    (night_owl,) = shop.customers("owl", consent_to="sms")
    with shop.core.db.unit() as session:
        consent.record(
            session, night_owl, channel="sms", purpose="night", granted=True,
            at=shop.now, source="test",
        )  # fmt: skip
    shop.core.clock.at = seoul("2026-03-02T23:00:00")
    campaign = shop.launch()
    shop.work()
    assert shop.recording.addresses == ["owl@example.com"]
    assert shop.reasons(campaign) == {"night_ban": 1}
    shop.core.clock.at = seoul("2026-03-03T08:00:00")
    shop.work()
    assert shop.states(campaign) == {"sent": 2}


def test_a_batch_begun_before_nine_stops_at_nine_to_the_message(shop):
    shop.no_policies()
    shop.customers(*(f"c{n}" for n in range(250)), consent_to="sms")
    handed = []

    def slowly(batch):
        for _ in batch:
            handed.append(shop.now)
            shop.pass_time(seconds=2)
        return accept(batch)

    shop.recording.answer = slowly
    shop.core.clock.at = seoul("2026-03-02T20:55:00")
    campaign = shop.launch()
    shop.work()
    assert max(handed) == seoul("2026-03-02T20:59:58")
    assert shop.states(campaign) == {"sent": 150, "due": 100}


CAMPAIGNS, PEOPLE = 16, 4


@pytest.mark.postgres
@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_caps_hold_with_sixteen_workers_at_once(each_shop):
    shop = each_shop
    cap = {"most": 3, "window": {"days": 2}}
    shop.policy("cooldown", pause={"minutes": 0}, caps=[cap])
    shop.customers(*(f"c{n}" for n in range(PEOPLE)), consent_to="sms")
    campaigns = [shop.launch() for _ in range(CAMPAIGNS)]
    for campaign in campaigns:
        enrolment.enrol_audience(shop.core, campaign)
    with ThreadPoolExecutor(CAMPAIGNS) as workers:
        list(workers.map(lambda campaign: sending.send_due(shop.core, campaign), campaigns))
    with shop.core.db.read() as session:
        sent = select(func.count()).where(LEDGER.c.state == "sent").group_by(LEDGER.c.customer_id)
        assert session.scalars(sent).all() == [3] * PEOPLE
        asked = select(LEDGER.c.deferred_for).distinct().where(LEDGER.c.state == "due")
        assert session.scalars(asked).all() == ["cooldown:cap"]


def test_an_order_that_was_changed_meanwhile_is_not_overwritten(each_shop):
    shop = each_shop
    first, second = shop.create(), shop.create()
    with shop.core.db.read() as session:
        seen = ranking.ranking(session)
    assert [each.id for each in seen.campaigns] == [first, second]
    order(shop, second, first)
    with pytest.raises(priorities.Outdated), shop.core.db.unit() as session:
        ranking.change(session, [first, second], version=seen.version, actor="test", now=shop.now)
    with shop.core.db.read() as session:
        assert [each.id for each in ranking.ranking(session).campaigns] == [second, first]


def test_an_order_names_campaigns_that_are_there_and_each_once(shop):
    campaign = shop.create()
    for wrong in ([campaign, campaign], [404]):
        with pytest.raises(InvalidInput, match=r"once|no campaign"):
            order(shop, *wrong)
