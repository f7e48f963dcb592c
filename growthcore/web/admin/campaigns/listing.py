"""The list of campaigns."""

from __future__ import annotations

from typing import Any

from flask import Response
from sqlalchemy.orm import Session

from growthcore.analytics import overview
from growthcore.campaigns import listing
from growthcore.campaigns.models import Campaign
from growthcore.campaigns.pace import Pace, pace
from growthcore.web.admin import pages
from growthcore.web.admin.access import Role, allow
from growthcore.web.admin.campaigns import words
from growthcore.web.admin.campaigns.accounts import senders
from growthcore.web.admin.campaigns.area import blueprint, campaign_or_404
from growthcore.web.admin.tables import Listing
from growthcore.web.current import core


@blueprint.get("/")
@allow(Role.VIEWER)
def index() -> Response:
    """Every campaign, with the figures of those on this page and a summary of those in force."""
    asked = Listing.of_request(sorts=tuple(listing.SORTS), filters=("state", "kind"))
    state, kind = asked.filters["state"], asked.filters["kind"]
    with core().db.read() as session:
        found = listing.find(
            session,
            q=asked.q,
            state=state if state in words.STATES else "",
            kind=kind if kind in ("once", "triggered") else "",
            sort=asked.sort,
            descending=asked.descending,
            offset=asked.offset,
            limit=asked.size,
        )
        beside: dict[str, Any] = {
            "figures": overview.figures(session, [each.id for each in found.items]),
            "paces": {each.id: _pace(session, each) for each in found.items if is_sending(each)},
            "summary": overview.summary(session),
            "senders": senders(session),
        }
    return pages.page("admin/campaigns/index.html", listing=asked, found=found, **beside)


@blueprint.get("/<int:campaign_id>/state")
@allow(Role.VIEWER)
def state(campaign_id: int) -> Response:
    """A campaign's cell of the list, which asks again while the campaign goes out."""
    with core().db.read() as session:
        campaign = campaign_or_404(session, campaign_id)
        figures = overview.figures(session, [campaign_id])[campaign_id]
        found = _pace(session, campaign) if is_sending(campaign) else None
    return pages.fragment(
        "admin/campaigns/_state.html", campaign=campaign, figures=figures, pace=found
    )


def is_sending(campaign: Campaign) -> bool:
    """Whether there is an end to wait for: a triggered campaign has none."""
    return campaign.kind == "once" and campaign.state == "running"


def _pace(session: Session, campaign: Campaign) -> Pace:
    return pace(session, campaign, core().clock.now())
