"""Refusals and failures: what an exception means to whom it is answered.

Views raise and services raise; this module alone turns that into an answer. The management API
speaks problem details (RFC 9457), the admin pages, everything else
``{"code", "message", "request_id"}`` in the caller's language.

====================================  ======  =========================================
raised                                status  code
====================================  ======  =========================================
:class:`Refusal`                      its     its
:class:`~growthcore.api.InvalidInput`    422  ``invalid_input``, with the errors by path
database busy or unreachable             503  ``busy``, with ``Retry-After``
an HTTP error of Flask's                 its  its name: ``not_found``, ``method_not_allowed`` …
anything else                            500  ``internal_error``; logged with its stack
====================================  ======  =========================================
"""

from __future__ import annotations

import traceback
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any

import structlog
from flask import Flask, Response, current_app, g, jsonify, request
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect
from werkzeug.wrappers import Response as BaseResponse

from growthcore.api import InvalidInput, Text
from growthcore.api.schema import flatten

_log = structlog.get_logger(__name__)
_RETRY_AFTER = "1"

_TEXTS = {
    400: Text("요청을 읽을 수 없습니다.", "The request cannot be read."),
    404: Text("찾을 수 없는 주소입니다.", "There is nothing at this address."),
    405: Text("허용되지 않은 메서드입니다.", "This address does not take that method."),
    413: Text("요청 본문이 너무 큽니다.", "The request body is too large."),
    415: Text("지원하지 않는 본문 형식입니다.", "The body must be JSON."),
    422: Text("입력값이 올바르지 않습니다.", "The input does not fit; see the errors."),
    500: Text("서버에서 오류가 발생했습니다.", "Something went wrong on the server."),
    503: Text(
        "서버가 바쁩니다. 잠시 후 다시 시도하세요.",
        "The server is busy and nothing was stored; try again shortly.",
    ),
}


class Refusal(Exception):
    """An answer other than success.

    ``code`` is for programs, ``text`` for people, ``errors`` maps paths to sentences.
    """

    def __init__(
        self,
        status: int,
        code: str,
        text: Text,
        *,
        errors: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(code)
        self.status = status
        self.code = code
        self.text = text
        self.errors = dict(errors or {})
        self.headers = dict(headers or {})


Shape = Callable[[Refusal], BaseResponse]
"""Puts a refusal into a body; the status and the headers are set by :func:`answer`."""
_SHAPES = "growthcore.refusals"


def register(app: Flask) -> None:
    """Answer every exception of ``app``."""
    app.register_error_handler(Exception, answer)


def answer(error: Exception) -> BaseResponse:
    """The response that ``error`` deserves, in the manner of the area that was asked."""
    if isinstance(error, RequestRedirect):
        return error.get_response(request.environ)
    refusal = _refusal(error)
    if refusal.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        _record(error, refusal)
    response = _shape()(refusal)
    response.status_code = refusal.status
    response.headers.update(refusal.headers)
    return response


def shape(app: Flask, prefix: str, answer: Shape) -> None:
    """Have refusals of paths below ``prefix`` answered in an area's own manner."""
    app.extensions.setdefault(_SHAPES, {})[prefix] = answer


def _shape() -> Shape:
    if request.path.startswith("/api/"):
        return _problem
    areas: Mapping[str, Shape] = current_app.extensions.get(_SHAPES, {})
    return next((own for prefix, own in areas.items() if request.path.startswith(prefix)), _message)


def preferred_locale() -> str:
    """``"en"`` when the caller prefers it, else ``"ko"``."""
    return request.accept_languages.best_match(["ko", "en"], default="ko") or "ko"


def _refusal(error: Exception) -> Refusal:
    if isinstance(error, Refusal):
        return error
    if isinstance(error, InvalidInput):
        return Refusal(422, "invalid_input", _TEXTS[422], errors=error.errors)
    if isinstance(error, OperationalError | PoolTimeout):
        return Refusal(503, "busy", _TEXTS[503], headers={"Retry-After": _RETRY_AFTER})
    if isinstance(error, HTTPException) and error.code:
        return _from_http(error, error.code)
    return Refusal(500, "internal_error", _TEXTS[500])


def _from_http(error: HTTPException, status: int) -> Refusal:
    text = _TEXTS.get(status) or Text(HTTPStatus(status).phrase, HTTPStatus(status).phrase)
    # The body is ours; what the error adds to the headers (Allow, Retry-After) stays.
    headers = {k: v for k, v in error.get_headers(request.environ) if k != "Content-Type"}
    code, errors = HTTPStatus(status).name.lower(), _schema_errors(error)
    return Refusal(
        status, "invalid_input" if errors else code, text, errors=errors, headers=headers
    )


def _schema_errors(error: HTTPException) -> dict[str, str]:
    """What webargs found wrong, by path; it keeps the messages a location (json, query) each."""
    found: dict[str, Any] = getattr(error, "data", None) or {}
    by_location = found.get("messages", {})
    return {path: text for part in by_location.values() for path, text in flatten(part).items()}


def _message(refusal: Refusal) -> Response:
    body = {
        "code": refusal.code,
        "message": refusal.text.to(preferred_locale()),
        "request_id": g.get("request_id"),
    }
    return jsonify(body | ({"errors": refusal.errors} if refusal.errors else {}))


def _problem(refusal: Refusal) -> Response:
    body = {
        "type": "about:blank",
        "title": HTTPStatus(refusal.status).phrase,
        "status": refusal.status,
        "detail": refusal.text.en,
        "code": refusal.code,
        "request_id": g.get("request_id"),
    }
    response = jsonify(body | ({"errors": refusal.errors} if refusal.errors else {}))
    response.mimetype = "application/problem+json"
    return response


def _record(error: Exception, refusal: Refusal) -> None:
    """Log what happened where, without the error's own words: they repeat what was sent."""
    _log.error(
        "request_failed",
        code=refusal.code,
        error=type(error).__name__,
        cause=type(getattr(error, "orig", None)).__name__,
        stack="".join(traceback.format_tb(error.__traceback__)),
    )
