"""Making a segment and changing it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from flask import Response, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from growthcore.api import InvalidInput
from growthcore.segments import saved
from growthcore.segments.models import Segment
from growthcore.web.admin import pages
from growthcore.web.admin.access import Role, actor, allow
from growthcore.web.admin.segments.area import blueprint, segment_or_404
from growthcore.web.current import core

_EMPTY = {"name": "", "description": "", "definition": "", "version": ""}


@blueprint.get("/new")
@allow(Role.EDITOR)
def new() -> Response:
    """An empty builder."""
    return pages.page("admin/segments/edit.html", segment=None, values=_EMPTY, errors={})


@blueprint.post("/new")
@allow(Role.EDITOR)
def create() -> BaseResponse:
    """Save a new segment."""
    values = _entered()
    try:
        definition = read_definition(values["definition"])
        with core().db.unit() as session:
            made = saved.create(
                core(),
                session,
                values["name"],
                definition,
                description=values["description"],
                actor=actor(),
            )
    except InvalidInput as error:
        return _again(None, values, error)
    pages.toast(_("‘%(name)s’을(를) 저장했습니다.", name=made.name))
    return pages.go("admin.segments.show", segment_id=made.id)


@blueprint.get("/<int:segment_id>/edit")
@allow(Role.EDITOR)
def edit(segment_id: int) -> Response:
    """The builder with what the segment says."""
    with core().db.read() as session:
        segment = segment_or_404(session, segment_id)
    values = {
        "name": segment.name,
        "description": segment.description,
        "definition": json.dumps(segment.definition, ensure_ascii=False),
        "version": segment.version,
    }
    return pages.page("admin/segments/edit.html", segment=segment, values=values, errors={})


@blueprint.post("/<int:segment_id>/edit")
@allow(Role.EDITOR)
def change(segment_id: int) -> BaseResponse:
    """Save what was changed, unless somebody else did so since the page was opened."""
    values = _entered()
    try:
        definition = read_definition(values["definition"])
        with core().db.unit() as session:
            segment_or_404(session, segment_id)
            changed = saved.change(
                core(),
                session,
                segment_id,
                version=int(values["version"]) if values["version"].isdecimal() else 0,
                name=values["name"],
                description=values["description"],
                definition=definition,
                actor=actor(),
            )
    except InvalidInput as error:
        with core().db.read() as session:
            return _again(segment_or_404(session, segment_id), values, error)
    pages.toast(_("‘%(name)s’을(를) 저장했습니다.", name=changed.name))
    return pages.go("admin.segments.show", segment_id=segment_id)


def read_definition(text: str) -> Mapping[str, Any]:
    """A definition that was posted as JSON. Raises :class:`InvalidInput` at ``definition``."""
    if not text.strip():
        raise InvalidInput({"definition": "Add at least one condition."})
    try:
        found = json.loads(text)
    except ValueError as error:
        raise InvalidInput({"definition": "This is not a definition in JSON."}) from error
    if not isinstance(found, dict):
        raise InvalidInput({"definition": "This is not a definition in JSON."})
    return found


def _entered() -> dict[str, str]:
    return {name: request.form.get(name, "").strip() for name in _EMPTY}


def _again(segment: Segment | None, values: Mapping[str, Any], error: InvalidInput) -> Response:
    """The form with all that was entered.

    Of two people who change at once the second is shown what the first saved, and may save over it.
    """
    clash = "version" in error.errors
    if clash and segment is not None:
        values = {**values, "version": segment.version}
    return pages.page(
        "admin/segments/edit.html",
        409 if clash else 422,
        segment=segment,
        values=values,
        errors=pages.errors(error),
        clash=clash,
    )
