"""Refusals in the form that NAVER Cloud's API gateway has (api-gov.ncloud-docs.com, "오류 처리")."""

from __future__ import annotations

import json
from typing import Any

from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from growthcore.sandbox.faults import Answer
from growthcore.sandbox.sens.settings import SensSettings

MESSAGES = {
    (400, "100"): "Bad Request Exception",
    (401, "200"): "Authentication Failed",
    (401, "210"): "Permission Denied",
    (404, "300"): "Not Found Exception",
    (413, "430"): "Request Entity Too Large",
    (429, "400"): "Quota Exceeded",
    (429, "410"): "Throttle Limited",
    (429, "420"): "Rate Limited",
    (500, "900"): "Unexpected Error",
    (503, "500"): "Endpoint Error",
    (504, "510"): "Endpoint Timeout",
}


class RefusedError(Exception):
    """A request that is answered with an error; ``details`` says what is wrong with it."""

    def __init__(self, status: int, code: str = "", details: str | None = None) -> None:
        super().__init__(details or f"HTTP {status}")
        self.status, self.code, self.details = status, code, details


def bad(details: str) -> RefusedError:
    """A request that does not hold what it should."""
    return RefusedError(400, "100", details)


def foreign(settings: SensSettings) -> RefusedError:
    """A channel that is not the project's own."""
    return RefusedError(403, "210" if settings.foreign_channel == "gateway" else "")


def answer(error: RefusedError, settings: SensSettings) -> Response:
    """The error as a response."""
    code = error.code or next((c for s, c in MESSAGES if s == error.status), "")
    message = MESSAGES.get((error.status, code), "Forbidden" if error.status == 403 else "Error")
    own = error.status in (400, 403) and settings.error_form == "plain"
    body = (
        {"status": str(error.status), "errorMessage": error.details or message}
        if own
        else {"error": _gateway(code, message, error.details, settings)}
    )
    kind = "application/json" if settings.errors_say_json else "text/plain"
    return Response(json.dumps(body, ensure_ascii=False), error.status, mimetype=kind)


def _gateway(
    code: str, message: str, details: str | None, settings: SensSettings
) -> dict[str, Any]:
    as_number = settings.error_code_as == "number" and code.isdecimal()
    error: dict[str, Any] = {"errorCode": int(code) if as_number else code, "message": message}
    return {**error, "details": details} if details else error


def scripted(fault: Answer, settings: SensSettings) -> Response:
    """A fault that was asked for."""
    return answer(RefusedError(fault.status, fault.code), settings)


def routing(error: HTTPException, settings: SensSettings) -> Response:
    """What the routing refuses: a path or a method that there is not, a body that is too large."""
    known = error.code if error.code in (400, 413, 500) else 404
    return answer(RefusedError(known), settings)
