"""The step in which the message is written, looked at and tried."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Response, request
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from growthcore.api import GrowthCoreError, InvalidInput, Outcome
from growthcore.campaigns import checks, preview, starters, testsend
from growthcore.campaigns.models import Campaign
from growthcore.customers import lookup
from growthcore.plugins.forms import form
from growthcore.recommendations import serving
from growthcore.web.admin import forms, languages, pages
from growthcore.web.admin.access import Role, actor, allow, may, person
from growthcore.web.admin.campaigns import frames, steps, words
from growthcore.web.admin.campaigns.area import blueprint, campaign_or_404
from growthcore.web.current import core

PREFIX = "content."


@blueprint.get("/<int:campaign_id>/edit/message")
@allow(Role.EDITOR)
def edit_message(campaign_id: int) -> Response:
    """The message; ``starter`` fills the form with one to begin from, kept only when it is saved."""
    with core().db.read() as session:
        campaign = steps.draft_or_refuse(session, campaign_id)
        content = campaign.definition.get("content", {})
        starter = starters.STARTERS.get(request.args.get("starter", ""))
        if starter:
            content = starter.content(sorted(serving.known(session)))
        return _show(session, campaign, content)


@blueprint.post("/<int:campaign_id>/edit/message")
@allow(Role.EDITOR)
def save_message(campaign_id: int) -> BaseResponse:
    """Keep the message."""
    with core().db.read() as session:
        campaign = steps.draft_or_refuse(session, campaign_id)
        content = _read(session, campaign)
    try:
        return steps.save(campaign_id, "message", {"content": content})
    except InvalidInput as error:
        with core().db.read() as session:
            return _show(session, campaign, content, error)


@blueprint.get("/<int:campaign_id>/preview")
@allow(Role.VIEWER)
def show_preview(campaign_id: int) -> Response:
    """What a campaign says, with samples, in a frame where nothing runs."""
    with core().db.read() as session:
        campaign = campaign_or_404(session, campaign_id)
        return _preview(session, campaign.definition)


@blueprint.post("/<int:campaign_id>/edit/message/preview")
@allow(Role.EDITOR)
def preview_typed(campaign_id: int) -> Response:
    """What is being written, before it is saved, for ``customer`` or with samples."""
    with core().db.read() as session:
        campaign = steps.draft_or_refuse(session, campaign_id)
        try:
            content = _read(session, campaign)
        except InvalidInput as error:
            return frames.problem(error)
        return _preview(
            session,
            {**campaign.definition, "content": content},
            request.form.get("customer", "").strip(),
        )


@blueprint.post("/<int:campaign_id>/test")
@allow(Role.EDITOR)
def send_test(campaign_id: int) -> BaseResponse:
    """Send the saved message to an address, marked as a test."""
    with core().db.read() as session:
        steps.draft_or_refuse(session, campaign_id)
    address = request.form.get("address", "").strip()
    try:
        receipt = testsend.send_test(core(), campaign_id, address, actor=actor())
    except testsend.TooManyTests:
        pages.toast(
            _("테스트는 1분에 5번까지 보낼 수 있습니다. 잠시 후 다시 시도하십시오."), "danger"
        )
    except InvalidInput as error:
        pages.toast(" ".join(pages.errors(error).values()), "danger")
    except GrowthCoreError as error:
        told = pages.errors(InvalidInput({"account_id": str(error)}))
        pages.toast(told["account_id"], "danger")
    else:
        _tell(receipt.outcome, words.reason(receipt.reason).to(languages.current()))
    return pages.go(steps.endpoint("message"), campaign_id=campaign_id)


def _tell(outcome: Outcome, reason: str) -> None:
    if outcome is Outcome.ACCEPTED:
        pages.toast(_("테스트 메시지를 보냈습니다. 통계에는 포함되지 않습니다."))
    else:
        pages.toast(_("테스트 메시지를 보내지 못했습니다: %(reason)s", reason=reason), "danger")


def _preview(session: Session, parts: Mapping[str, Any], customer: str = "") -> Response:
    try:
        # Whoever may not see personal data sees samples, whatever was asked for.
        chosen = lookup.resolve(session, customer) if customer and may(Role.MANAGER) else None
        shown = preview.preview(core(), session, parts, chosen, languages.current())
    except InvalidInput as error:
        return frames.problem(error)
    return frames.framed(shown)


def _read(session: Session, campaign: Campaign) -> dict[str, Any]:
    account_id = steps.account_of(campaign)
    channel = checks.channel_of(core(), session, account_id)
    return forms.read(form(channel.Content), request.form, PREFIX)


def _show(
    session: Session,
    campaign: Campaign,
    content: Mapping[str, Any],
    error: InvalidInput | None = None,
) -> Response:
    account_id = steps.account_of(campaign)
    try:
        channel = checks.channel_of(core(), session, account_id)
    except InvalidInput as unusable:
        return steps.show("message", campaign, unusable, channel=None)
    return steps.show(
        "message",
        campaign,
        error,
        channel=channel,
        views=form(channel.Content),
        content=content,
        prefix=PREFIX,
        starters=starters.STARTERS,
        variables=_variables(),
        models=sorted(serving.known(session)),
        account=core().accounts.get(session, account_id),
        address=person().email,
        saved=bool(campaign.definition.get("content")),
    )


def _variables() -> list[tuple[str, str, str]]:
    """Name, meaning and sample of every variable."""
    locale = languages.current()
    return [
        (name, variable.title.to(locale), variable.sample.to(locale))
        for name, variable in core().plugins.variables.items()
    ]
