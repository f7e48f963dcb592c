"""Saved segments: names, versions, what uses them."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from growthcore.api import InvalidInput
from growthcore.operators.models import AuditEntry
from growthcore.segments import saved
from growthcore.segments.models import Segment
from growthcore.testing.factories import make_customer, make_event

LOGGED_IN = {"condition": "event_count", "params": {"event": "login"}}
BOUGHT = {"condition": "event_count", "params": {"event": "purchase"}}


@pytest.fixture
def shop(make_core, database):
    return make_core(database)


def within(segment_id):
    return {"all": [{"condition": "in_segment", "params": {"segment_id": segment_id}}]}


def create(core, name="VIP", definition=LOGGED_IN, **told):
    with core.db.unit() as session:
        return saved.create(core, session, name, definition, actor="test", **told)


def change(core, segment, **told):
    with core.db.unit() as session:
        return saved.change(core, session, segment.id, actor="test", **told)


def delete(core, segment, used=()):
    with core.db.unit() as session:
        saved.delete(core, session, segment.id, usage=lambda *_: used, actor="test")


def errors(function, *args, **kwargs):
    with pytest.raises(InvalidInput) as refused:
        function(*args, **kwargs)
    return refused.value.errors


def test_a_segment_is_saved_as_it_was_given(shop, clock):
    made = create(shop, " 재방문 ", description="지난주")
    with shop.db.read() as session:
        found = saved.get(session, made.id)
    assert (found.name, found.description, found.version) == ("재방문", "지난주", 1)
    assert (found.definition, found.created_at, found.count) == (LOGGED_IN, clock.now(), None)


def test_a_name_belongs_to_one_segment(shop):
    create(shop, "VIP")
    assert errors(create, shop, "VIP ") == {
        "name": "Another segment is called 'VIP'; choose another name."
    }
    other = create(shop, "other")
    assert list(errors(change, shop, other, version=1, name="VIP")) == ["name"]
    assert change(shop, other, version=1, name="other").version == 2


def test_everything_wrong_is_told_at_once(shop):
    wrong = {"all": [{"condition": "nothing"}]}
    found = errors(create, shop, "", wrong, description="x" * 1_001)
    assert set(found) == {"name", "description", "definition.all[0].condition"}
    assert list(errors(create, shop, "x", {})) == ["definition"]


def test_a_change_makes_a_new_version_and_forgets_the_old_count(shop, clock):
    segment = create(shop)
    with shop.db.unit() as session:
        saved.recount(shop, session, segment.id)
    clock.at += timedelta(hours=1)
    changed = change(shop, segment, version=1, description="new")
    assert (changed.version, changed.count, changed.changed_at) == (2, 0, clock.now())
    changed = change(shop, segment, version=2, definition=BOUGHT)
    assert (changed.version, changed.count, changed.definition) == (3, None, BOUGHT)


def test_of_two_who_change_at_once_the_second_is_told(shop):
    segment = create(shop)
    change(shop, segment, version=1, name="first")
    assert "Somebody else changed" in errors(change, shop, segment, version=1, name="2")["version"]
    with shop.db.read() as session:
        assert saved.get(session, segment.id).name == "first"


def test_a_change_that_makes_a_segment_contain_itself_is_refused(shop):
    first = create(shop, "first")
    second = create(shop, "second", within(first.id))
    found = errors(change, shop, first, version=1, definition=within(second.id))
    assert list(found) == ["definition.all[0].params.segment_id"]
    assert "would contain itself" in found["definition.all[0].params.segment_id"]


def test_a_count_is_kept_for_lists(shop, clock):
    segment = create(shop)
    with shop.db.unit() as session:
        make_event(session, "login", customer=make_customer(session))
        assert saved.recount(shop, session, segment.id) == 1
    with shop.db.read() as session:
        found = saved.get(session, segment.id)
    assert (found.count, found.counted_at, found.version) == (1, clock.now(), 1)


def test_segments_are_listed_newest_first_and_archived_ones_apart(shop):
    first, second, third = (create(shop, name) for name in "abc")
    with shop.db.unit() as session:
        saved.archive(shop, session, second.id, actor="test")
    with shop.db.read() as session:
        assert [each.id for each in saved.page(session)] == [third.id, first.id]
        assert [each.id for each in saved.page(session, after=third.id)] == [first.id]
        assert [each.id for each in saved.page(session, archived=True)] == [second.id]
    with shop.db.unit() as session:
        saved.archive(shop, session, second.id, archived=False, actor="test")
    with shop.db.read() as session:
        assert len(saved.page(session)) == 3


def test_a_segment_in_use_is_not_deleted(shop):
    segment = create(shop)
    part_of = create(shop, "whole", within(segment.id))
    text = errors(delete, shop, segment, ["campaign 3 '재구매'"])["segment_id"]
    assert f"used by segment {part_of.id} 'whole', campaign 3 '재구매'" in text
    delete(shop, part_of)
    delete(shop, segment)
    with shop.db.read() as session:
        assert session.scalars(select(Segment.id)).all() == []


def test_a_segment_that_is_not_there_is_refused(shop):
    with shop.db.read() as session:
        assert errors(saved.get, session, 9) == {"segment_id": "There is no segment 9."}


def test_every_change_is_in_the_audit_log(shop):
    segment = create(shop)
    change(shop, segment, version=1, name="new")
    with shop.db.unit() as session:
        saved.archive(shop, session, segment.id, actor="test")
    delete(shop, segment)
    with shop.db.read() as session:
        actions = session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all()
    assert actions == [f"segment.{what}" for what in ("created", "changed", "archived", "deleted")]
