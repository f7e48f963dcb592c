"""Headers of every answer: the request's id, and what keeps browsers from misusing the answer."""

from __future__ import annotations

import re
import secrets

import structlog
from flask import Flask, Response, g, request
from werkzeug.exceptions import BadRequest

_GIVEN_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")

# An area that serves pages sets its own policy; these hold wherever a view said nothing.
_DEFAULTS = [
    (name.lower(), name, value)
    for name, value in {
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Referrer-Policy": "strict-origin-when-cross-origin",
        "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
        "Cross-Origin-Resource-Policy": "same-origin",
    }.items()
]


def register(app: Flask) -> None:
    """Give every request an id and every answer its headers."""
    app.before_request(_begin)
    app.after_request(_finish)


def _begin() -> None:
    given = request.environ.get("HTTP_X_REQUEST_ID", "")
    g.request_id = given if _GIVEN_ID.fullmatch(given) else secrets.token_hex(8)
    # Nothing else is bound: this takes the place of what the thread's last request left.
    structlog.contextvars.bind_contextvars(request_id=g.request_id)
    if "\0" in request.path or b"%00" in request.query_string:
        # PostgreSQL stores no NUL, so nothing can be looked up by one.
        raise BadRequest


def _finish(response: Response) -> Response:
    given = {name.lower() for name in response.headers.keys()}  # noqa: SIM118 - a multidict
    missing = [(name, value) for lower, name, value in _DEFAULTS if lower not in given]
    response.headers.extend([*missing, ("X-Request-Id", g.request_id)])
    return response
