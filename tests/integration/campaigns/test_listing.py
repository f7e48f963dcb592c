"""Campaigns as lists and figures show them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import event

from growthcore.analytics import overview
from growthcore.api import Receipt
from growthcore.campaigns import listing, service
from growthcore.campaigns.pace import pace
from growthcore.messaging import recipients
from growthcore.messaging.states import State


def find(shop, **asked):
    with shop.core.db.read() as session:
        found = listing.find(session, **asked)
    return [campaign.name for campaign in found.items], found.total


def named(shop, *names):
    for name in names:
        with shop.core.db.unit() as session:
            service.create(shop.core, session, name, shop.definition(), actor="test")
        shop.pass_time(minutes=1)


def queries(core):
    """The selects that are made from now on."""
    made = []

    def note(connection, cursor, statement, *rest):
        if statement.startswith("SELECT"):
            made.append(statement)

    event.listen(core.db.engine, "before_cursor_execute", note)
    return made


def test_campaigns_are_found_by_a_part_of_their_name_the_newest_first(each_shop):
    named(each_shop, "여름 세일", "신상품", "겨울 세일")
    assert find(each_shop) == (["겨울 세일", "신상품", "여름 세일"], 3)
    assert find(each_shop, q="세일") == (["겨울 세일", "여름 세일"], 2)
    assert find(each_shop, q="%") == ([], 0)


def test_a_page_tells_how_many_there_are_in_all(each_shop):
    named(each_shop, "a", "b", "c")
    assert find(each_shop, sort="name", descending=False, offset=1, limit=1) == (["b"], 3)


def test_campaigns_are_narrowed_by_state_and_kind(each_shop):
    named(each_shop, "draft")
    each_shop.launch()
    assert find(each_shop, state="draft") == (["draft"], 1)
    assert find(each_shop, state="running", kind="triggered") == ([], 0)


@pytest.mark.parametrize("sort", listing.SORTS)
def test_every_sort_has_an_order(each_shop, sort):
    named(each_shop, "a", "b")
    each_shop.launch()
    rising, _ = find(each_shop, sort=sort, descending=False)
    falling, _ = find(each_shop, sort=sort)
    assert sorted(rising) == sorted(falling)


def test_the_figures_of_many_campaigns_take_as_many_queries_as_those_of_one(each_shop):
    shop = each_shop
    shop.policy("cooldown", enabled=False)
    shop.customers("kim", "lee")
    shop.customers("park", consent_to=None)
    ids = [shop.launch() for _ in range(3)]
    shop.work()
    counted = queries(shop.core)
    with shop.core.db.read() as session:
        one = overview.figures(session, ids[:1])
        alone = len(counted)
        every = overview.figures(session, ids)
    assert len(counted) == 2 * alone
    assert one[ids[0]] == every[ids[0]]
    assert (every[ids[2]].sent, every[ids[2]].suppressed, every[ids[2]].targets) == (2, 1, 3)
    assert every[ids[2]].success_rate == "100.0"


def test_the_figures_of_none_are_none(each_shop):
    with each_shop.core.db.read() as session:
        assert overview.figures(session, []) == {}
        assert overview.summary(session) == overview.Summary(
            running=0, reached=0, conversion_rate=None
        )


def test_the_summary_counts_each_customer_once(each_shop):
    shop = each_shop
    shop.policy("cooldown", enabled=False)
    shop.customers("kim")
    trigger = {"id": "event", "params": {"event": "sign_up"}}
    for _ in range(2):
        shop.launch(delivery={"kind": "triggered", "trigger": trigger}, audience=None)
    shop.happens("sign_up", "kim")
    shop.work()
    assert len(shop.recording.addresses) == 2
    with shop.core.db.read() as session:
        found = overview.summary(session)
    assert (found.running, found.reached, found.conversion_rate) == (2, 1, "0.0")


def test_recipients_are_paged_and_narrowed_by_state_and_reason(each_shop):
    shop = each_shop
    shop.customers("kim", "lee")
    shop.customers("park", consent_to=None)
    campaign = shop.launch()
    shop.work()
    with shop.core.db.read() as session:
        every = recipients.page(session, campaign, limit=2)
        sent = recipients.page(session, campaign, states=[State.SENT])
        refused = recipients.page(session, campaign, reason="no_consent")
    assert (len(every.items), every.total, sent.total) == (2, 3, 2)
    assert [each.customer.name for each in refused.items] == ["park"]


def standing_pace(shop, campaign):
    with shop.core.db.read() as session:
        return pace(session, service.get(session, campaign), shop.now)


def test_a_campaign_just_launched_is_gathering_its_audience(shop):
    shop.customers("kim")
    found = standing_pace(shop, shop.launch())
    assert (found.gathering, found.done, found.total, found.eta) == (True, 0, 0, None)


def test_the_pace_of_what_was_sent_tells_how_long_the_rest_takes(each_shop):
    shop = each_shop
    shop.customers("kim", "lee", "park")

    def slowly(batch):
        shop.pass_time(seconds=10)
        return [Receipt.accepted() for _ in batch]

    shop.recording.answer = slowly
    campaign = shop.launch()
    shop.work()
    assert standing_pace(shop, campaign).done == 3
    with shop.core.db.unit() as session:
        row = session.scalars(recipients.select(recipients.Message)).first()
        row.state, row.finished_at = State.DUE, None
        service.get(session, campaign).state = "running"
    shop.pass_time(seconds=20)
    found = standing_pace(shop, campaign)
    assert (found.done, found.total, found.eta) == (2, 3, timedelta(seconds=10))


def test_what_the_night_holds_has_no_pace_but_a_time(shop):
    shop.customers("kim")
    shop.pass_time(hours=12)
    campaign = shop.launch()
    shop.work()
    found = standing_pace(shop, campaign)
    assert found.eta is None
    assert found.held_until == shop.now + timedelta(hours=10)
