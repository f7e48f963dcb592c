"""The stand-in as a WSGI application: the gateway's checks before SENS itself."""

from __future__ import annotations

import hmac
from collections import deque
from datetime import datetime, timedelta
from threading import Lock
from typing import Any

from flask import Flask, Response, g, jsonify, request
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as BaseResponse

from growthcore.api.db import EPOCH
from growthcore.sandbox.sens import alimtalk, brand, errors, reservations, sms, unsubscribes
from growthcore.sandbox.sens.errors import RefusedError
from growthcore.sandbox.sens.settings import Key, Project, SensSettings
from growthcore.sandbox.sens.signature import sign
from growthcore.sandbox.sens.state import Sens

_TOLERANCE = timedelta(minutes=5)
_LARGEST = 10 * 1024 * 1024
_ROOMS = (alimtalk, brand, reservations, sms, unsubscribes)


def application(sens: Sens) -> Flask:
    """SENS behind its gateway, without the faults."""
    app = Flask("growthcore.sandbox.sens", static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = _LARGEST
    app.extensions["sens"] = sens
    limiter = _Limiter(sens.settings.calls_per_second)

    def enter() -> None:
        now = sens.now()
        key = _authenticated(sens.settings, now)
        limiter.count(now)
        if "service" in g:
            g.project = _owned(key, g.service)
        g.key = key
        if request.method == "GET":  # Whoever asks for a result finds it on the phone too.
            sens.deliver()

    app.before_request(enter)
    app.url_value_preprocessor(_keep_service)
    for room in _ROOMS:
        app.register_blueprint(room.blueprint)
    app.add_url_rule("/common/v2/projects", view_func=_projects)
    app.register_error_handler(RefusedError, lambda e: errors.answer(e, sens.settings))

    def unrouted(error: HTTPException) -> BaseResponse:
        return errors.routing(error, sens.settings)

    app.register_error_handler(HTTPException, unrouted)
    return app


def _keep_service(_: str | None, values: dict[str, Any] | None) -> None:
    """Keep the part of the path that every view has, so that none has to take it."""
    if values and "service" in values:
        g.service = values.pop("service")
        values.pop("room", None)


def _authenticated(settings: SensSettings, now: datetime) -> Key:
    stamp = request.headers.get("x-ncp-apigw-timestamp", "")
    access = request.headers.get("x-ncp-iam-access-key", "")
    signature = request.headers.get("x-ncp-apigw-signature-v2", "")
    key = settings.key(access)
    target = request.environ["REQUEST_URI"]
    if (
        key is None
        or not _is_near(stamp, now)
        or not _is(signature, sign(request.method, target, stamp, access, key.secret))
    ):
        raise RefusedError(401, "200")
    return key


def _is(given: str, expected: str) -> bool:
    return hmac.compare_digest(given.encode(), expected.encode())


def _is_near(stamp: str, now: datetime) -> bool:
    """Whether a timestamp, in milliseconds, is at most five minutes off."""
    if not (stamp.isascii() and stamp.isdecimal() and len(stamp) <= 15):
        return False
    return abs(now - EPOCH - timedelta(milliseconds=int(stamp))) <= _TOLERANCE


def _owned(key: Key, service: str) -> Project:
    kakao = not request.path.startswith("/sms/")
    for project in key.projects:
        if service == (project.kakao_service if kakao else project.sms_service):
            return project
    raise RefusedError(401, "210")


def _projects() -> Response:
    key: Key = g.key
    return jsonify(
        [
            {
                "projectName": project.name,
                "kkoBizMsgService": {"serviceId": project.kakao_service},
                "smsService": {"serviceId": project.sms_service},
            }
            for project in key.projects
        ]
    )


class _Limiter:
    """So many calls in any second."""

    def __init__(self, calls: float | None) -> None:
        self._calls = calls
        self._lock = Lock()
        self._recent: deque[datetime] = deque()

    def count(self, now: datetime) -> None:
        """Count a call. Raises :class:`RefusedError` when it is one too many."""
        if self._calls is None:
            return
        with self._lock:
            while self._recent and self._recent[0] <= now - timedelta(seconds=1):
                self._recent.popleft()
            if len(self._recent) >= self._calls:
                raise RefusedError(429, "420")
            self._recent.append(now)
