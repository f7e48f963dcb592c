"""One campaign: where it stands, what it did and what it earned."""

from __future__ import annotations

from typing import Any

from flask import Response, abort, request
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from growthcore.analytics import exports, overview, reports
from growthcore.analytics.reports import Line, Report
from growthcore.api import InvalidInput
from growthcore.campaigns import listing
from growthcore.campaigns.models import Campaign
from growthcore.campaigns.pace import pace
from growthcore.campaigns.timing import SendTime, send_time
from growthcore.operators import workspace
from growthcore.segments import saved
from growthcore.segments import service as segments
from growthcore.web.admin import languages, pages
from growthcore.web.admin.access import Role, allow, may
from growthcore.web.admin.campaigns import charts
from growthcore.web.admin.campaigns.accounts import senders
from growthcore.web.admin.campaigns.area import blueprint, campaign_or_404
from growthcore.web.admin.downloads import SHEETS, download
from growthcore.web.current import core

CHANGING = ("scheduled", "running")
"""States in which a page that is open should follow what happens."""


@blueprint.get("/<int:campaign_id>")
@allow(Role.VIEWER)
def show(campaign_id: int) -> BaseResponse:
    """A campaign's page; of a draft, for who may go on with it, its first open step."""
    with core().db.read() as session:
        campaign = campaign_or_404(session, campaign_id)
        if campaign.state == "draft" and may(Role.EDITOR):
            return pages.go("admin.campaigns.resume_draft", campaign_id=campaign_id)
        found = reports.report(session, campaign_id)
        above, stands = headings(session, campaign), standing(session, campaign, found)
        held = found.standing.held(core().plugins.policies)
        winners = listing.names(session, [each.winner for each in held if each.winner])
    return pages.page(
        "admin/campaigns/show.html",
        tab="report",
        held=held,
        winners=winners,
        days=_days(found),
        hours=_hours(found),
        by_day=charts.filled(found.days),
        **above,
        **stands,
    )


@blueprint.get("/<int:campaign_id>/live")
@allow(Role.VIEWER)
def live(campaign_id: int) -> Response:
    """What changes while a campaign goes out; when its state does, the page is asked for anew."""
    with core().db.read() as session:
        campaign = campaign_or_404(session, campaign_id)
        if campaign.state != request.args.get("state"):
            return Response(headers={"HX-Refresh": "true"})
        found = reports.report(session, campaign_id)
        above, stands = headings(session, campaign), standing(session, campaign, found)
    return pages.fragment("admin/campaigns/_live.html", **above, **stands)


@blueprint.get("/<int:campaign_id>/report.<kind>")
@allow(Role.VIEWER)
def export(campaign_id: int, kind: str) -> Response:
    """The report as a file: ``csv`` or ``xlsx``."""
    if kind not in SHEETS:
        abort(404)
    locale = languages.current()
    with core().db.read() as session:
        campaign = campaign_or_404(session, campaign_id)
        found, zone = reports.report(session, campaign_id), workspace.get(session).zone
    if kind == "csv":
        content = exports.as_csv(found, locale)
    else:
        content = exports.as_xlsx(
            found, campaign.name, zone=zone, made_at=core().clock.now(), locale=locale
        )
    return download(content, f"campaign-{campaign_id}-report.{kind}")


def headings(session: Session, campaign: Campaign) -> dict[str, Any]:
    """What every tab of a campaign's page shows above."""
    every = senders(session)
    return {
        "campaign": campaign,
        "sender": every.get(campaign.definition.get("account_id", 0)),
        "figures": overview.figures(session, [campaign.id])[campaign.id],
        "changing": campaign.state in CHANGING,
        "audience": _audience(session, campaign),
        "send_time": _send_time(session, campaign),
        "why_paused": _in_words(campaign.message),
    }


def standing(session: Session, campaign: Campaign, found: Report) -> dict[str, Any]:
    """What follows a campaign while it goes out."""
    return {
        "report": found,
        "pace": pace(session, campaign, core().clock.now()),
        "rates": reports.rates(found.total),
    }


def _in_words(message: str | None) -> str:
    return pages.errors(InvalidInput({"message": message}))["message"] if message else ""


def _audience(session: Session, campaign: Campaign) -> str:
    """The audience in words: a saved segment by its name, else the conditions as a sentence."""
    audience = campaign.definition.get("audience")
    if audience is None:
        return _("트리거에 해당하는 모든 고객")
    try:
        if segment_id := segment_of(audience):
            return saved.get(session, segment_id).name
        return segments.describe(core(), audience, languages.current())
    except InvalidInput:
        return _("더 이상 사용할 수 없는 조건입니다.")


def segment_of(audience: Any) -> int | None:
    """The one saved segment an audience is, if it is just that."""
    if isinstance(audience, dict) and audience.get("condition") == "in_segment":
        found: int | None = audience.get("params", {}).get("segment_id")
        return found
    return None


def _send_time(session: Session, campaign: Campaign) -> SendTime | None:
    if campaign.state not in ("draft", "scheduled"):
        return None
    try:
        return send_time(core(), session, campaign)
    except InvalidInput:
        return None


def _days(found: Report) -> charts.Chart | None:
    days = charts.filled(found.days)
    if not days:
        return None
    labels = [f"{day.month}/{day.day}" for day in days]
    return charts.lines(labels, _numbers(list(days.values())))


def _hours(found: Report) -> charts.Chart | None:
    if not found.hours:
        return None
    lines = [found.hours.get(hour, Line()) for hour in range(24)]
    numbers = {
        _("오픈 고객"): [line.openers for line in lines],
        _("클릭 고객"): [line.clickers for line in lines],
    }
    return charts.bars([f"{hour}" for hour in range(24)], numbers)


def _numbers(lines: list[Line]) -> dict[str, list[int]]:
    return {
        _("발송"): [line.sent for line in lines],
        _("오픈 고객"): [line.openers for line in lines],
        _("클릭 고객"): [line.clickers for line in lines],
        _("전환"): [line.conversions for line in lines],
    }
