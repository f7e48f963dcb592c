"""Blog posts, videos and reviews: the list, and the page that writes one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, abort, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response as BaseResponse

from growthcore.api import InvalidInput
from growthcore.catalog import content_clicks, contents
from growthcore.catalog.content_input import Kind
from growthcore.catalog.models import Content
from growthcore.web.admin import content_form, pages
from growthcore.web.admin.access import Role, actor, allow
from growthcore.web.admin.tables import Listing
from growthcore.web.current import core

blueprint = Blueprint("contents", __name__, url_prefix="/catalog/contents")

KINDS = {Kind.BLOG: _l("블로그"), Kind.VIDEO: _l("영상"), Kind.REVIEW: _l("리뷰")}
_HIDDEN = {"shown": False, "hidden": True}


@blueprint.context_processor
def _words() -> dict[str, Any]:
    """What every template of the area may use."""
    return {"kinds": KINDS, "click_days": content_clicks.DAYS}


@blueprint.get("/")
@allow(Role.VIEWER)
def index() -> Response:
    """Contents, newest first, with their clicks."""
    listing = Listing.of_request(filters=("kind", "state"))
    with core().db.read() as session:
        found = contents.find(
            session,
            listing.q,
            kind=listing.filters["kind"],
            hidden=_HIDDEN.get(listing.filters["state"]),
            offset=listing.offset,
            limit=listing.size,
        )
        clicks = content_clicks.lately(session.connection(), core().clock.now())
    return pages.page(
        "admin/contents/index.html",
        listing=listing,
        found=found,
        clicks=clicks,
        now=core().clock.now(),
    )


@blueprint.get("/new")
@allow(Role.EDITOR)
def new() -> Response:
    """An empty form."""
    return _page(None, content_form.EMPTY)


@blueprint.post("/new")
@allow(Role.EDITOR)
def create() -> BaseResponse:
    """Keep a new content."""
    try:
        with core().db.unit() as session:
            item = content_form.told(request.form)
            contents.create(session, item, actor=actor(), now=core().clock.now())
    except InvalidInput as error:
        return _page(None, request.form, error)
    pages.toast(_("콘텐츠가 등록되었습니다."))
    return pages.go("admin.contents.index")


@blueprint.get("/<int:content_id>")
@allow(Role.EDITOR)
def edit(content_id: int) -> Response:
    """A content as it is kept."""
    found = _found(content_id)
    return _page(found, content_form.of_content(found))


@blueprint.post("/<int:content_id>")
@allow(Role.EDITOR)
def change(content_id: int) -> BaseResponse:
    """Keep what was changed."""
    found = _found(content_id)
    try:
        with core().db.unit() as session:
            item = content_form.told(request.form, found)
            contents.change(session, item, actor=actor(), now=core().clock.now())
    except InvalidInput as error:
        return _page(found, request.form, error)
    pages.toast(_("저장되었습니다."))
    return pages.go("admin.contents.index")


@blueprint.post("/<int:content_id>/show")
@allow(Role.EDITOR)
def show(content_id: int) -> BaseResponse:
    """Have it shown in the shop, or hidden."""
    found = _found(content_id)
    shown = request.form.get("shown") == "1"
    now = core().clock.now()
    with core().db.unit() as session:
        contents.show(session, [found.external_id], shown=shown, actor=actor(), now=now)
    told = _("‘%(title)s’을(를) 노출합니다.") if shown else _("‘%(title)s’을(를) 숨겼습니다.")
    pages.toast(told % {"title": found.title})
    return pages.go("admin.contents.index")


@blueprint.post("/<int:content_id>/delete")
@allow(Role.EDITOR)
def delete(content_id: int) -> BaseResponse:
    """Remove it for good."""
    found = _found(content_id)
    with core().db.unit() as session:
        contents.delete(session, [found.external_id], actor=actor(), now=core().clock.now())
    pages.toast(_("‘%(title)s’을(를) 삭제했습니다.", title=found.title))
    return pages.go("admin.contents.index")


def _found(content_id: int) -> Content:
    with core().db.read() as session:
        return session.get(Content, content_id) or abort(404)


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
