"""``/api/v1/contents``."""

from __future__ import annotations

from typing import Any

from flask import g

from growthcore.api import Text
from growthcore.catalog import contents
from growthcore.sources import writing
from growthcore.sources.rows import ContentSchema
from growthcore.web import current
from growthcore.web.errors import Refusal
from growthcore.web.management import bulk, schemas
from growthcore.web.management.requests import Blueprint

blueprint = Blueprint("contents", __name__, url_prefix="/api/v1/contents")

_NONE = Text("그런 콘텐츠가 없습니다.", "There is no content with this external_id.")


@blueprint.post("")
@blueprint.arguments(schemas.ContentsBody)
@blueprint.response(200, bulk.BulkAnswer)
def upsert_contents(body: dict[str, Any]) -> dict[str, Any]:
    """Make or change up to 1,000 blog posts, videos and reviews."""
    fit, misfits = bulk.split(body["contents"])
    shop = current.core()
    with shop.db.unit() as session:
        done = writing.contents(session, [*fit.values()], now=shop.clock.now())
    return bulk.answer([bulk.result(*each) for each in zip(fit, done, strict=True)], misfits)


@blueprint.get("")
@blueprint.arguments(schemas.ContentsQuery, location="query")
@blueprint.response(200, schemas.page_of(ContentSchema))
def list_contents(query: dict[str, Any]) -> dict[str, Any]:
    """List contents, newest first; ``q`` is an id or part of a title, a summary or an author."""
    page, size = query["page"], query["size"]
    with current.core().db.read() as session:
        found = contents.find(
            session,
            query["q"],
            kind=query["kind"],
            hidden=query["hidden"],
            offset=(page - 1) * size,
            limit=size,
        )
    return {"data": found.items, "page": page, "size": size, "total": found.total}


@blueprint.get("/<path:external_id>")
@blueprint.response(200, ContentSchema)
def get_content(external_id: str) -> Any:
    """One content by the shop's own id."""
    with current.core().db.read() as session:
        found = contents.get(session, external_id)
    if found is None:
        raise Refusal(404, "content_not_found", _NONE)
    return found


@blueprint.delete("/<path:external_id>")
@blueprint.response(204)
def delete_content(external_id: str) -> None:
    """Remove a content, with how often it was clicked."""
    shop = current.core()
    with shop.db.unit() as session:
        if not contents.delete(session, [external_id], actor=g.actor, now=shop.clock.now()):
            raise Refusal(404, "content_not_found", _NONE)
