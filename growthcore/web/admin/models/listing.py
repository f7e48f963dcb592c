"""The models there are, a card each."""

from __future__ import annotations

from flask import Response

from growthcore.operators import workspace
from growthcore.recommendations import service
from growthcore.web.admin import pages
from growthcore.web.admin.access import Role, allow
from growthcore.web.admin.models import figures
from growthcore.web.admin.models.area import blueprint
from growthcore.web.current import core


@blueprint.get("/")
@allow(Role.VIEWER)
def index() -> Response:
    """How every model stands, and what it brought."""
    days = figures.days()
    with core().db.read() as session:
        standings = service.standings(session)
        found = figures.of(session, [each.model for each in standings], days)
        currency = workspace.get(session).currency
    return pages.page(
        "admin/models/index.html",
        standings=standings,
        brought=found,
        days=days,
        periods=figures.DAYS,
        shop_currency=currency,
    )
