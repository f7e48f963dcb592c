"""The sandbox inbox: mails that a stand-in for the mail server took, so that nobody got them."""

from __future__ import annotations

import re

from flask import Blueprint, Response, abort, make_response, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from growthcore.sandbox.inbox import Inbox, Mail
from growthcore.web.admin import pages
from growthcore.web.admin.access import Role, allow
from growthcore.web.admin.downloads import download
from growthcore.web.admin.frames import in_frame
from growthcore.web.admin.tables import Listing
from growthcore.web.current import core

blueprint = Blueprint("inbox", __name__, url_prefix="/inbox")

_SIZE = 50
_NEW_TABS = '<base target="_blank">'
_OPENING = re.compile(
    r"\s*(?:<!doctype[^>]*>)?\s*(?:<html[^>]*>)?\s*(?:<head[^>]*>)?", re.IGNORECASE
)


@blueprint.get("/")
@allow(Role.MANAGER)
def index() -> Response:
    """The mails, newest first; the list follows what comes in."""
    listing = Listing.of_request()
    before = request.args.get("before")
    found = _inbox().messages(limit=_SIZE + 1, before=before, text=listing.q)
    return pages.page(
        "admin/inbox/index.html",
        listing=listing,
        before=before,
        mails=found[:_SIZE],
        more=len(found) > _SIZE,
        total=len(_inbox()),
    )


@blueprint.get("/<mail_id>")
@allow(Role.MANAGER)
def show(mail_id: str) -> Response:
    """One mail."""
    return pages.page("admin/inbox/show.html", mail=_mail(mail_id))


@blueprint.get("/<mail_id>/frame")
@allow(Role.MANAGER)
def frame(mail_id: str) -> Response:
    """What the mail looks like, as a document of its own."""
    html = _mail(mail_id).html
    if html is None:
        abort(404)
    return in_frame(make_response(_opening_tabs(html)), links=True)


@blueprint.get("/<mail_id>/source")
@allow(Role.MANAGER)
def source(mail_id: str) -> Response:
    """The mail as it came, as a file."""
    return download(_mail(mail_id).raw, f"{mail_id}.eml")


@blueprint.post("/clear")
@allow(Role.MANAGER)
def clear() -> BaseResponse:
    """Throw every mail away."""
    _inbox().clear()
    pages.toast(_("메일함을 비웠습니다."))
    return pages.go("admin.inbox.index")


def _inbox() -> Inbox:
    return Inbox(core().settings.data_dir / "inbox")


def _mail(mail_id: str) -> Mail:
    return _inbox().get(mail_id) or abort(404)


def _opening_tabs(html: str) -> str:
    """The document with its links opening new tabs; what came first in it still does."""
    opening = _OPENING.match(html)
    end = opening.end() if opening else 0
    return html[:end] + _NEW_TABS + html[end:]
