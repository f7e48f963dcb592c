"""When messages may go out: the send policies, each a form drawn from its schema."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from flask import Blueprint, abort, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from growthcore.api import InvalidInput, MessageClass, Text
from growthcore.campaigns import ranking
from growthcore.messaging import send_policy
from growthcore.messaging.send_policy import Setting
from growthcore.plugins.forms import FieldView, form
from growthcore.plugins.records import PluginFailure
from growthcore.web.admin import forms, pages
from growthcore.web.admin.access import Role, actor, allow, may
from growthcore.web.admin.campaigns import words
from growthcore.web.current import core

blueprint = Blueprint("policy", __name__, url_prefix="/settings/policy")


@dataclass(frozen=True, kw_only=True)
class Card:
    """One policy as the page shows it: what holds, and what its form says."""

    id: str
    title: Text
    help: Text
    enabled: bool
    meaning: Text
    views: list[FieldView]
    values: Mapping[str, Any]
    errors: Mapping[str, str]
    problem: bool


@blueprint.get("/")
@allow(Role.VIEWER)
def index() -> Response:
    """The policies in force and the order of campaigns; whoever may change them gets forms."""
    return page()


@blueprint.post("/<policy_id>")
@allow(Role.MANAGER)
def save(policy_id: str) -> Response:
    """Change one policy, with a reason; holding back less may be for owners only."""
    if policy_id not in core().plugins.policies:
        abort(404)
    try:
        with core().db.unit() as session:
            setting = send_policy.settings(core(), session)[policy_id]
            enabled, values = _asked(setting)
            if changed := bool(setting.problem) or (enabled, values) != (
                setting.enabled,
                _dumped(setting),
            ):
                send_policy.change(
                    core(),
                    session,
                    policy_id,
                    values,
                    enabled=enabled,
                    reason=request.form.get(f"{policy_id}.reason", ""),
                    actor=actor(),
                    now=core().clock.now(),
                    may_narrow=may(Role.OWNER),
                )
    except InvalidInput as error:
        prefixed = {f"{policy_id}.{path}": told for path, told in error.errors.items()}
        return page(422, policy_id=policy_id, errors=pages.errors(InvalidInput(prefixed)))
    if changed:
        pages.toast(_("저장되었습니다. 이미 대기 중인 발송에도 적용됩니다."))
    else:
        pages.toast(_("변경된 내용이 없습니다."), "info")
    return pages.go("admin.policy.index")


def page(
    status: int = 200,
    *,
    policy_id: str = "",
    errors: Mapping[str, str] | None = None,
    clash: bool = False,
) -> Response:
    """The whole page; ``errors`` and what was entered stay in the form of ``policy_id``.

    ``clash`` when somebody else had changed the order of campaigns first.
    """
    with core().db.read() as session:
        settings = send_policy.settings(core(), session)
        cards = [
            _card(each, errors or {} if each.id == policy_id else None)
            for each in settings.values()
        ]
        ranked = ranking.ranking(session)
    return pages.page(
        "admin/settings/policy.html",
        status,
        cards=cards,
        ranking=ranked,
        words=words,
        clash=clash,
        order_errors={} if policy_id else errors or {},
    )


def _card(setting: Setting, errors: Mapping[str, str] | None) -> Card:
    views, values, enabled = _views(setting), _shown(setting), setting.enabled
    if errors is not None:
        values = forms.read(views, request.form, f"{setting.id}.")
        values["reason"] = request.form.get(f"{setting.id}.reason", "")
        enabled = _switched(setting.id)
    return Card(
        id=setting.id,
        title=setting.policy.title,
        help=setting.policy.help,
        enabled=enabled,
        meaning=_meaning(setting),
        views=views,
        values=values,
        errors=errors or {},
        problem=setting.problem is not None,
    )


def _meaning(setting: Setting) -> Text:
    """What holds, in the policy's own words; one that fails to say so costs only the sentence."""
    try:
        with core().plugins.guarded("policy", setting.id):
            return setting.policy.describe(setting.params)
    except PluginFailure:
        return Text("–", "–")


def _views(setting: Setting) -> list[FieldView]:
    return [
        replace(view, choices=[(each, words.medium(each)) for each in _media(setting)])
        if view.kind == "messages"
        else view
        for view in form(setting.policy.Params)
    ]


def _media(setting: Setting) -> list[str]:
    """What messages go by here, also what a channel that is gone went by."""
    offered = {channel.medium for channel in core().plugins.channels.values()}
    named = {pair.split(":")[1] for pairs in _pairs(setting) for pair in pairs}
    return sorted(offered | named - {"*"})


def _pairs(setting: Setting) -> list[list[str]]:
    return [
        setting.params[view.name] for view in form(setting.policy.Params) if view.kind == "messages"
    ]


def _dumped(setting: Setting) -> dict[str, Any]:
    """The params in force as JSON, what was left out filled in."""
    dumped: dict[str, Any] = setting.policy.Params().dump(setting.params)
    return dumped


def _shown(setting: Setting) -> dict[str, Any]:
    """The same for the form: a ``*`` ticks every box it stands for."""
    shown = _dumped(setting)
    media = _media(setting)
    for view in form(setting.policy.Params):
        if view.kind == "messages":
            shown[view.name] = _spelt_out(shown[view.name], media)
    return shown


def _spelt_out(pairs: list[str], media: list[str]) -> list[str]:
    return [
        f"{each}:{medium}"
        for medium in media
        for each in MessageClass
        if not {f"{c}:{m}" for c in (each, "*") for m in (medium, "*")}.isdisjoint(pairs)
    ]


def _switched(policy_id: str) -> bool:
    return request.form.get(f"{policy_id}.enabled") == "1"


def _asked(setting: Setting) -> tuple[bool, dict[str, Any]]:
    """What the form asks for; a ``*`` whose boxes are all as they were stays one."""
    views = _views(setting)
    asked = forms.read(views, request.form, f"{setting.id}.")
    before, media = _dumped(setting), _media(setting)
    for view in views:
        if view.kind == "messages" and set(asked[view.name]) == set(
            _spelt_out(before[view.name], media)
        ):
            asked[view.name] = before[view.name]
    loaded = _filled_in(setting, asked)
    return _switched(setting.id), asked if loaded is None else loaded


def _filled_in(setting: Setting, asked: Mapping[str, Any]) -> dict[str, Any] | None:
    """The params as they would be kept, to be compared; None for what doesn't fit."""
    schema = setting.policy.Params()
    if schema.validate(asked):
        return None
    filled: dict[str, Any] = schema.dump(schema.load(asked))
    return filled
