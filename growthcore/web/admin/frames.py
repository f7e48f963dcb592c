"""What others wrote, as a document of its own for a frame: under a policy under which nothing runs."""

from __future__ import annotations

from flask import Response

_NOTHING_RUNS = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src http: https: data:; "
    "frame-ancestors 'self'"
)


def in_frame(response: Response, *, links: bool = False) -> Response:
    """Let a document of ours frame this one; with ``links`` it may open pages, in new tabs."""
    sandbox = "sandbox allow-popups allow-popups-to-escape-sandbox" if links else "sandbox"
    response.headers["Content-Security-Policy"] = f"{sandbox}; {_NOTHING_RUNS}"
    response.headers["X-Frame-Options"] = "SAMEORIGIN"
    # A mail's pictures are not to learn where they were looked at.
    response.headers["Referrer-Policy"] = "no-referrer"
    return response
