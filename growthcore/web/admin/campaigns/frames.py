"""Messages shown to people, each as a document of its own for a frame."""

from __future__ import annotations

from functools import cache

from flask import Response, make_response, render_template
from markupsafe import Markup

from growthcore.api import InvalidInput, Preview
from growthcore.web.admin import pages
from growthcore.web.admin.assets import FOLDER
from growthcore.web.admin.frames import in_frame


PHONES = ("sms", "kakao")
"""Media whose messages are read on a phone, and shown in one."""


def framed(shown: Preview, medium: str = "") -> Response:
    """A message as a document of its own; its HTML is the marketer's, as it was written."""
    if shown.html is not None:
        return in_frame(make_response(shown.html))
    if medium not in PHONES:
        return in_frame(make_response(render_template("admin/campaigns/plain.html", shown=shown)))
    page = render_template(
        "admin/campaigns/phone.html", shown=shown, medium=medium, styles=_phone_styles()
    )
    return in_frame(make_response(page))


@cache
def _phone_styles() -> Markup:
    """The phone's styles as text: a frame in which nothing runs may fetch none either."""
    return Markup((FOLDER / "css" / "phone.css").read_text(encoding="utf-8"))  # noqa: S704


def problem(error: InvalidInput) -> Response:
    """Why there is nothing to show."""
    sentences = pages.errors(error).values()
    page = render_template("admin/campaigns/plain.html", problems=sentences)
    return in_frame(make_response(page, 422))
