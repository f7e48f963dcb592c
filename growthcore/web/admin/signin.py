"""Signing in and out, and the first password of one's own."""

from __future__ import annotations

import re

from flask import Blueprint, Response, g, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from growthcore.api import InvalidInput
from growthcore.operators import attempts, people, sessions
from growthcore.operators.sessions import NotSignedIn, Reason, SignedIn
from growthcore.web.admin import cookies, new_passwords, pages
from growthcore.web.admin.access import open_to_all
from growthcore.web.current import core

blueprint = Blueprint("signin", __name__)

# Nothing that a browser could read as another host: `//elsewhere`, a backslash, a line break.
_OWN_PAGE = re.compile(r"/admin/(?!login|logout|setup|password)[^\\\x00-\x20\x7f]*")


@blueprint.get("/login")
@open_to_all
def sign_in() -> BaseResponse:
    """The form; whoever is signed in already goes on, and a new installation is set up first."""
    with core().db.read() as session:
        if not people.anybody(session):
            return redirect(url_for("admin.setup.index"), 303)
    if g.person is not None:
        return redirect(_next(), 303)
    return _form()


@blueprint.post("/login")
@open_to_all
def sign_in_now() -> BaseResponse:
    """Let somebody in, or say why not."""
    found = sessions.sign_in(
        core().db,
        email=request.form.get("email", ""),
        password=request.form.get("password", ""),
        address=request.remote_addr or "",
        browser=request.user_agent.string,
        persistent=request.form.get("persistent") == "1",
        now=core().clock.now(),
    )
    if isinstance(found, SignedIn):
        return cookies.give(redirect(_next(), 303), found)
    return _form(_sentence(found), status=429 if found.reason is Reason.WAIT else 422)


@blueprint.post("/logout")
@open_to_all
def sign_out() -> BaseResponse:
    """End the sign-in."""
    if token := cookies.token():
        with core().db.unit() as session:
            sessions.sign_out(session, token)
    return cookies.take(redirect(url_for("admin.signin.sign_in"), 303))


@blueprint.get("/password/first")
@open_to_all
def first_password() -> BaseResponse:
    """Ask for a password of one's own in place of the one that was given."""
    if g.person is None or not g.person.must_change_password:
        return redirect(url_for("admin.home"), 303)
    return pages.page("admin/signin/first_password.html", errors={})


@blueprint.post("/password/first")
@open_to_all
def choose_first_password() -> BaseResponse:
    """Take the password of one's own."""
    if g.person is None:
        return redirect(url_for("admin.signin.sign_in"), 303)
    try:
        new_passwords.change_own()
    except InvalidInput as error:
        return pages.page("admin/signin/first_password.html", 422, errors=pages.errors(error))
    pages.toast(_("비밀번호가 변경되었습니다."))
    return redirect(url_for("admin.home"), 303)


def _form(problem: str | None = None, status: int = 200) -> Response:
    return pages.page(
        "admin/signin/login.html",
        status,
        problem=problem,
        email=request.form.get("email", ""),
        persistent=request.form.get("persistent") == "1",
        next=request.values.get("next", ""),
    )


def _next() -> str:
    """The page of ours that was asked for before signing in."""
    asked = request.values.get("next", "")
    return asked if _OWN_PAGE.fullmatch(asked) else url_for("admin.home")


def _sentence(found: NotSignedIn) -> str:
    if found.reason is Reason.WAIT:
        return _(
            "로그인 시도가 너무 많았습니다. %(minutes)s분 후에 다시 시도하십시오.",
            minutes=attempts.minutes(found.wait),
        )
    if found.reason is Reason.DEACTIVATED:
        return _("비활성화된 계정입니다. 소유자나 매니저에게 문의하십시오.")
    return _("이메일 또는 비밀번호가 올바르지 않습니다.")
