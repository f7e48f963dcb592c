"""Messages shown to people, each as a document of its own for a frame."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from flask import Response, make_response, render_template
from markupsafe import Markup

from growthcore.api import InvalidInput, Preview
from growthcore.web.admin import pages
from growthcore.web.admin.assets import FOLDER
from growthcore.web.admin.frames import in_frame

_IMAGE = re.compile(r"(<img\b[^>]*?)\ssrc=", re.IGNORECASE)
_DARK = (
    "<style>html{background:#000;filter:invert(1) hue-rotate(180deg)}"
    "img{filter:invert(1) hue-rotate(180deg)}</style>"
)
PHONES = ("sms", "kakao")
"""Media whose messages are read on a phone, and shown in one."""


def framed(
    shown: Preview,
    medium: str = "",
    *,
    dark: bool = False,
    images: bool = True,
    plain: bool = False,
) -> Response:
    """A message as a document of its own; its HTML is the marketer's, as it was written.

    ``dark``: roughly as mail programs show it that turn colours round; without ``images``, as those
    do that load none; ``plain``: its text alone, as those show it that show no HTML.
    """
    if shown.html is not None and not plain:
        html = shown.html if images else _IMAGE.sub(r"\1 data-src=", shown.html)
        return in_frame(make_response(f"{html}{_DARK}" if dark else html))
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


def problem(error: InvalidInput, labels: Mapping[str, str] | None = None) -> Response:
    """Why there is nothing to show; ``labels`` are what people call the fields, by path."""
    told, named = pages.errors(error), labels or {}
    sentences = [f"{named[path]}: {each}" if path in named else each for path, each in told.items()]
    page = render_template("admin/campaigns/plain.html", problems=sentences)
    return in_frame(make_response(page, 422))
