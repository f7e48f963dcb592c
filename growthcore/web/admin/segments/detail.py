"""One segment: how many it has now, who uses it, whether somebody belongs to it."""

from __future__ import annotations

import json
from typing import Any

from flask import Response, request
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from growthcore.api import InvalidInput
from growthcore.campaigns import usage
from growthcore.customers import lookup
from growthcore.segments import explanation, saved
from growthcore.segments import preview as previews
from growthcore.web.admin import pages, parts
from growthcore.web.admin.access import Role, actor, allow
from growthcore.web.admin.segments.area import blueprint, segment_or_404
from growthcore.web.current import core


@blueprint.get("/<int:segment_id>")
@allow(Role.VIEWER)
def show(segment_id: int) -> Response:
    """The segment as it is defined; its figures are fetched by the page."""
    return _page(segment_id)


@blueprint.post("/<int:segment_id>/count")
@allow(Role.VIEWER)
def count(segment_id: int) -> BaseResponse:
    """Count it now, and keep the figure for lists."""
    found, problems = None, None
    with core().db.read() as session:
        segment = segment_or_404(session, segment_id)
        try:
            found = previews.preview(core(), session, segment.definition)
        except InvalidInput as error:
            problems = pages.errors(error)
    at = core().clock.now()
    if found is not None:
        with core().db.unit() as session:
            saved.note_count(session, segment_id, found["count"], at=at)
    if parts.asked():
        return pages.fragment("admin/segments/_count.html", found=found, problems=problems, at=at)
    if problems:
        pages.toast(" ".join(problems.values()), "danger")
    return pages.go("admin.segments.show", segment_id=segment_id)


@blueprint.get("/<int:segment_id>/test")
@allow(Role.VIEWER)
def test(segment_id: int) -> Response:
    """Whether one customer belongs to it, condition by condition."""
    asked = request.args.get("customer", "").strip()
    with core().db.read() as session:
        segment = segment_or_404(session, segment_id)
        try:
            customer_id = _customer(session, asked)
            found = explanation.explain(core(), session, segment.definition, customer_id)
        except InvalidInput as error:
            return _tested(segment_id, 422, problems=pages.errors(error))
    return _tested(segment_id, found=found)


@blueprint.post("/<int:segment_id>/duplicate")
@allow(Role.EDITOR)
def duplicate(segment_id: int) -> BaseResponse:
    """A copy under a name of its own, opened to be changed."""
    try:
        with core().db.unit() as session:
            source = segment_or_404(session, segment_id)
            copied = saved.duplicate(
                core(),
                session,
                segment_id,
                name=_("%(name)s 사본", name=source.name),
                actor=actor(),
            )
    except InvalidInput as error:
        return _refused(segment_id, error)
    pages.toast(_("‘%(name)s’을(를) 만들었습니다.", name=copied.name))
    return pages.go("admin.segments.edit", segment_id=copied.id)


@blueprint.post("/<int:segment_id>/archive")
@allow(Role.EDITOR)
def archive(segment_id: int) -> BaseResponse:
    """Put it away, or take it out again; either is undone by the other."""
    away = request.form.get("archived") == "1"
    with core().db.unit() as session:
        segment = segment_or_404(session, segment_id)
        saved.archive(core(), session, segment_id, archived=away, actor=actor())
    words = _("‘%(name)s’을(를) 보관했습니다.") if away else _("‘%(name)s’을(를) 다시 사용합니다.")
    pages.toast(words % {"name": segment.name})
    return pages.go("admin.segments.show", segment_id=segment_id)


@blueprint.post("/<int:segment_id>/delete")
@allow(Role.EDITOR)
def delete(segment_id: int) -> BaseResponse:
    """Remove it for good, which what uses it prevents."""
    try:
        with core().db.unit() as session:
            segment = segment_or_404(session, segment_id)
            saved.delete(
                core(),
                session,
                segment_id,
                usage=lambda session, id_: usage.of_segment(core(), session, id_),
                actor=actor(),
            )
    except InvalidInput as error:
        return _refused(segment_id, error)
    pages.toast(_("‘%(name)s’을(를) 삭제했습니다.", name=segment.name))
    return pages.go("admin.segments.index")


def _page(segment_id: int, status: int = 200, **tested: Any) -> Response:
    with core().db.read() as session:
        segment = segment_or_404(session, segment_id)
        used = usage.of_segments(core(), session, [segment_id]).get(segment_id, ())
    return pages.page(
        "admin/segments/show.html",
        status,
        segment=segment,
        used=used,
        json=json.dumps(segment.definition, ensure_ascii=False, indent=2),
        **tested,
    )


def _tested(segment_id: int, status: int = 200, **tested: Any) -> Response:
    """The answer by itself, or in its page for a browser without scripts."""
    if parts.asked():
        return pages.fragment("admin/segments/_test.html", status, **tested)
    return _page(segment_id, status, tested=True, **tested)


def _refused(segment_id: int, error: InvalidInput) -> BaseResponse:
    pages.toast(" ".join(pages.errors(error).values()), "danger")
    return pages.go("admin.segments.show", segment_id=segment_id)


def _customer(session: Session, text: str) -> int:
    if not text:
        raise InvalidInput({"customer": "Give a customer's number, e-mail address or shop id."})
    return lookup.resolve(session, text)
