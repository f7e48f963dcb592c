"""The list of contents: shown, hidden, removed."""

from __future__ import annotations

from flask import Response, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from growthcore.catalog import content_clicks, contents
from growthcore.web.admin import pages
from growthcore.web.admin.access import Role, actor, allow
from growthcore.web.admin.contents.area import blueprint, content_or_404
from growthcore.web.admin.tables import Listing
from growthcore.web.current import core

_HIDDEN = {"shown": False, "hidden": True}


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


@blueprint.post("/<int:content_id>/show")
@allow(Role.EDITOR)
def show(content_id: int) -> BaseResponse:
    """Have it shown in the shop, or hidden."""
    found = content_or_404(content_id)
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
    found = content_or_404(content_id)
    with core().db.unit() as session:
        contents.delete(session, [found.external_id], actor=actor(), now=core().clock.now())
    pages.toast(_("‘%(title)s’을(를) 삭제했습니다.", title=found.title))
    return pages.go("admin.contents.index")
