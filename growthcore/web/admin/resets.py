"""A new password for whoever forgot theirs."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from growthcore.api import InvalidInput
from growthcore.core import Queue
from growthcore.operators import resets
from growthcore.web.admin import pages
from growthcore.web.admin.access import open_to_all
from growthcore.web.admin.new_passwords import chosen
from growthcore.web.current import core

blueprint = Blueprint("resets", __name__, url_prefix="/password/reset")


@blueprint.get("")
@open_to_all
def index() -> Response:
    """Ask for the e-mail address; where there is no mail, say what to do instead."""
    return pages.page("admin/signin/reset.html", has_mail=_has_mail())


@blueprint.post("")
@open_to_all
def ask() -> Response:
    """Have a link mailed. The answer is the same whether there is such a person or not."""
    if not _has_mail():
        return pages.page("admin/signin/reset.html", 422, has_mail=False)
    with core().db.unit() as session:
        resets.request(
            session,
            email=request.form.get("email", ""),
            address=request.remote_addr or "",
            now=core().clock.now(),
        )
    core().jobs.enqueue(Queue.BACKGROUND, "mail_resets")
    return redirect(url_for("admin.resets.asked"), 303)


@blueprint.get("/sent")
@open_to_all
def asked() -> Response:
    """Say that a mail is on its way, if there is somebody to get it."""
    return pages.page("admin/signin/reset_sent.html")


@blueprint.get("/<token>")
@open_to_all
def open_link(token: str) -> Response:
    """Ask for the new password."""
    return _form(token, {})


@blueprint.post("/<token>")
@open_to_all
def redeem(token: str) -> Response:
    """Set it, once."""
    try:
        done = resets.redeem(core().db, token, chosen(request.form), now=core().clock.now())
    except InvalidInput as error:
        return _form(token, pages.errors(error), 422)
    if not done:
        return _form(token, {})
    pages.toast(_("비밀번호가 변경되었습니다. 새 비밀번호로 로그인하십시오."))
    return redirect(url_for("admin.signin.sign_in"), 303)


def _form(token: str, errors: Mapping[str, str], status: int = 200) -> Response:
    with core().db.read() as session:
        whose = resets.whose(session, token, core().clock.now())
    if whose is None:
        response = pages.page("admin/signin/reset_over.html", 410)
    else:
        response = pages.page(
            "admin/signin/reset_new.html", status, token=token, email=whose.email, errors=errors
        )
    # The address of this page is the key to an account: no other site may hear of it.
    response.headers["Referrer-Policy"] = "same-origin"
    return response


def _has_mail() -> bool:
    return core().settings.mail_url is not None
