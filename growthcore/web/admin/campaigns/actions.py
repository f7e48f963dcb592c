"""What can be done to a campaign as a whole."""

from __future__ import annotations

from collections.abc import Callable

from flask import request
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from growthcore.api import InvalidInput
from growthcore.campaigns import budget, drafts, service
from growthcore.core import Core, Queue
from growthcore.web.admin import pages
from growthcore.web.admin.access import Role, actor, allow
from growthcore.web.admin.campaigns.area import blueprint, campaign_or_404, refused
from growthcore.web.current import core


@blueprint.post("/<int:campaign_id>/pause")
@allow(Role.MANAGER)
def pause(campaign_id: int) -> Response:
    """Hold everything not yet handed over."""
    return _done(campaign_id, service.pause, _("일시정지되었습니다."))


@blueprint.post("/<int:campaign_id>/resume")
@allow(Role.MANAGER)
def resume(campaign_id: int) -> Response:
    """Go on with what was not sent."""
    response = _done(campaign_id, service.resume, _("발송을 재개합니다."))
    core().jobs.enqueue(Queue.BACKGROUND, "enrol", campaign_id)
    return response


@blueprint.post("/<int:campaign_id>/cancel")
@allow(Role.MANAGER)
def cancel(campaign_id: int) -> Response:
    """End a campaign; what waits is not sent."""
    return _done(campaign_id, service.cancel, _("캠페인이 중지되었습니다."))


@blueprint.post("/<int:campaign_id>/unschedule")
@allow(Role.MANAGER)
def unschedule(campaign_id: int) -> Response:
    """Take a launch back that has not begun."""
    return _done(
        campaign_id, service.unschedule, _("예약이 취소되었습니다. 내용을 수정할 수 있습니다.")
    )


@blueprint.post("/<int:campaign_id>/duplicate")
@allow(Role.EDITOR)
def duplicate(campaign_id: int) -> Response:
    """A draft with the same content."""
    with core().db.unit() as session:
        campaign_or_404(session, campaign_id)
        copy = service.duplicate(core(), session, campaign_id, actor=actor())
    pages.toast(_("복제되었습니다. 내용을 확인하고 실행하십시오."))
    return pages.go("admin.campaigns.edit_goal", campaign_id=copy.id)


@blueprint.post("/<int:campaign_id>/delete")
@allow(Role.EDITOR)
def delete(campaign_id: int) -> Response:
    """Remove a draft."""
    with core().db.unit() as session:
        campaign_or_404(session, campaign_id)
        drafts.delete(core(), session, campaign_id, actor=actor())
    pages.toast(_("삭제되었습니다."))
    return pages.go("admin.campaigns.index")


@blueprint.post("/<int:campaign_id>/budget")
@allow(Role.MANAGER)
def set_budget(campaign_id: int) -> Response:
    """Say what it may cost; blank is without a limit."""
    text = request.form.get("budget", "").replace(",", "").strip()
    back = "edit_review" if request.form.get("from") == "review" else "show"
    try:
        amount = int(text) if text else None
    except ValueError:
        amount = 0  # Not a number: refused with the sentence that says what is wanted.
    try:
        with core().db.unit() as session:
            campaign_or_404(session, campaign_id)
            budget.change(core(), session, campaign_id, amount, actor=actor())
    except InvalidInput as error:
        refused(error)
    else:
        pages.toast(_("예산이 저장되었습니다."))
    return pages.go(f"admin.campaigns.{back}", campaign_id=campaign_id)


def _done(campaign_id: int, do: Callable[..., object], told: str) -> Response:
    """Do it and say so on the campaign's page, or say there why it can't be done."""
    try:
        with core().db.unit() as session:
            _one(core(), session, campaign_id, do)
    except InvalidInput as error:
        refused(error)
    else:
        pages.toast(told)
    return pages.go("admin.campaigns.show", campaign_id=campaign_id)


def _one(shop: Core, session: Session, campaign_id: int, do: Callable[..., object]) -> None:
    campaign_or_404(session, campaign_id)
    do(shop, session, campaign_id, actor=actor())
