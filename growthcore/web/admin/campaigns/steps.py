"""Making a campaign: steps that are addresses, each kept on the server as a draft."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Response, request
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from growthcore.api import InvalidInput, MessageClass
from growthcore.campaigns import drafts
from growthcore.campaigns.models import Campaign
from growthcore.web.admin import pages
from growthcore.web.admin.access import Role, actor, allow
from growthcore.web.admin.campaigns.area import blueprint, campaign_or_404
from growthcore.web.current import core

STEPS = ("goal", "target", "message", "review")
PARTS: Mapping[str, tuple[str, ...]] = {
    "goal": ("name", "message_class"),
    "target": ("account_id", "audience", "delivery", "scheduled_for"),
    "message": ("content",),
}
"""What each step enters."""


def titles() -> Mapping[str, str]:
    """What the steps are called."""
    return {
        "goal": _("기본 정보"),
        "target": _("대상과 발송"),
        "message": _("메시지 제작"),
        "review": _("검토 및 실행"),
    }


def endpoint(step: str) -> str:
    """The view of a step."""
    return f"admin.campaigns.edit_{step}"


def next_step(campaign: Campaign) -> str:
    """The first step that lacks something."""
    missing = set(drafts.missing(campaign))
    return next((step for step, parts in PARTS.items() if missing & set(parts)), "review")


def draft_or_refuse(session: Session, campaign_id: int) -> Campaign:
    """A draft, or the page that says why there is none to edit."""
    campaign_or_404(session, campaign_id)
    return drafts.editable(session, campaign_id)


@blueprint.errorhandler(drafts.NotDraft)
def launched(_error: drafts.NotDraft) -> Response:
    """A launched campaign was to be edited: say so, and offer a copy."""
    with core().db.read() as session:
        campaign = campaign_or_404(session, (request.view_args or {})["campaign_id"])
    return pages.page("admin/campaigns/launched.html", 409, campaign=campaign)


def save(campaign_id: int, step: str, changes: Mapping[str, Any]) -> BaseResponse:
    """Save a step and answer with where to go.

    Raises :class:`InvalidInput` by path, and :class:`drafts.Outdated`.
    """
    with core().db.unit() as session:
        draft_or_refuse(session, campaign_id)
        drafts.save(
            core(),
            session,
            campaign_id,
            changes,
            revision=request.form.get("revision") or None,
            actor=actor(),
        )
    if request.form.get("then") in ("stay", "template"):
        pages.toast(_("임시저장되었습니다."))
        return pages.go(endpoint(step), campaign_id=campaign_id)
    following = STEPS[STEPS.index(step) + 1]
    return pages.go(endpoint(following), campaign_id=campaign_id)


def show(
    step: str, campaign: Campaign | None, error: InvalidInput | None = None, **context: Any
) -> Response:
    """A step's page; with what is wrong and what was typed when it could not be saved."""
    outdated = isinstance(error, drafts.Outdated)
    status = 200 if error is None else 409 if outdated else 422
    parts = PARTS.get(step, ())
    return pages.page(
        f"admin/campaigns/{step}.html",
        status,
        step=step,
        steps=titles(),
        endpoint=endpoint,
        campaign=campaign,
        missing=drafts.missing(campaign) if campaign else [],
        revision=drafts.revision_of(campaign, *parts) if campaign else "",
        errors=pages.errors(error) if error and not outdated else {},
        outdated=outdated,
        **context,
    )


@blueprint.get("/new")
@allow(Role.EDITOR)
def new() -> Response:
    """Begin a campaign; nothing is kept until its name is."""
    return show("goal", None, values={"name": "", "message_class": ""})


@blueprint.post("/new")
@allow(Role.EDITOR)
def create() -> BaseResponse:
    """Keep a new draft. Pressing twice makes one."""
    values = _goal()
    try:
        message_class = _class(values)
        with core().db.unit() as session:
            made = drafts.start(core(), session, values["name"], message_class, actor=actor())
    except InvalidInput as error:
        return show("goal", None, error, values=values)
    return pages.go(endpoint("target"), campaign_id=made.id)


@blueprint.get("/<int:campaign_id>/edit")
@allow(Role.EDITOR)
def resume_draft(campaign_id: int) -> BaseResponse:
    """Go on with a draft where something is missing."""
    with core().db.read() as session:
        step = next_step(draft_or_refuse(session, campaign_id))
    return pages.go(endpoint(step), campaign_id=campaign_id)


@blueprint.get("/<int:campaign_id>/edit/goal")
@allow(Role.EDITOR)
def edit_goal(campaign_id: int) -> Response:
    """The name and the class."""
    with core().db.read() as session:
        campaign = draft_or_refuse(session, campaign_id)
    chosen = campaign.definition.get("message_class", "")
    return show("goal", campaign, values={"name": campaign.name, "message_class": chosen})


@blueprint.post("/<int:campaign_id>/edit/goal")
@allow(Role.EDITOR)
def save_goal(campaign_id: int) -> BaseResponse:
    """Keep the name and the class."""
    values = _goal()
    try:
        _class(values)
        return save(campaign_id, "goal", values)
    except InvalidInput as error:
        with core().db.read() as session:
            campaign = draft_or_refuse(session, campaign_id)
        return show("goal", campaign, error, values=values)


def _goal() -> dict[str, str]:
    return {name: request.form.get(name, "").strip() for name in PARTS["goal"]}


def _class(values: Mapping[str, str]) -> MessageClass:
    try:
        return MessageClass(values["message_class"])
    except ValueError:
        raise InvalidInput(
            {"message_class": "Choose whether the message is advertising or informational."}
        ) from None


class NoAccount(Exception):
    """A message can't be written yet: which fields it has depends on the account."""


@blueprint.errorhandler(NoAccount)
def choose_account(_error: NoAccount) -> BaseResponse:
    """Have the account chosen first."""
    pages.toast(_("발신 계정을 먼저 선택하십시오."), "info")
    return pages.go(endpoint("target"), **(request.view_args or {}))


def account_of(campaign: Campaign) -> int:
    """The account a draft goes out by. Raises :class:`NoAccount` while there is none."""
    account_id = campaign.definition.get("account_id")
    if account_id is None:
        raise NoAccount
    return int(account_id)
