"""Which saved segments a customer is in."""

from __future__ import annotations

from growthcore.segments import saved
from growthcore.segments.belonging import belonging
from growthcore.segments.models import Segment
from growthcore.testing.factories import make_customer


def of_grade(grade):
    return {"condition": "customer_attribute", "params": {"attribute": "grade", "value": grade}}


def test_segments_are_told_by_name_without_those_put_away(make_core, database):
    core = make_core(database)
    with core.db.unit() as session:
        kim = make_customer(session, "kim", attributes={"grade": "VIP"}).id
        for name, grade in (("다", "VIP"), ("가", "VIP"), ("나", "GOLD"), ("라", "VIP")):
            made = saved.create(core, session, name, of_grade(grade), actor="test")
        saved.archive(core, session, made.id, actor="test")
        found = belonging(core, session, kim)
    assert [segment.name for segment in found.inside] == ["가", "다"]
    assert found.unknown == []


def test_one_whose_condition_is_gone_can_not_be_told(make_core, database):
    core = make_core(database)
    with core.db.unit() as session:
        kim = make_customer(session, "kim").id
        saved.create(core, session, "가", of_grade("VIP"), actor="test")
        session.query(Segment).one().definition = {"condition": "gone", "params": {}}
        session.flush()
        found = belonging(core, session, kim)
    assert [segment.name for segment in found.unknown] == ["가"]
