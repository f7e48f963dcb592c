"""The conditions that ship keep the contract of conditions, on SQLite and on PostgreSQL."""

from growthcore.segments.models import Segment
from growthcore.testing.conditions import condition_conformance
from growthcore.testing.values import START
from growthcore_segment_consent.condition import ConsentGiven
from growthcore_segment_customer_attribute.condition import CustomerAttribute
from growthcore_segment_event_count.condition import EventCount
from growthcore_segment_in_segment.condition import InSegment
from growthcore_segment_purchase_value.condition import PurchaseValue

COLOURED = {"condition": "event_count", "params": {"event": "view_item", "within": {"days": 9}}}


def a_saved_segment(session):
    session.add(
        Segment(id=1, name="최근 방문", definition=COLOURED, created_at=START, changed_at=START)
    )


@condition_conformance(
    ConsentGiven,
    samples=[{"channel": "email"}, {"channel": "sms", "granted": False}],
)
def test_consent(check):
    check()


@condition_conformance(
    CustomerAttribute,
    samples=[
        {"attribute": "grade", "value": "VIP"},
        {"attribute": "points", "operator": ">=", "value": 1200},
        {"attribute": "grade", "operator": "in", "value": ["VIP", "GOLD"]},
        {"attribute": "grade", "operator": "exists"},
    ],
)
def test_customer_attribute(check):
    check()


@condition_conformance(
    EventCount,
    samples=[
        {"event": "view_item", "operator": ">=", "count": 2, "within": {"days": 14}},
        {"event": "purchase", "operator": "=", "count": 0, "within": {"days": 14}},
        {"event": "view_item", "filters": [{"property": "color", "value": "red"}]},
    ],
)
def test_event_count(check):
    check()


@condition_conformance(InSegment, samples=[{"segment_id": 1}], prepare=a_saved_segment)
def test_in_segment(check):
    check()


@condition_conformance(
    PurchaseValue,
    samples=[
        {"amount": 50_000, "within": {"days": 30}},
        {"amount": 20_000, "category": "여성"},
        {"operator": "<", "amount": 30_000, "product": "P1"},
    ],
)
def test_purchase_value(check):
    check()
