"""Who asks, and whether they may.

Every view declares the least role it is for with :func:`allow`, or that it is for everybody with
:func:`open_to_all`; a view that declares nothing is served to nobody. Requests that change something
must come from a page of ours, which browsers tell by ``Sec-Fetch-Site`` and ``Origin``, so that no
form has to carry a token.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import urlsplit

from flask import current_app, g, redirect, request, url_for
from werkzeug.wrappers import Response

from growthcore.api import Text
from growthcore.operators import sessions
from growthcore.operators.models import Person
from growthcore.operators.roles import Role
from growthcore.web.admin import cookies, parts
from growthcore.web.current import core
from growthcore.web.errors import Refusal

__all__ = ["Role", "actor", "allow", "may", "open_to_all", "person", "same_for_everybody"]

View = TypeVar("View", bound=Callable[..., Any])

_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_LEAST, _OPEN, _ALIKE = "least_role", "open_to_all", "same_for_everybody"


def allow(role: Role) -> Callable[[View], View]:
    """The view is for people of this role or a higher one."""

    def declare(view: View) -> View:
        setattr(view, _LEAST, role)
        return view

    return declare


def open_to_all(view: View) -> View:
    """The view is for everybody, also without signing in."""
    setattr(view, _OPEN, True)
    return view


def same_for_everybody(view: View) -> View:
    """The view answers everybody alike, so nobody is even looked up: a page has thirty files."""
    setattr(view, _ALIKE, True)
    return view


def person() -> Person:
    """The signed-in person."""
    found: Person = g.person
    return found


def actor() -> str:
    """The signed-in person as the audit log names them."""
    return str(person().id)


def may(role: Role | str) -> bool:
    """Whether somebody is signed in whose role covers this one."""
    found = g.get("person")
    return found is not None and found.role.covers(Role(role))


def check() -> Response | None:
    """Let the request at hand through, send it to the sign-in page, or raise :class:`Refusal`."""
    _require_own_page()
    view = current_app.view_functions[request.endpoint or ""]
    if getattr(view, _ALIKE, False):
        return None
    g.person = None
    token = cookies.token()
    if token:
        g.person = sessions.recognise(core().db, token, core().clock.now())
    if getattr(view, _OPEN, False):
        return None
    if g.person is None:
        return _to_sign_in()
    if g.person.must_change_password and getattr(view, _LEAST, None) is not None:
        return _lead_to(url_for("admin.signin.first_password"))
    require(getattr(view, _LEAST, None))
    return None


def _require_own_page() -> None:
    if request.method in _SAFE:
        return
    site = request.headers.get("Sec-Fetch-Site")
    origin = request.headers.get("Origin")
    ours = (
        site == "same-origin" if site else bool(origin) and urlsplit(origin).netloc == request.host
    )
    if not ours:
        raise Refusal(
            403,
            "cross_site",
            Text(
                "다른 사이트에서 온 요청은 받지 않습니다. 관리자 화면에서 다시 시도하십시오.",
                "A request from another site is not taken. Try again from the admin itself.",
            ),
        )


def require(least: Role | None) -> None:
    """Raise :class:`Refusal` unless the person at hand has this role or a higher one."""
    if least is None:
        raise Refusal(
            403, "undeclared", Text("열려 있지 않은 화면입니다.", "Nobody may see this page.")
        )
    if not may(least):
        title = least.title
        raise Refusal(
            403,
            "role",
            Text(
                f"이 작업은 {title.ko} 이상만 할 수 있습니다. 소유자에게 권한을 요청하십시오.",
                f"This needs the role {title.en.lower()} or higher. Ask an owner for it.",
            ),
        )


def _to_sign_in() -> Response:
    """The sign-in page, which leads back. A part of a page has the whole page go there."""
    back = request.full_path.rstrip("?") if request.method in _SAFE else None
    if parts.asked():
        back = parts.current_path()
    return _lead_to(url_for("admin.signin.sign_in", next=back))


def _lead_to(url: str) -> Response:
    return parts.leave_for(url, status=401) if parts.asked() else redirect(url, 303)
