"""``/api/v1/segments``."""

from __future__ import annotations

from functools import partial
from typing import Any

from flask import g
from sqlalchemy.orm import Session

from growthcore.api import InvalidInput, Text
from growthcore.campaigns import usage
from growthcore.segments import preview, saved
from growthcore.segments.models import Segment
from growthcore.web import current
from growthcore.web.errors import Refusal
from growthcore.web.management import schemas
from growthcore.web.management.requests import Blueprint

blueprint = Blueprint("segments", __name__, url_prefix="/api/v1/segments")


@blueprint.post("/preview")
@blueprint.arguments(schemas.PreviewBody)
@blueprint.response(200, schemas.PreviewAnswer)
def preview_segment(body: dict[str, Any]) -> dict[str, Any]:
    """Count a definition exactly, with how many each channel reaches and a masked sample."""
    shop = current.core()
    with shop.db.read() as session:
        return preview.preview(shop, session, body["definition"])


@blueprint.get("")
@blueprint.arguments(schemas.SegmentsQuery, location="query")
@blueprint.response(200, schemas.SegmentPage)
def list_segments(query: dict[str, Any]) -> dict[str, Any]:
    """List segments, newest first; ``after`` is the last id of the page before."""
    with current.core().db.read() as session:
        return {"data": saved.page(session, **query)}


@blueprint.post("")
@blueprint.arguments(schemas.SegmentInput)
@blueprint.response(201, schemas.SegmentView)
def create_segment(body: dict[str, Any]) -> Segment:
    """Save a definition under a name nothing else has."""
    shop = current.core()
    with shop.db.unit() as session:
        return saved.create(shop, session, **body, actor=g.actor)


@blueprint.get("/<int:segment_id>")
@blueprint.response(200, schemas.SegmentView)
def get_segment(segment_id: int) -> Segment:
    """One segment."""
    with current.core().db.read() as session:
        return _existing(session, segment_id)


@blueprint.put("/<int:segment_id>")
@blueprint.arguments(schemas.SegmentChange)
@blueprint.response(200, schemas.SegmentView)
def change_segment(body: dict[str, Any], segment_id: int) -> Segment:
    """Change a segment, if ``version`` is still the one in force."""
    shop = current.core()
    with shop.db.unit() as session:
        _existing(session, segment_id)
        return saved.change(shop, session, segment_id, **body, actor=g.actor)


@blueprint.delete("/<int:segment_id>")
@blueprint.response(204)
def delete_segment(segment_id: int) -> None:
    """Remove a segment that nothing uses."""
    shop = current.core()
    with shop.db.unit() as session:
        _existing(session, segment_id)
        users = partial(usage.of_segment, shop)
        saved.delete(shop, session, segment_id, usage=users, actor=g.actor)


def _existing(session: Session, segment_id: int) -> Segment:
    try:
        return saved.get(session, segment_id)
    except InvalidInput as error:
        text = Text("그런 세그먼트가 없습니다.", "There is no segment with this id.")
        raise Refusal(404, "segment_not_found", text) from error
