"""Messages shown to people, each as a document of its own for a frame."""

from __future__ import annotations

from flask import Response, make_response, render_template

from growthcore.api import InvalidInput, Preview
from growthcore.web.admin import pages
from growthcore.web.admin.frames import in_frame


def framed(shown: Preview) -> Response:
    """A message as a document of its own; its HTML is the marketer's, as it was written."""
    if shown.html is not None:
        return in_frame(make_response(shown.html))
    return in_frame(make_response(render_template("admin/campaigns/plain.html", shown=shown)))


def problem(error: InvalidInput) -> Response:
    """Why there is nothing to show."""
    sentences = pages.errors(error).values()
    page = render_template("admin/campaigns/plain.html", problems=sentences)
    return in_frame(make_response(page, 422))
