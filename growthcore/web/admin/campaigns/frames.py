"""Messages shown to people: at an address of their own, under a policy under which nothing runs."""

from __future__ import annotations

from flask import Response, make_response, render_template

from growthcore.api import InvalidInput, Preview
from growthcore.web.admin import pages

POLICY = (
    "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src http: https: data:; "
    "frame-ancestors 'self'"
)


def framed(shown: Preview) -> Response:
    """A message as a document of its own; its HTML is the marketer's, as it was written."""
    if shown.html is not None:
        return _protected(make_response(shown.html))
    return _protected(make_response(render_template("admin/campaigns/plain.html", shown=shown)))


def problem(error: InvalidInput) -> Response:
    """Why there is nothing to show."""
    sentences = pages.errors(error).values()
    page = render_template("admin/campaigns/plain.html", problems=sentences)
    return _protected(make_response(page, 422))


def _protected(response: Response) -> Response:
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["X-Frame-Options"] = "SAMEORIGIN"
    # A mail's pictures are not to learn where they were looked at.
    response.headers["Referrer-Policy"] = "no-referrer"
    return response
