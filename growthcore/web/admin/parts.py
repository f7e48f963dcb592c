"""Requests of htmx: for a part of a page instead of the whole of it."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import request
from werkzeug.wrappers import Response


def asked() -> bool:
    """Whether htmx asked, which puts the answer into the page that is there."""
    return request.headers.get("HX-Request") == "true"


def current_path() -> str | None:
    """The page that htmx asked from, without its origin."""
    parts = urlsplit(request.headers.get("HX-Current-URL", ""))
    query = f"?{parts.query}" if parts.query else ""
    return f"{parts.path}{query}" if parts.path else None


def leave_for(url: str, status: int = 200) -> Response:
    """Have htmx load another page as a whole."""
    return Response(status=status, headers={"HX-Redirect": url})
