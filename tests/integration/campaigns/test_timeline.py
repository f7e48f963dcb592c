"""What happened to one customer, merged by time and read page by page."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from growthcore.analytics.timeline import KINDS, Place, timeline
from growthcore.messaging import engagement
from growthcore.messaging.models import Message


def entries(shop, customer_id, **asked):
    with shop.core.db.read() as session:
        return timeline(session, customer_id, **asked)


@pytest.fixture
def lived(each_shop):
    """A customer with a visit, a message that was opened, and a purchase, two minutes apart."""
    (customer_id,) = each_shop.customers("kim")
    each_shop.happens("view_item", "kim", product="P1")
    each_shop.pass_time(minutes=2)
    each_shop.launch()
    each_shop.work()
    each_shop.pass_time(minutes=2)
    with each_shop.core.db.unit() as session:
        message = session.scalars(select(Message)).one()
        seen = engagement.Evidence(at=each_shop.now, user_agent="Mozilla/5.0 (Windows NT 10.0)")
        engagement.record(session, message.id, "open", seen)
    each_shop.pass_time(minutes=2)
    each_shop.happens("purchase", "kim", product="P1", order="A1", value=1000)
    return each_shop, customer_id


def told(found):
    return [
        each.event.name
        if each.event
        else (each.engagement.kind if each.engagement else each.message.state)
        for each in found.entries
    ]


def test_events_messages_and_engagements_come_newest_first(lived):
    shop, customer_id = lived
    found = entries(shop, customer_id)
    assert told(found) == ["purchase", "open", "sent", "view_item"]
    assert found.more is None
    assert found.products["P1"].name == "P1"
    assert found.entries[1].campaign.name == "campaign"


def test_only_one_kind_is_told_when_asked(lived):
    shop, customer_id = lived
    assert told(entries(shop, customer_id, kinds=KINDS["messages"])) == ["open", "sent"]
    assert told(entries(shop, customer_id, kinds=KINDS["events"])) == ["purchase", "view_item"]


def test_pages_join_without_a_gap_or_a_repeat(lived):
    shop, customer_id = lived
    for _ in range(4):  # at one instant with a message that is made at once
        shop.happens("page_view", "kim")
    shop.launch()
    shop.work()
    whole = [each.place for each in entries(shop, customer_id).entries]
    joined, before = [], None
    while True:
        page = entries(shop, customer_id, before=before, limit=2)
        joined += [each.place for each in page.entries]
        if page.more is None:
            break
        before = Place.read(str(page.more))
    assert joined == whole
    assert len(whole) == 9


@pytest.mark.parametrize("text", ["", "x", "1-4-1", "-1-1-1", "9" * 17 + "-1-1"])
def test_what_is_no_place_is_none_or_far_off(text):
    found = Place.read(text)
    assert found is None or found.at.year > 2000


def test_another_customers_life_is_not_told(lived):
    shop, _ = lived
    (other,) = shop.customers("lee")
    assert entries(shop, other).entries == []
