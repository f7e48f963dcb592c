"""The list of segments."""

from __future__ import annotations

from flask import Response

from growthcore.campaigns import usage
from growthcore.segments import saved
from growthcore.web.admin import pages
from growthcore.web.admin.access import Role, allow
from growthcore.web.admin.segments.area import blueprint
from growthcore.web.admin.tables import Listing
from growthcore.web.current import core


@blueprint.get("/")
@allow(Role.VIEWER)
def index() -> Response:
    """Segments in use, or those put away."""
    asked = Listing.of_request(sorts=tuple(saved.SORTS), filters=("state",))
    with core().db.read() as session:
        found = saved.find(
            session,
            asked.q,
            archived=asked.filters["state"] == "archived",
            sort=asked.sort,
            descending=asked.descending,
            offset=asked.offset,
            limit=asked.size,
        )
        archived = saved.find(session, archived=True, limit=1).total
        used = usage.of_segments(core(), session, [each.id for each in found.items])
    return pages.page(
        "admin/segments/index.html", listing=asked, found=found, archived=archived, used=used
    )
