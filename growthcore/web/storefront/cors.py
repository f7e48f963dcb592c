"""Cross-origin headers of the storefront API.

A refusal is readable by whatever origin asked: it holds a code and a message, and without the
header the page would only see that the fetch failed. Data is answered to listed origins only, which
the views check themselves, for browsers send simple requests without asking.
"""

from __future__ import annotations

from flask import Flask, Response, request

PREFIX = "/v1"
_MAX_AGE = "7200"


def register(app: Flask) -> None:
    """Give every answer below ``/v1`` its headers, those to unknown paths and preflights too."""
    app.after_request(_share)


def _share(response: Response) -> Response:
    if not request.path.startswith(f"{PREFIX}/"):
        return response
    shared = [("Vary", "Origin"), ("Cross-Origin-Resource-Policy", "cross-origin")]
    origin = request.environ.get("HTTP_ORIGIN", "")
    if origin and origin != "null":
        shared += [
            ("Access-Control-Allow-Origin", origin),
            ("Access-Control-Expose-Headers", "Retry-After, X-Request-Id"),
        ]
        if request.method == "OPTIONS":
            shared += [
                ("Access-Control-Allow-Methods", ", ".join(sorted(response.allow))),
                ("Access-Control-Allow-Headers", "Content-Type"),
                ("Access-Control-Max-Age", _MAX_AGE),
            ]
    response.headers.extend(shared)
    return response
