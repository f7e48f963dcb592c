"""One's own account: name, language, theme, password, and where one is signed in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, request
from flask_babel import force_locale
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from growthcore.api import InvalidInput
from growthcore.operators import profiles, sessions
from growthcore.web.admin import cookies, new_passwords, pages
from growthcore.web.admin.access import Role, allow, person
from growthcore.web.admin.browsers import browser_name
from growthcore.web.current import core

blueprint = Blueprint("me", __name__, url_prefix="/me")


@blueprint.get("/")
@allow(Role.VIEWER)
def index() -> Response:
    """Everything about oneself on one page."""
    return _page()


@blueprint.post("/profile")
@allow(Role.VIEWER)
def change_profile() -> BaseResponse:
    """Change name, language and theme."""
    values = {name: request.form.get(name, "") for name in ("name", "locale", "theme")}
    try:
        with core().db.unit() as session:
            profiles.change(session, person().id, values, now=core().clock.now())
    except InvalidInput as error:
        return _page(422, values=values, profile_errors=pages.errors(error))
    with force_locale(values["locale"]):
        pages.toast(_("저장되었습니다."))
    return pages.go("admin.me.index")


@blueprint.post("/password")
@allow(Role.VIEWER)
def change_password() -> BaseResponse:
    """Change one's password; every other browser is signed out."""
    try:
        new_passwords.change_own()
    except InvalidInput as error:
        return _page(422, password_errors=pages.errors(error))
    pages.toast(_("비밀번호가 변경되었습니다. 다른 기기에서는 로그아웃되었습니다."))
    return pages.go("admin.me.index")


@blueprint.post("/sessions/<int:sign_in_id>/end")
@allow(Role.VIEWER)
def end_session(sign_in_id: int) -> BaseResponse:
    """Sign one browser out."""
    with core().db.unit() as session:
        sessions.end(session, person().id, sign_in_id)
    pages.toast(_("로그아웃되었습니다."))
    return pages.go("admin.me.index")


@blueprint.post("/sessions/end")
@allow(Role.VIEWER)
def end_other_sessions() -> BaseResponse:
    """Sign every browser out but this one."""
    with core().db.unit() as session:
        sessions.end_all(session, person().id, keep=cookies.token())
    pages.toast(_("다른 기기에서 모두 로그아웃되었습니다."))
    return pages.go("admin.me.index")


def _page(
    status: int = 200,
    values: Mapping[str, Any] | None = None,
    profile_errors: Mapping[str, str] | None = None,
    password_errors: Mapping[str, str] | None = None,
) -> Response:
    me = person()
    with core().db.read() as session:
        found = sessions.of_person(session, me.id, core().clock.now())
    return pages.page(
        "admin/me/index.html",
        status,
        values=values or {"name": me.name, "locale": me.locale, "theme": me.theme},
        profile_errors=profile_errors or {},
        password_errors=password_errors or {},
        sign_ins=found,
        here=sessions.hash_of(cookies.token() or ""),
        browser_name=browser_name,
    )
