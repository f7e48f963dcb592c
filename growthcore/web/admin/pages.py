"""Answers: pages, parts of pages, and the way to another page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Response, flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from growthcore.api import InvalidInput
from growthcore.web.admin import languages, parts, sentences

_WHOLE, _PART = "admin/layout.html", "admin/part.html"


def page(template: str, status: int = 200, **context: Any) -> Response:
    """A whole page, or only what stands in its ``<main>`` when htmx asks.

    The template begins ``{% extends layout %}``.
    """
    layout = _PART if parts.asked() else _WHOLE
    return make_response(render_template(template, layout=layout, **context), status)


def fragment(template: str, status: int = 200, **context: Any) -> Response:
    """Just this template, for a part that is loaded or refreshed by itself."""
    return make_response(render_template(template, **context), status)


def go(endpoint: str, **values: Any) -> BaseResponse:
    """To another page after something was done; the browser asks for it with GET."""
    url = url_for(endpoint, **values)
    return parts.leave_for(url) if parts.asked() else redirect(url, 303)


def toast(message: str, kind: str = "success") -> None:
    """Say something on the next page: ``success``, ``info`` or ``danger``."""
    flash(message, kind)


def errors(error: InvalidInput) -> Mapping[str, str]:
    """What is wrong, by path, in the reader's language and in the order of the form."""
    told = sentences.localised(error.errors, languages.current())
    places = {name: place for place, name in enumerate(request.form)}
    return dict(sorted(told.items(), key=lambda each: places.get(each[0], len(places))))
