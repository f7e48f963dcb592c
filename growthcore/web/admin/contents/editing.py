"""Writing a content."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Response, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from growthcore.api import InvalidInput
from growthcore.catalog import contents
from growthcore.catalog.models import Content
from growthcore.web.admin import pages
from growthcore.web.admin.access import Role, actor, allow
from growthcore.web.admin.contents import form
from growthcore.web.admin.contents.area import blueprint, content_or_404
from growthcore.web.current import core


@blueprint.get("/new")
@allow(Role.EDITOR)
def new() -> Response:
    """An empty form."""
    return _page(None, form.EMPTY)


@blueprint.post("/new")
@allow(Role.EDITOR)
def create() -> BaseResponse:
    """Keep a new content."""
    try:
        with core().db.unit() as session:
            item = form.told(request.form)
            contents.create(session, item, actor=actor(), now=core().clock.now())
    except InvalidInput as error:
        return _page(None, request.form, error)
    pages.toast(_("콘텐츠가 등록되었습니다."))
    return pages.go("admin.contents.index")


@blueprint.get("/<int:content_id>")
@allow(Role.EDITOR)
def edit(content_id: int) -> Response:
    """A content as it is kept."""
    found = content_or_404(content_id)
    return _page(found, form.of_content(found))


@blueprint.post("/<int:content_id>")
@allow(Role.EDITOR)
def change(content_id: int) -> BaseResponse:
    """Keep what was changed."""
    found = content_or_404(content_id)
    try:
        with core().db.unit() as session:
            item = form.told(request.form, found)
            contents.change(session, item, actor=actor(), now=core().clock.now())
    except InvalidInput as error:
        return _page(found, request.form, error)
    pages.toast(_("저장되었습니다."))
    return pages.go("admin.contents.index")


def _page(
    content: Content | None, values: Mapping[str, Any], error: InvalidInput | None = None
) -> Response:
    """The form with all that was entered."""
    return pages.page(
        "admin/contents/edit.html",
        422 if error else 200,
        content=content,
        values=values,
        errors=pages.errors(error) if error else {},
    )
