"""The cookie that keeps somebody signed in. It holds a token and nothing else."""

from __future__ import annotations

from datetime import timedelta
from typing import TypeVar

from flask import request
from werkzeug.wrappers import Response

from growthcore.operators.sessions import SignedIn
from growthcore.web.current import core

_Response = TypeVar("_Response", bound=Response)
_LONGEST = timedelta(days=400)


def token() -> str | None:
    """The token the browser sent, if it sent one."""
    return request.cookies.get(_name())


def give(response: _Response, signed_in: SignedIn) -> _Response:
    """Have the browser keep the token: until it is closed, or for as long as the server takes it."""
    response.set_cookie(
        _name(),
        signed_in.token,
        # When a lasting sign-in ends is the server's to say, which puts it off with each use.
        max_age=_LONGEST if signed_in.persistent else None,
        path=_path(),
        secure=_is_secure(),
        httponly=True,
        samesite="Lax",
    )
    return response


def take(response: _Response) -> _Response:
    """Have the browser forget the token."""
    response.delete_cookie(
        _name(), path=_path(), secure=_is_secure(), httponly=True, samesite="Lax"
    )
    return response


def _is_secure() -> bool:
    return core().settings.base_url.startswith("https://")


def _name() -> str:
    # Browsers take a cookie of this prefix only over TLS, from this host and for all of it, so no
    # other host of the domain can plant one.
    return "__Host-growthcore" if _is_secure() else "growthcore"


def _path() -> str:
    return "/" if _is_secure() else "/admin"
