"""The last step: everything at a glance, what still stands in the way, and the launch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Response, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from growthcore.api import Finding, GrowthCoreError, InvalidInput, Severity
from growthcore.campaigns import (
    checks,
    confirmations,
    definition,
    drafts,
    dry_runs,
    forecast,
    preview,
    service,
    versions,
)
from growthcore.campaigns.models import Campaign
from growthcore.campaigns.timing import send_time
from growthcore.core import Queue
from growthcore.segments import preview as counts
from growthcore.web.admin import languages, pages
from growthcore.web.admin.access import Role, actor, allow
from growthcore.web.admin.campaigns import steps
from growthcore.web.admin.campaigns.area import blueprint, campaign_or_404
from growthcore.web.admin.campaigns.detail import headings
from growthcore.web.current import core


@dataclass(frozen=True)
class Check:
    """A line of the checklist: whether it is fine, and where to mend it.

    ``code`` is that of what was found.
    """

    step: str
    text: str
    level: str
    code: str = ""


@blueprint.get("/<int:campaign_id>/edit/review")
@allow(Role.EDITOR)
def edit_review(campaign_id: int) -> Response:
    """Everything at a glance."""
    with core().db.read() as session:
        return _show(session, steps.draft_or_refuse(session, campaign_id))


@blueprint.get("/<int:campaign_id>/edit/review/funnel")
@allow(Role.EDITOR)
def funnel(campaign_id: int) -> Response:
    """Who would get it when it is to go: the audience, check by check."""
    with core().db.read() as session:
        campaign = steps.draft_or_refuse(session, campaign_id)
        try:
            at = send_time(core(), session, campaign).actual
            found = dry_runs.dry_run(core(), session, campaign_id, at=at)
            cost = forecast.forecast(core(), session, campaign, found)
        except InvalidInput as error:
            return pages.fragment(
                "admin/campaigns/_funnel.html", found=None, problems=pages.errors(error)
            )
    return pages.fragment(
        "admin/campaigns/_funnel.html",
        found=found,
        cost=cost,
        budget=campaign.budget,
        titles=_kind_titles(campaign),
        problems={},
    )


def _kind_titles(campaign: Campaign) -> Mapping[str, str]:
    """What the kinds of messages of its channel are called."""
    channel = core().accounts.channel(campaign.definition["account_id"])
    return {kind.id: kind.title.to(languages.current()) for kind in channel.kinds}


@blueprint.post("/<int:campaign_id>/launch")
@allow(Role.MANAGER)
def launch(campaign_id: int) -> BaseResponse:
    """Freeze the draft as it was reviewed and start it. Pressing twice launches once."""
    with core().db.read() as session:
        campaign_or_404(session, campaign_id)
    try:
        with core().db.unit() as session:
            launched = _launch(session, campaign_id)
    except InvalidInput as error:
        with core().db.read() as session:
            return _show(session, steps.draft_or_refuse(session, campaign_id), error)
    if launched:
        core().jobs.enqueue(Queue.BACKGROUND, "enrol", campaign_id)
        pages.toast(_("캠페인이 생성되었습니다."))
    return pages.go("admin.campaigns.show", campaign_id=campaign_id)


def _launch(session: Session, campaign_id: int) -> bool:
    """Whether it was this press that launched it."""
    campaign = service.get(session, campaign_id, lock=True)
    if campaign.state != "draft":
        return False
    if request.form.get("revision") != drafts.revision_of(campaign):
        raise drafts.Outdated
    at = campaign.scheduled_for
    service.launch(core(), session, campaign_id, actor=actor(), at=at)
    return True


def _show(session: Session, campaign: Campaign, error: InvalidInput | None = None) -> Response:
    found = [*checks.findings(core(), session, campaign), *_too_late(campaign)]
    audience = campaign.definition.get("audience")
    size = _size(session, audience) if audience else None
    lines = _checklist(campaign, found)
    if size and not any(each.severity is Severity.BLOCKING for each in found):
        lines += _tried(session, campaign, [each["id"] for each in size["sample"]])
    shared = {k: v for k, v in headings(session, campaign).items() if k != "campaign"}
    return steps.show(
        "review",
        campaign,
        error,
        reviewed=drafts.revision_of(campaign),
        checklist=lines,
        ready=not any(line.level == "blocking" for line in lines),
        notice=_notice(session, found),
        size=size,
        trigger=_trigger(campaign),
        **shared,
    )


def _notice(session: Session, found: Sequence[Finding]) -> str | None:
    """Where people are told of their consents, or a campaign for it begins; None where all were told."""
    if not any(each.code == checks.OVERDUE for each in found):
        return None
    running = confirmations.running(core(), session)
    if running is None:
        return url_for("admin.campaigns.new")
    return url_for("admin.campaigns.show", campaign_id=running)


def _too_late(campaign: Campaign) -> list[Finding]:
    """What a launch would say of a time that passed while the draft lay here."""
    try:
        if campaign.scheduled_for is not None:
            service.require_time(core(), campaign.kind, campaign.scheduled_for)
    except InvalidInput as error:
        return [
            Finding(severity=Severity.BLOCKING, code="too_late", path=path, text=text)
            for path, text in error.errors.items()
        ]
    return []


def _size(session: Session, audience: Mapping[str, Any]) -> Mapping[str, Any] | None:
    try:
        return counts.preview(core(), session, audience)
    except InvalidInput:
        return None


def _tried(session: Session, campaign: Campaign, customer_ids: Sequence[int]) -> list[Check]:
    """Lay the message out for a few of its audience: who lacks a value would get nothing."""
    failed = 0
    for customer_id in customer_ids:
        try:
            preview.preview(core(), session, campaign.definition, customer_id)
        except InvalidInput:
            failed += 1
    if not failed:
        return []
    told = _(
        "대상 고객 %(n)s명으로 확인한 결과 %(failed)s명은 변수 값이 없어 발송되지 않습니다. "
        "변수에 기본값을 넣으십시오. 예: #{NAME|고객}",
        n=len(customer_ids),
        failed=failed,
    )
    return [Check("message", told, "warning")]


def _trigger(campaign: Campaign) -> str:
    """What makes a customer enter, as a sentence; empty for a one-time campaign."""
    if campaign.kind != "triggered":
        return ""
    try:
        chosen = definition.load_part(campaign.definition)["delivery"]["trigger"]
        live = versions.load_trigger(core(), chosen)
        return live.trigger.describe(live.params).to(languages.current())
    except GrowthCoreError:
        return ""


def _checklist(campaign: Campaign, found: Sequence[Finding]) -> list[Check]:
    """Every step with what was found in it, or that it is fine."""
    missing, lines = set(drafts.missing(campaign)), []
    for step, parts in steps.PARTS.items():
        if missing & set(parts):
            lines.append(Check(step, _("아직 작성하지 않았습니다."), "blocking"))
            continue
        own = [each for each in found if _step_of(each.path) == step]
        lines += [Check(step, _sentence(each), each.severity.value, each.code) for each in own]
        if not any(each.severity is Severity.BLOCKING for each in own):
            lines.append(Check(step, _fine(step), "fine"))
    return lines


def _step_of(path: str) -> str:
    """Where a finding is mended; what a channel says of its content comes without its path."""
    head = path.partition(".")[0].partition("[")[0]
    return next((step for step, parts in steps.PARTS.items() if head in parts), "message")


def _sentence(finding: Finding) -> str:
    return pages.errors(InvalidInput({finding.path: finding.text}))[finding.path]


def _fine(step: str) -> str:
    return {
        "goal": _("이름과 메시지 성격이 정해졌습니다."),
        "target": _("대상과 발신 계정, 발송 방법이 정해졌습니다."),
        "message": _("변수와 필수 항목을 확인했습니다."),
    }[step]
