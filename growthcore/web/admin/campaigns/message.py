"""The step in which the message is written, looked at and tried."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Response, request
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from growthcore.api import AddressKind, Channel, GrowthCoreError, InvalidInput, Outcome
from growthcore.campaigns import checks, templates, testsend
from growthcore.campaigns.models import Campaign, MessageTemplate
from growthcore.web.admin import languages, pages, writing
from growthcore.web.admin.access import Role, actor, allow, person
from growthcore.web.admin.campaigns import frames, steps, words
from growthcore.web.admin.campaigns.area import blueprint, campaign_or_404
from growthcore.web.current import core


@blueprint.get("/<int:campaign_id>/edit/message")
@allow(Role.EDITOR)
def edit_message(campaign_id: int) -> Response:
    """The message; ``starter`` or ``template`` fills the form, kept only when it is saved."""
    with core().db.read() as session:
        campaign = steps.draft_or_refuse(session, campaign_id)
        content = campaign.definition.get("content", {})
        if starter := writing.begun(session, request.args.get("starter", "")):
            return _show(session, campaign, starter)
        template = _template(session, campaign)
        if template is not None:
            channel = core().plugins.channels[template.channel]
            content = templates.filled(channel, template, content)
        return _show(session, campaign, content, template=template)


def _template(session: Session, campaign: Campaign) -> MessageTemplate | None:
    """The template asked for; the default one for a message of which nothing is written yet."""
    account = core().accounts.get(session, steps.account_of(campaign))
    if account.provider not in core().plugins.channels:
        return None
    if asked := request.args.get("template", type=int):
        found = session.get(MessageTemplate, asked)
        return found if found and found.channel == account.provider else None
    if campaign.definition.get("content") or "empty" in request.args:
        return None
    return templates.default_of(session, account.provider)


@blueprint.post("/<int:campaign_id>/edit/message")
@allow(Role.EDITOR)
def save_message(campaign_id: int) -> BaseResponse:
    """Keep the message; with ``then=template`` also as a template called ``template_name``."""
    with core().db.read() as session:
        campaign = steps.draft_or_refuse(session, campaign_id)
        channel = _channel(session, campaign)
        content = writing.read(channel)
    try:
        answer = steps.save(campaign_id, "message", {"content": content})
        writing.tell_taken_out(channel, content)
        _note_template(campaign, content)
    except InvalidInput as error:
        with core().db.read() as session:
            campaign = steps.draft_or_refuse(session, campaign_id)
            return _show(session, campaign, content, error)
    return answer


def _note_template(campaign: Campaign, content: Mapping[str, Any]) -> None:
    with core().db.unit() as session:
        if used := request.form.get("template", type=int):
            templates.count_use(session, used)
        if request.form.get("then") != "template":
            return
        provider = core().accounts.get(session, steps.account_of(campaign)).provider
        name = request.form.get("template_name", "")
        try:
            templates.create(core(), session, provider, name, content, actor=actor())
        except InvalidInput as error:
            named = {"template_name" if k == "name" else k: v for k, v in error.errors.items()}
            raise InvalidInput(named) from error
    pages.toast(_("‘%(name)s’ 템플릿을 저장했습니다.", name=name.strip()))


@blueprint.get("/<int:campaign_id>/preview")
@allow(Role.VIEWER)
def show_preview(campaign_id: int) -> Response:
    """What a campaign says, with samples, in a frame where nothing runs."""
    with core().db.read() as session:
        return writing.framed(session, campaign_or_404(session, campaign_id).definition)


@blueprint.post("/<int:campaign_id>/edit/message/preview")
@allow(Role.EDITOR)
def preview_typed(campaign_id: int) -> Response:
    """What is being written, before it is saved, for ``customer`` or with samples."""
    with core().db.read() as session:
        campaign = steps.draft_or_refuse(session, campaign_id)
        try:
            content = writing.read(_channel(session, campaign))
        except InvalidInput as error:
            return frames.problem(error)
        parts = {**campaign.definition, "content": content}
        return writing.framed(session, parts, request.form.get("customer", "").strip())


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


def _channel(session: Session, campaign: Campaign) -> Channel:
    return checks.channel_of(core(), session, steps.account_of(campaign))


def _show(
    session: Session,
    campaign: Campaign,
    content: Mapping[str, Any],
    error: InvalidInput | None = None,
    template: MessageTemplate | None = None,
) -> Response:
    try:
        channel = _channel(session, campaign)
    except InvalidInput as unusable:
        return steps.show("message", campaign, unusable, editor=None)
    can_keep = not channel.capabilities.syncs_templates
    return steps.show(
        "message",
        campaign,
        error,
        editor=writing.editor(session, steps.account_of(campaign), channel),
        content=content,
        begun_from=template,
        templates=templates.find(session, channel.id, limit=100).items if can_keep else None,
        address=person().email if channel.address is AddressKind.EMAIL else "",
        kind=channel.address,
        saved=bool(campaign.definition.get("content")),
    )
