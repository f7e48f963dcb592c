from datetime import timedelta

import pytest
from marshmallow import ValidationError

from growthcore.events.incoming import IncomingEvent
from growthcore.events.ingestion import ingest
from growthcore.testing.conditions import condition_conformance
from growthcore.testing.fakes import START, context_for
from growthcore.testing.packages import check_plugin
from growthcore.testing.populations import populate
from growthcore_segment_event_count.condition import EventCount

WEEK = {"days": 7}


def quiz_takers(session):
    """The usual shop, in which some took a quiz of the shop's own, once or more."""
    populate(session)
    takes = [
        IncomingEvent(
            id=f"quiz-{number}-{turn}",
            name="quiz",
            occurred_at=START - timedelta(days=turn),
            customer=f"member-{number}",
            properties={"color": "red" if number % 2 else "blue"},
        )
        for number in range(8)
        for turn in range(number)
    ]
    ingest(session, takes, source="quiz", now=START, historical=True)


def described(**params):
    condition = EventCount(context_for(EventCount))
    text = condition.describe(condition.Params().load(params))
    return text.ko, text.en


@condition_conformance(
    EventCount,
    samples=[
        {"event": "quiz", "operator": ">=", "count": 3, "within": WEEK},
        {"event": "quiz", "operator": "<", "count": 3, "within": {"from": "2026-02-20"}},
        {
            "event": "quiz",
            "operator": "!=",
            "count": 2,
            "filters": [{"property": "color", "operator": "=", "value": "red"}],
        },
    ],
    customers=quiz_takers,
)
def test_conformance(check):
    check()


def test_the_package_is_in_order():
    check_plugin("segment_event_count")


@pytest.mark.parametrize(
    ("params", "ko", "en"),
    [
        (
            {"event": "begin_checkout", "within": WEEK},
            "지난 7일 동안 결제 시작 1회 이상",
            "began checkout at least once in the last 7 days",
        ),
        (
            {"event": "purchase", "operator": "=", "count": 0, "within": WEEK},
            "지난 7일 동안 구매 없음",
            "never purchased in the last 7 days",
        ),
        (
            {"event": "quiz", "operator": "<", "count": 3},
            "전체 기간 동안 ‘quiz’ 이벤트 3회 미만",
            "did “quiz” less than 3 times of all time",
        ),
    ],
)
def test_the_sentence_reads_as_people_speak(params, ko, en):
    assert described(**params) == (ko, en)


def test_the_sentence_names_the_filters():
    colour = {"property": "color", "operator": "!=", "value": "red"}
    ko, en = described(event="view_item", count=2, within={"hours": 36}, filters=[colour])
    assert ko == "지난 36시간 동안 상품 조회 (color red 다름) 2회 이상"
    assert en == "viewed a product (color is not red) at least 2 times in the last 36 hours"


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"event": "장바구니"},
        {"event": "purchase", "count": -1},
        {"event": "purchase", "count": 1.5},
        {"event": "purchase", "count": True},
        {"event": "purchase", "operator": "=="},
        {"event": "purchase", "within": {}},
        {"event": "purchase", "within": {"days": 0}},
        {"event": "purchase", "filters": [{"property": "a b", "value": 1}]},
    ],
)
def test_params_that_make_no_sense_are_refused(wrong):
    with pytest.raises(ValidationError):
        EventCount.Params().load(wrong)
