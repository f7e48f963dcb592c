"""Templates of the shop's own, by channel: listed, written, copied and removed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, abort, request
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from growthcore.api import Channel, InvalidInput, MessageClass
from growthcore.campaigns import templates
from growthcore.campaigns.models import MessageTemplate
from growthcore.web.admin import pages, writing
from growthcore.web.admin.access import Role, actor, allow
from growthcore.web.admin.campaigns import frames
from growthcore.web.admin.formats import text
from growthcore.web.admin.tables import Listing
from growthcore.web.current import core

blueprint = Blueprint("templates", __name__, url_prefix="/settings/templates")
_EDIT = "admin/settings/own_template.html"


@blueprint.get("/")
@allow(Role.VIEWER)
def home() -> BaseResponse:
    """The templates of the first channel that has an account, or of the first there is."""
    with core().db.read() as session:
        used = {account.provider for account in core().accounts.list(session, "channel")}
    ordered = [id_ for id_, _channel in _channels()]
    chosen = next((id_ for id_ in ordered if id_ in used), *ordered[:1] or (None,))
    return pages.go(".index", channel=chosen) if chosen else abort(404)


@blueprint.get("/<channel>")
@allow(Role.VIEWER)
def index(channel: str) -> Response:
    """The templates of a channel; where its provider keeps them, the way there."""
    offered = _offered(channel)
    listing = Listing.of_request()
    with core().db.read() as session:
        found = templates.find(
            session, channel, listing.q, offset=listing.offset, limit=listing.size
        )
        accounts = [
            account
            for account in core().accounts.list(session, "channel")
            if account.provider == channel
        ]
        numbers = templates.counts(session)
    return pages.page(
        "admin/settings/own_templates.html",
        channel=offered,
        channels=_channels(),
        counts=numbers,
        listing=listing,
        found=found,
        accounts=accounts,
    )


@blueprint.get("/<channel>/new")
@allow(Role.EDITOR)
def new(channel: str) -> Response:
    """An empty editor, or one that ``starter`` filled."""
    with core().db.read() as session:
        content = writing.begun(session, request.args.get("starter", "")) or {}
        return _show(session, channel, {"name": "", "content": content})


@blueprint.post("/<channel>/new")
@allow(Role.EDITOR)
def create(channel: str) -> BaseResponse:
    """Keep a new template."""
    values = _entered(channel)
    try:
        with core().db.unit() as session:
            made = templates.create(
                core(), session, channel, values["name"], values["content"], actor=actor()
            )
    except InvalidInput as error:
        with core().db.read() as session:
            return _show(session, channel, values, error=error)
    return _saved(channel, made.name, values["content"])


@blueprint.get("/<channel>/<int:template_id>")
@allow(Role.EDITOR)
def edit(channel: str, template_id: int) -> Response:
    """The editor with what a template says."""
    with core().db.read() as session:
        template = _template_or_404(session, channel, template_id)
        values = {
            "name": template.name,
            "content": template.content,
            "version": template.version,
        }
        return _show(session, channel, values, template)


@blueprint.post("/<channel>/<int:template_id>")
@allow(Role.EDITOR)
def change(channel: str, template_id: int) -> BaseResponse:
    """Save what was changed, unless somebody else did so since the page was opened."""
    values = _entered(channel)
    try:
        with core().db.unit() as session:
            _template_or_404(session, channel, template_id)
            changed = templates.change(core(), session, template_id, **values, actor=actor())
    except InvalidInput as error:
        with core().db.read() as session:
            template = _template_or_404(session, channel, template_id)
            if "version" in error.errors:
                values["version"] = template.version
            return _show(session, channel, values, template, error)
    return _saved(channel, changed.name, values["content"])


def _saved(channel: str, name: str, content: Mapping[str, Any]) -> BaseResponse:
    with core().db.read() as session:
        reading = _reading(session, channel)[1]
    writing.tell_taken_out(reading, content)
    pages.toast(_("‘%(name)s’ 템플릿을 저장했습니다.", name=name))
    return pages.go(".index", channel=channel)


@blueprint.post("/<channel>/<int:template_id>/<any(duplicate, delete, default, ordinary):action>")
@allow(Role.EDITOR)
def act(channel: str, template_id: int, action: str) -> BaseResponse:
    """Copy or remove a template, or choose what empty messages begin with."""
    with core().db.unit() as session:
        _template_or_404(session, channel, template_id)
        if action == "duplicate":
            done = templates.duplicate(core(), session, template_id, actor=actor())
        elif action == "delete":
            done = templates.delete(core(), session, template_id, actor=actor())
        else:
            done = templates.make_default(
                core(), session, template_id, default=action == "default", actor=actor()
            )
        name = done.name
    said = {
        "duplicate": _("‘%(name)s’을(를) 만들었습니다.", name=name),
        "delete": _("‘%(name)s’을(를) 삭제했습니다.", name=name),
        "default": _("새 메시지는 ‘%(name)s’(으)로 시작합니다.", name=name),
        "ordinary": _("기본 지정을 해제했습니다."),
    }
    pages.toast(said[action])
    return pages.go(".index", channel=channel)


@blueprint.get("/<channel>/<int:template_id>/preview")
@allow(Role.VIEWER)
def show_preview(channel: str, template_id: int) -> Response:
    """What a template says, with samples, in a frame where nothing runs."""
    with core().db.read() as session:
        return _framed(session, channel, _template_or_404(session, channel, template_id).content)


@blueprint.post("/<channel>/preview")
@allow(Role.EDITOR)
def preview_typed(channel: str) -> Response:
    """What is being written, before it is saved."""
    with core().db.read() as session:
        content = writing.read(_reading(session, channel)[1])
        return _framed(session, channel, content, request.form.get("customer", "").strip())


def _framed(
    session: Session, channel: str, content: Mapping[str, Any], customer: str = ""
) -> Response:
    try:
        account_id, reading = templates.channel_of(core(), session, channel)
    except InvalidInput as error:
        return frames.problem(error)
    carried = reading.capabilities.classes
    # A template is of no class; advertising is what most messages are.
    shown = next(each for each in (MessageClass.ADVERTISING, *carried) if each in carried)
    parts = {"account_id": account_id, "message_class": shown.value, "content": content}
    return writing.framed(session, parts, customer)


def _show(
    session: Session,
    channel: str,
    values: Mapping[str, Any],
    template: MessageTemplate | None = None,
    error: InvalidInput | None = None,
) -> Response:
    account_id, reading = _reading(session, channel)
    clash = error is not None and "version" in error.errors
    return pages.page(
        _EDIT,
        200 if error is None else 409 if clash else 422,
        channel=reading,
        editor=writing.editor(session, account_id, reading, of_accounts=False),
        own=template,
        values=values,
        clash=clash,
        errors=pages.errors(error) if error and not clash else {},
    )


def _entered(channel: str) -> dict[str, Any]:
    with core().db.read() as session:
        content = writing.read(_reading(session, channel)[1])
    version = request.form.get("version", type=int)
    return {"name": request.form.get("name", "").strip(), "content": content} | (
        {"version": version} if version is not None else {}
    )


def _reading(session: Session, channel: str) -> tuple[int, Channel]:
    """The account that reads the content; the list says where there is none."""
    if _offered(channel).capabilities.syncs_templates:
        abort(404)
    try:
        return templates.channel_of(core(), session, channel)
    except InvalidInput:
        abort(404)


def _offered(channel: str) -> type[Channel]:
    return core().plugins.channels.get(channel) or abort(404)


def _channels() -> list[tuple[str, type[Channel]]]:
    return sorted(core().plugins.channels.items(), key=lambda each: text(each[1].title))


def _template_or_404(session: Session, channel: str, template_id: int) -> MessageTemplate:
    try:
        found = templates.get(session, template_id)
    except InvalidInput:
        abort(404)
    return found if found.channel == channel else abort(404)
