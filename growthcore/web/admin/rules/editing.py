"""Writing a rule. Every step works by posting the form, so that none needs a script."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Response, request
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from growthcore.api import InvalidInput
from growthcore.recommendations import service
from growthcore.recommendations.models import Model, Rule
from growthcore.recommendations.rules import attaching, choices, effects, store, wording
from growthcore.recommendations.rules import definition as definitions
from growthcore.recommendations.rules.conditions import KINDS
from growthcore.web.admin import pages
from growthcore.web.admin.access import Role, actor, allow
from growthcore.web.admin.rules import written
from growthcore.web.admin.rules.area import blueprint, rule_or_404
from growthcore.web.current import core

_STEPS = ("add", "remove", "count")


@blueprint.get("/new")
@allow(Role.EDITOR)
def new() -> Response:
    """An empty rule."""
    return _page(None, written.EMPTY)


@blueprint.post("/new")
@allow(Role.EDITOR)
def create() -> BaseResponse:
    """Keep a new rule; the list says that it has to be switched on there."""
    values = written.posted(request.form)
    if _is_step():
        return _page(None, values)
    try:
        with core().db.unit() as session:
            rule = store.create(core(), session, **_given(values), actor=actor())
            attaching.have_obeyed(core(), session, rule.id, values["models"], actor=actor())
    except InvalidInput as error:
        return _page(None, values, error)
    return pages.go("admin.rules.index", made=rule.id)


@blueprint.get("/<int:rule_id>/edit")
@allow(Role.EDITOR)
def edit(rule_id: int) -> Response:
    """A rule as it is kept."""
    with core().db.read() as session:
        rule = rule_or_404(session, rule_id)
        models = store.used_by(session, [rule_id]).get(rule_id, [])
    return _page(rule, written.of_rule(rule, [each.slug for each in models]))


@blueprint.post("/<int:rule_id>/edit")
@allow(Role.EDITOR)
def change(rule_id: int) -> BaseResponse:
    """Keep what was changed, unless somebody else did so since the page was opened."""
    values = written.posted(request.form)
    with core().db.read() as session:
        rule = rule_or_404(session, rule_id)
    if _is_step():
        return _page(rule, values)
    try:
        with core().db.unit() as session:
            _save(session, rule_id, values)
    except InvalidInput as error:
        clash = "version" in error.errors
        return _page(rule, {**values, "version": rule.version} if clash else values, error)
    pages.toast(_("저장되었습니다."))
    return pages.go("admin.rules.index")


def _save(session: Session, rule_id: int, values: Mapping[str, Any]) -> None:
    """The models first where the page changes: those of the old one would hold the rule to it."""
    kept = store.get(session, rule_id)
    if values["page"] != kept.page:
        attaching.have_obeyed(core(), session, rule_id, (), actor=actor())
    version = int(values["version"]) if str(values["version"]).isdecimal() else 0
    store.change(core(), session, rule_id, version=version, **_given(values), actor=actor())
    attaching.have_obeyed(core(), session, rule_id, values["models"], actor=actor())


def _given(values: Mapping[str, Any]) -> dict[str, Any]:
    told = {name: values[name] for name in ("name", "description", "page")}
    return {**told, "definition": written.definition(values)}


def _is_step() -> bool:
    return request.form.get("act", "").partition(":")[0] in _STEPS


@blueprint.post("/effect")
@allow(Role.EDITOR)
def effect() -> Response:
    """What the rule that is being written would do now: a part of its page."""
    with core().db.read() as session:
        found = _effect(session, written.posted(request.form))
    return pages.fragment("admin/rules/_effect.html", **found)


def _effect(session: Session, values: Mapping[str, Any]) -> dict[str, Any]:
    """Its sentence and its effect, or nothing while it is not complete."""
    try:
        definition = definitions.check(written.definition(values), values["page"])
    except InvalidInput:
        return {"effect": None, "said": None}
    models = [each for each in _models(session) if each.slug in values["models"]]
    found = effects.effect(core().shelf.view(), definition, now=core().clock.now(), models=models)
    return {"effect": found, "said": wording.sentence(session, definition)}


def _models(session: Session) -> list[Model]:
    return [each.model for each in service.standings(session)]


def _page(
    rule: Rule | None, values: Mapping[str, Any], error: InvalidInput | None = None
) -> Response:
    """The form with all that was entered."""
    clash = error is not None and "version" in error.errors
    with core().db.read() as session:
        found = choices.choices(session)
        context = {**_effect(session, values), "models": _models(session)}
    fields = [written.views(row["type"], row, found) for row in values["rows"]]
    return pages.page(
        "admin/rules/edit.html",
        200 if error is None else 409 if clash else 422,
        rule=rule,
        values=values,
        fields=fields,
        kinds=KINDS,
        errors=pages.errors(written.by_field(error)) if error else {},
        **context,
    )
