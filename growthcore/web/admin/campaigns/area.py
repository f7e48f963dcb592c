"""The area's blueprint, and what its views share."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort
from sqlalchemy.orm import Session

from growthcore.analytics.reports import percent
from growthcore.api import InvalidInput
from growthcore.campaigns import service
from growthcore.campaigns.models import Campaign
from growthcore.web.admin import pages
from growthcore.web.admin.campaigns import durations, words

blueprint = Blueprint("campaigns", __name__, url_prefix="/campaigns")


@blueprint.context_processor
def _words() -> dict[str, Any]:
    """What every template of the area may use."""
    return {
        "words": words,
        "percent": percent,
        "length": durations.length,
        "clock": durations.clock,
        "day_and_time": durations.day_and_time,
    }


def campaign_or_404(session: Session, campaign_id: int) -> Campaign:
    """One campaign, or the page that says there is none."""
    try:
        return service.get(session, campaign_id)
    except InvalidInput:
        abort(404)


def refused(error: InvalidInput) -> None:
    """Say on the next page why something was not done."""
    pages.toast(" ".join(pages.errors(error).values()), "danger")
