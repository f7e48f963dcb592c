"""What the admin answers when something does not go: a page that says what to do."""

from __future__ import annotations

from flask import Flask, g, make_response, render_template
from werkzeug.wrappers import Response

from growthcore.api import InvalidInput
from growthcore.web import errors
from growthcore.web.admin import languages, pages, parts
from growthcore.web.errors import Refusal


def register(app: Flask) -> None:
    """Answer refusals below ``/admin`` with pages."""
    errors.shape(app, "/admin", answer)


def answer(refusal: Refusal) -> Response:
    """The refusal as a page of the admin, or as a card where htmx asked for a part."""
    told = pages.errors(InvalidInput(refusal.errors)) if refusal.errors else {}
    template = "admin/refused_part.html" if parts.asked() else "admin/refused.html"
    html = render_template(
        template,
        refusal=refusal,
        sentence=refusal.text.to(languages.current()),
        told=told,
        request_id=g.get("request_id"),
        layout="admin/layout.html" if g.get("person") else "admin/plain.html",
    )
    return make_response(html)
