"""Making a model: where it runs, to whom and when it appears, and how it looks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Response, request
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from growthcore.api import InvalidInput, Placement
from growthcore.operators import workspace
from growthcore.plugins import forms as schemas
from growthcore.recommendations import service, widgets
from growthcore.recommendations.backups import MOST_SLOTS, Kept
from growthcore.recommendations.evaluation import measuring
from growthcore.recommendations.models import Model
from growthcore.recommendations.rules import attaching, wording
from growthcore.segments import saved
from growthcore.web.admin import forms, pages
from growthcore.web.admin.access import Role, actor, allow
from growthcore.web.admin.models import figures, suited
from growthcore.web.admin.models.area import blueprint, model_or_404
from growthcore.web.current import core

_BACKUPS = 3
"""So many backups have a field."""


def _titles() -> Mapping[str, str]:
    return {"run": _("운영 환경"), "aim": _("대상과 시점"), "look": _("상품 노출")}


def _show(
    step: str, model: Model | None, error: InvalidInput | None = None, **context: Any
) -> Response:
    return pages.page(
        f"admin/models/{step}.html",
        200 if error is None else 422,
        step=step,
        steps=_titles(),
        model=model,
        errors=pages.errors(error) if error else {},
        **context,
    )


@blueprint.get("/new")
@allow(Role.EDITOR)
def new() -> Response:
    """Begin a model; nothing is kept until it has a name."""
    return _run(None, {"placement": Placement.MAIN, "backups": []})


@blueprint.post("/new")
@allow(Role.EDITOR)
def create() -> BaseResponse:
    """Make it. It is trained at once, and shown when it is switched on."""
    given = _posted_run()
    try:
        with core().db.unit() as session:
            widgets.check_placement(core(), given["algorithm"], given["placement"])
            slug = given["slug"] or service.free_slug(session, given["algorithm"])
            service.create(
                core(),
                session,
                slug,
                algorithm=given["algorithm"],
                name=_name(given),
                backups=given["backups"],
                enabled=False,
                actor=actor(),
            )
            _place(session, slug, given)
    except InvalidInput as error:
        return _run(None, given, error)
    return pages.go("admin.models.edit_aim", slug=slug)


@blueprint.get("/<slug>/edit/run")
@allow(Role.EDITOR)
def edit_run(slug: str) -> Response:
    """Name, place, params and backups."""
    with core().db.read() as session:
        model = model_or_404(session, slug)
    values = {
        name: getattr(model, name)
        for name in ("name", "description", "placement", "algorithm", "backups", "enabled")
    }
    return _run(model, {**values, "params": model.params})


@blueprint.post("/<slug>/edit/run")
@allow(Role.EDITOR)
def save_run(slug: str) -> BaseResponse:
    """Keep them."""
    with core().db.read() as session:
        model = model_or_404(session, slug)
    given = {**_posted_run(), "algorithm": model.algorithm, "params": _posted_params(model)}
    try:
        with core().db.unit() as session:
            service.change(
                core(),
                session,
                slug,
                name=_name(given),
                given=given["params"],
                backups=given["backups"],
                enabled=model.enabled,
                actor=actor(),
            )
            _place(session, slug, given)
    except InvalidInput as error:
        return _run(model, given, error)
    return _on("edit_aim", slug)


def _name(given: Mapping[str, Any]) -> str:
    """The model's name; the service would take the slug for one that is empty."""
    name: str = given["name"]
    if not name:
        raise InvalidInput({"name": "Give the model a name of 1 to 100 characters."})
    return name


def _place(session: Session, slug: str, given: Mapping[str, Any]) -> None:
    widgets.place(
        core(),
        session,
        slug,
        placement=given["placement"],
        description=given["description"],
        actor=actor(),
    )


def _run(
    model: Model | None, values: Mapping[str, Any], error: InvalidInput | None = None
) -> Response:
    with core().db.read() as session:
        others = [each.model for each in service.standings(session)]
        best = measuring.suited(session)
    algorithm = core().plugins.algorithms.get(model.algorithm) if model else None
    return _show(
        "run",
        model,
        error,
        values=values,
        algorithms=sorted(core().plugins.algorithms.values(), key=lambda each: each.id),
        best=best,
        params=schemas.form(algorithm.Params) if algorithm else [],
        others=[each for each in others if model is None or each.slug != model.slug],
        places=range(_BACKUPS),
        most_slots=MOST_SLOTS,
    )


def _posted_run() -> dict[str, Any]:
    names = ("name", "slug", "description", "placement", "algorithm")
    given: dict[str, Any] = {name: request.form.get(name, "").strip() for name in names}
    chosen = [_posted_backup(place) for place in range(_BACKUPS)]
    return {**given, "backups": [each for each in chosen if each]}


def _posted_backup(place: int) -> Kept:
    """A backup as it is kept; what is no number stays text for the service to refuse."""
    slug = request.form.get(f"backup-{place}", "")
    slots = request.form.get(f"slots-{place}", "").strip()
    if not slug or not slots:
        return slug
    return {"model": slug, "slots": int(slots) if slots.isdecimal() else slots}


def _posted_params(model: Model) -> dict[str, Any]:
    algorithm = core().plugins.algorithms.get(model.algorithm)
    if algorithm is None:
        return dict(model.params)
    return forms.read(schemas.form(algorithm.Params), request.form, "params.")


@blueprint.get("/<slug>/edit/aim")
@allow(Role.EDITOR)
def edit_aim(slug: str) -> Response:
    """To whom it is shown, and when."""
    with core().db.read() as session:
        model = model_or_404(session, slug)
    return _aim(model, {"segment_id": model.segment_id, **widgets.appearing(model)})


@blueprint.post("/<slug>/edit/aim")
@allow(Role.EDITOR)
def save_aim(slug: str) -> BaseResponse:
    """Keep it."""
    chosen = request.form.get("segment_id", "")
    appears = forms.read(schemas.form(widgets.Appearing), request.form)
    with core().db.read() as session:
        model = model_or_404(session, slug)
    try:
        with core().db.unit() as session:
            segment_id = int(chosen) if chosen.isdecimal() else None
            widgets.aim(
                core(), session, slug, segment_id=segment_id, appears=appears, actor=actor()
            )
    except InvalidInput as error:
        return _aim(model, {"segment_id": chosen, **appears}, error)
    return _on("edit_look", slug)


def _aim(model: Model, values: Mapping[str, Any], error: InvalidInput | None = None) -> Response:
    with core().db.read() as session:
        segments = saved.names(session)
    views = schemas.form(widgets.Appearing)
    return _show("aim", model, error, values=values, segments=segments, views=views)


@blueprint.get("/<slug>/edit/look")
@allow(Role.EDITOR)
def edit_look(slug: str) -> Response:
    """How its widget looks."""
    with core().db.read() as session:
        model = model_or_404(session, slug)
    return _look(model, widgets.look(model))


@blueprint.post("/<slug>/edit/look")
@allow(Role.EDITOR)
def save_look(slug: str) -> BaseResponse:
    """Keep it, and show the finished model."""
    given = forms.read(schemas.form(widgets.Widget), request.form)
    with core().db.read() as session:
        model = model_or_404(session, slug)
    try:
        with core().db.unit() as session:
            widgets.design(core(), session, slug, given, actor=actor())
    except InvalidInput as error:
        return _look(model, given, error)
    return _on("show", slug)


def _look(model: Model, values: Mapping[str, Any], error: InvalidInput | None = None) -> Response:
    return _show("look", model, error, values=values, views=schemas.form(widgets.Widget))


@blueprint.get("/<slug>")
@allow(Role.VIEWER)
def show(slug: str) -> Response:
    """A finished model: how it stands, what it brought and shows, and what to put into the page."""
    days = figures.days()
    with core().db.read() as session:
        model = model_or_404(session, slug)
        rules = attaching.rules_of(session, slug)
        found: dict[str, Any] = {
            "suited": suited.of(session, model),
            "standing": service.standing(session, model),
            "brought": figures.of(session, [model], days)[model.id],
            "rules": rules,
            "sentences": wording.sentences(session, rules),
            "shop_currency": workspace.get(session).currency,
        }
    algorithm = core().plugins.algorithms.get(model.algorithm)
    trains = algorithm is not None and algorithm.trained
    return pages.page(
        "admin/models/show.html",
        model=model,
        trains=trains,
        days=days,
        periods=figures.DAYS,
        **found,
    )


def _on(following: str, slug: str) -> BaseResponse:
    """To the next step, or to stay where one was."""
    pages.toast(_("저장되었습니다."))
    if request.form.get("then") == "stay" and request.endpoint:
        return pages.go(request.endpoint.replace("save_", "edit_"), slug=slug)
    return pages.go(f"admin.models.{following}", slug=slug)
