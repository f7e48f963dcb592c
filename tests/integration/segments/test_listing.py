"""Segments as a list, and what a builder can suggest."""

from __future__ import annotations

import pytest
from sqlalchemy import event

from growthcore.campaigns import usage
from growthcore.campaigns.models import Campaign
from growthcore.customers import attributes
from growthcore.segments import saved
from growthcore.testing.factories import make_customer

VIP = {"all": [{"condition": "customer_attribute", "params": {"attribute": "grade", "value": "V"}}]}


@pytest.fixture
def shop(make_core, database):
    return make_core(database)


def add(core, session, *names):
    for name in names:
        saved.create(core, session, name, VIP, actor="test")


def test_segments_are_found_by_text_sorted_and_paged(shop):
    with shop.db.unit() as session:
        add(shop, session, "나 고객", "가 고객", "다 100% 고객", "라")
        found = saved.find(session, "고객", sort="name", descending=False, offset=1, limit=1)
        assert ([each.name for each in found.items], found.total) == (["나 고객"], 3)
        assert saved.find(session, "100%").total == 1
        assert saved.find(session, "%").total == 1


def test_those_never_counted_come_last_whichever_way(shop):
    with shop.db.unit() as session:
        add(shop, session, "a", "b", "c")
        saved.note_count(session, 2, 10, at=shop.clock.now())
        falling = saved.find(session, sort="count", descending=True).items
        assert falling[0].id == 2


def test_a_campaign_is_found_by_a_segment_it_uses_through_another(shop):
    inside = {"condition": "in_segment", "params": {"segment_id": 1}}
    now = shop.clock.now()
    with shop.db.unit() as session:
        add(shop, session, "VIP")
        saved.create(shop, session, "outer", {"all": [inside]}, actor="test")
        audience = {"condition": "in_segment", "params": {"segment_id": 2}}
        session.add(
            Campaign(
                name="c", kind="once", state="completed", definition={"audience": audience},
                created_at=now, changed_at=now,
            )
        )  # fmt: skip
        session.flush()
        used = usage.of_segments(shop, session, [1, 2, 3])
    assert {key: [each.name for each in found] for key, found in used.items()} == {
        1: ["c"],
        2: ["c"],
    }


def test_many_campaigns_of_one_audience_cost_no_more_than_one(shop):
    now, audience = shop.clock.now(), {"condition": "in_segment", "params": {"segment_id": 1}}
    with shop.db.unit() as session:
        add(shop, session, "VIP")
        for number in range(30):
            session.add(
                Campaign(
                    name=f"c{number}", kind="once", state="completed",
                    definition={"audience": audience}, created_at=now, changed_at=now,
                )
            )  # fmt: skip
    asked = []

    def note(*told):
        asked.append(told)

    event.listen(shop.db.engine, "before_cursor_execute", note)
    with shop.db.read() as session:
        used = usage.of_segments(shop, session, [1])
    event.remove(shop.db.engine, "before_cursor_execute", note)
    assert len(used[1]) == 30
    assert len(asked) < 10


def test_the_names_of_attributes_are_told_once_each(shop):
    with shop.db.unit() as session:
        for number in range(3):
            make_customer(
                session, email=f"{number}@example.com", attributes={"grade": "V", "age": 3}
            )
        assert attributes.names(session) == ["age", "grade"]
        assert attributes.names(session, limit=1) == ["age"]
