"""What campaigns cost: forecast, running sum, and the stop at the budget."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from growthcore.api import Delivery, InvalidInput, Receipt, Report
from growthcore.campaigns import budget, dry_runs, forecast, outcomes, service
from growthcore.messaging import delivery, prices, recovery, statistics
from growthcore.messaging.models import Message
from growthcore.testing.recording import SHORT, Recording


@pytest.fixture
def recording():
    return Recording(reports_delivery=True, kinds=True)


def spent(shop, campaign):
    with shop.core.db.read() as session:
        assert not statistics.differences(session)
        return prices.spent(session, campaign)


def price(shop, **amounts):
    with shop.core.db.unit() as session:
        channel = shop.core.plugins.channels["recording"]
        prices.change(session, shop.account_id, channel, amounts, actor="test", now=shop.now)


def test_messages_cost_what_their_kind_does_at_the_usual_price(each_shop):
    each_shop.customers("kim", "a" * (SHORT + 1))
    campaign = each_shop.launch(content={"body": "#{NAME}"})
    each_shop.work()
    assert spent(each_shop, campaign) == 9 + 27


def test_the_shops_own_prices_come_first(shop):
    price(shop, SHORT=7)
    shop.customers("kim")
    campaign = shop.launch()
    shop.work()
    assert spent(shop, campaign) == 7


@pytest.mark.parametrize("amounts", [{"SHORT": -1}, {"SHORT": 10**8}, {"FAX": 3}])
def test_prices_that_make_no_sense_are_refused(shop, amounts):
    with pytest.raises(InvalidInput):
        price(shop, **amounts)


def test_what_was_refused_costs_nothing_and_what_is_uncertain_does_until_it_is_settled(shop):
    shop.customers("kim", "lee")
    receipts = iter([Receipt.rejected("number_unknown"), Receipt.uncertain("lost")])
    shop.recording.answer = lambda batch: [next(receipts) for _ in batch]
    campaign = shop.launch()
    shop.work()
    assert spent(shop, campaign) == 9
    with shop.core.db.unit() as session:
        (uncertain,) = recovery.uncertain(session)
        recovery.settle(shop.core, session, uncertain.id, "not-sent", actor="test")
    assert spent(shop, campaign) == 0


def test_a_message_that_went_another_way_costs_what_that_does(shop):
    shop.customers("kim")
    campaign = shop.launch()
    shop.work()
    (outgoing,) = shop.recording.messages
    shop.recording.reports = {
        outgoing.reference: Report(delivery=Delivery.DELIVERED, kind="LONG", cost=27)
    }
    shop.pass_time(seconds=delivery.DELAYS[0])
    outcomes.poll(shop.core)
    assert spent(shop, campaign) == 27


def test_a_campaign_stops_at_its_budget_and_goes_on_when_it_is_raised(each_shop):
    shop = each_shop
    shop.customers(*(f"c{n}" for n in range(250)))
    campaign = shop.create()
    with shop.core.db.unit() as session:
        budget.change(shop.core, session, campaign, 9 * 150, actor="test")
    shop.launch(campaign)
    shop.work()
    assert shop.campaign(campaign).state == "paused"
    assert "budget" in shop.campaign(campaign).message
    assert shop.states(campaign) == {"sent": 200, "due": 50}
    with shop.core.db.unit() as session:
        budget.change(shop.core, session, campaign, None, actor="test")
        service.resume(shop.core, session, campaign, actor="test")
    shop.work()
    assert spent(shop, campaign) == 9 * 250


@pytest.mark.parametrize("amount", [0, -5, 10**13])
def test_a_budget_is_a_sum_one_can_spend(shop, amount):
    with shop.core.db.unit() as session, pytest.raises(InvalidInput):
        budget.change(shop.core, session, shop.create(), amount, actor="test")


def test_the_forecast_is_what_is_paid_in_the_end(shop):
    shop.customers(*(f"c{n}" for n in range(30)), *(f"{n:02}" + "a" * SHORT for n in range(10)))
    campaign = shop.create(content={"body": "#{NAME}"})
    with shop.core.db.read() as session:
        found = dry_runs.dry_run(shop.core, session, campaign)
        told = forecast.forecast(shop.core, session, service.get(session, campaign), found)
    assert {line.kind: line.count for line in told.lines} == {"SHORT": 30, "LONG": 10}
    shop.launch(campaign)
    shop.work()
    assert told.total == spent(shop, campaign) == 30 * 9 + 10 * 27


def test_every_message_names_its_kind(shop):
    shop.customers("kim")
    shop.launch()
    shop.work()
    with shop.core.db.read() as session:
        assert session.scalars(select(Message.kind)).all() == ["SHORT"]
