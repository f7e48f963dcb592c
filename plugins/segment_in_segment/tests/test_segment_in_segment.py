import pytest
from marshmallow import ValidationError
from sqlalchemy import insert

from growthcore.segments.models import Segment
from growthcore.testing.conditions import condition_conformance
from growthcore.testing.fakes import START, context_for
from growthcore.testing.packages import check_plugin
from growthcore_segment_in_segment.condition import InSegment

CONSENTED = {"condition": "consent", "params": {"channel": "email"}}


def save_segments(session):
    """Segment 7, and its opposite as 8."""
    for id_, definition in ((7, CONSENTED), (8, {"not": CONSENTED})):
        row = {"id": id_, "name": str(id_), "description": "", "definition": definition}
        session.execute(insert(Segment).values(**row, created_at=START, changed_at=START))


@condition_conformance(
    InSegment, samples=[{"segment_id": 7}, {"segment_id": 8}], prepare=save_segments
)
def test_conformance(check):
    check()


def test_the_package_is_in_order():
    check_plugin("segment_in_segment")


def test_the_sentence_names_the_segment():
    text = InSegment(context_for(InSegment)).describe({"segment_id": 7})
    assert (text.ko, text.en) == ("세그먼트 7에 속함", "is in segment 7")


@pytest.mark.parametrize("wrong", [{}, {"segment_id": 0}, {"segment_id": "x"}])
def test_params_that_make_no_sense_are_refused(wrong):
    with pytest.raises(ValidationError):
        InSegment.Params().load(wrong)
