"""The sandbox inbox: messages that stand-ins took for a mail server, a phone or KakaoTalk."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from flask import Blueprint, Response, abort, make_response, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from growthcore.sandbox.arrivals import KAKAO, MAIL, SMS, Arrivals
from growthcore.sandbox.inbox import Mail
from growthcore.sandbox.phone import Received
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
    """The messages of all kinds, newest first; the list follows what comes in."""
    listing = Listing.of_request(filters=("channel",))
    channel = listing.filters["channel"]
    before = request.args.get("before")
    found = _inbox().messages(limit=_SIZE + 1, before=before, text=listing.q, channel=channel)
    return pages.page(
        "admin/inbox/index.html",
        listing=listing,
        before=before,
        messages=found[:_SIZE],
        more=len(found) > _SIZE,
        total=len(_inbox()),
        channels={"": _("모든 종류"), MAIL: _("이메일"), SMS: _("문자"), KAKAO: _("카카오톡")},
    )


@blueprint.get("/<message_id>")
@allow(Role.MANAGER)
def show(message_id: str) -> Response:
    """One message, as its mail program or phone shows it."""
    message = _inbox().phone.get(message_id)
    if message is None:
        return pages.page("admin/inbox/show.html", mail=_mail(message_id))
    return pages.page(
        "admin/inbox/phone.html",
        message=message,
        buttons=[(button.name, _web_address(button.url)) for button in message.buttons],
        images=_shown(message),
    )


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
    """Throw every message away."""
    _inbox().clear()
    pages.toast(_("수신함을 비웠습니다."))
    return pages.go("admin.inbox.index")


def _inbox() -> Arrivals:
    return Arrivals(core().settings.data_dir / "inbox")


def _mail(mail_id: str) -> Mail:
    return _inbox().mails.get(mail_id) or abort(404)


def _web_address(url: str | None) -> str | None:
    """An address that a link may have; others (an app's, a script) are not followed."""
    return url if url and urlsplit(url).scheme in ("http", "https") else None


def _shown(message: Received) -> list[str]:
    return [image for image in message.images if image.startswith(("https:", "data:image/"))]


def _opening_tabs(html: str) -> str:
    """The document with its links opening new tabs; what came first in it still does."""
    opening = _OPENING.match(html)
    end = opening.end() if opening else 0
    return html[:end] + _NEW_TABS + html[end:]
