"""What goes wrong at a stand-in, set by a test or by a person; the same again for the same seed."""

from __future__ import annotations

import json
import random
import re
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from threading import Lock
from typing import TYPE_CHECKING, Any

from marshmallow import Schema, ValidationError, fields, post_load, validate
from werkzeug.test import run_wsgi_app
from werkzeug.wrappers import Request, Response

from growthcore.api import Clock
from growthcore.sandbox.serving import DroppedError

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

PATH = "/_sandbox/faults"


@dataclass(frozen=True, kw_only=True)
class Answer:
    """An error that the next ``times`` requests get.

    ``code`` is one of the stand-in's own for this status, "" its usual one. With ``taken`` the
    request was carried out all the same.
    """

    status: int
    code: str = ""
    times: int = 1
    taken: bool = False


@dataclass(frozen=True, kw_only=True)
class Plan:
    """Faults as they are set.

    ``latency`` (how long after the request the answer comes, the stand-in's own work included) and
    ``clock_skew`` (the stand-in's clock against ours) are in seconds.
    ``failing_share`` is the part of recipients, 0 to 1, that are refused inside a good answer.
    ``drop_before`` and ``drop_after`` count the requests whose connection is closed without an
    answer, before or after they were carried out. ``where`` is a regular expression searched in
    "METHOD /path": only such requests are touched by answers and drops.
    """

    latency: float = 0.0
    answers: tuple[Answer, ...] = ()
    failing_share: float = 0.0
    drop_before: int = 0
    drop_after: int = 0
    clock_skew: float = 0.0
    where: str = ""
    seed: int = 1


class _AnswerSchema(Schema):
    status = fields.Integer(required=True, validate=validate.Range(400, 599))
    code = fields.String()
    times = fields.Integer(validate=validate.Range(min=1))
    taken = fields.Boolean()

    @post_load
    def _made(self, data: dict[str, Any], **_: Any) -> Answer:
        return Answer(**data)


class PlanSchema(Schema):
    """A :class:`Plan` as JSON; what is left out is as usual, that is, no fault."""

    latency = fields.Float(validate=validate.Range(0, 600))
    answers = fields.List(fields.Nested(_AnswerSchema))
    failing_share = fields.Float(validate=validate.Range(0, 1))
    drop_before = fields.Integer(validate=validate.Range(min=0))
    drop_after = fields.Integer(validate=validate.Range(min=0))
    clock_skew = fields.Float()
    where = fields.String()
    seed = fields.Integer()

    @post_load
    def _made(self, data: dict[str, Any], **_: Any) -> Plan:
        return Plan(**{**data, "answers": tuple(data.get("answers", ()))})


class Faults:
    """The faults of one stand-in; threads may ask and set at once."""

    def __init__(self, plan: Plan | None = None) -> None:
        self._lock = Lock()
        self.set(plan or Plan())

    @property
    def plan(self) -> Plan:
        """What is still to come: answers and drops that happened are counted down."""
        return self._plan

    def set(self, plan: Plan | None = None, **changes: Any) -> None:
        """Replace the plan (by none, that is, no faults, when none is given), with ``changes``.

        Raises ``ValueError`` when ``where`` is no regular expression.
        """
        new = replace(plan or Plan(), **changes)
        try:
            where = re.compile(new.where)
        except re.error as error:
            raise ValueError(f"'where' is no regular expression: {error}.") from error
        with self._lock:
            self._plan, self._where = new, where
            self._random = random.Random(new.seed)  # noqa: S311 - to be the same again

    def take_answer(self, request: str) -> Answer | None:
        """The error that this request ("POST /path") gets, counted down."""
        with self._lock:
            if not self._plan.answers or not self._where.search(request):
                return None
            first, *rest = self._plan.answers
            left = [replace(first, times=first.times - 1)] if first.times > 1 else []
            self._plan = replace(self._plan, answers=(*left, *rest))
            return first

    def take_drop(self, request: str, when: str) -> bool:
        """Whether this request's connection is dropped ``when`` ("before", "after")."""
        name = f"drop_{when}"
        with self._lock:
            left: int = getattr(self._plan, name)
            if not left or not self._where.search(request):
                return False
            changes: dict[str, Any] = {name: left - 1}
            self._plan = replace(self._plan, **changes)
            return True

    def failing(self, count: int) -> list[bool]:
        """Which of ``count`` recipients are refused, the same each time for the same seed."""
        with self._lock:
            return [self._random.random() < self._plan.failing_share for _ in range(count)]

    def clock(self, clock: Clock) -> Clock:
        """``clock`` as the stand-in sees it."""
        return _Skewed(clock, self)


class _Skewed:
    def __init__(self, clock: Clock, faults: Faults) -> None:
        self._clock, self._faults = clock, faults

    def now(self) -> datetime:
        return self._clock.now() + timedelta(seconds=self._faults.plan.clock_skew)


class Faulty:
    """``app`` with its faults: a WSGI application.

    ``refuse`` makes a stand-in's error of an :class:`Answer`, in the form its service has.
    ``GET /_sandbox/faults`` tells the plan as JSON, ``PUT`` replaces it, without any key.
    """

    def __init__(
        self, app: WSGIApplication, faults: Faults, refuse: Callable[[Answer], WSGIApplication]
    ) -> None:
        self._app, self._faults, self._refuse = app, faults, refuse

    def __call__(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        if environ["PATH_INFO"] == PATH:
            return self._setting(Request(environ))(environ, start)
        return self._faulty(environ)(environ, start)

    def _faulty(self, environ: WSGIEnvironment) -> WSGIApplication:
        latency = self._faults.plan.latency
        if not latency:
            return self._answer(environ)
        until = time.monotonic() + latency
        try:
            return Response.from_app(self._answer(environ), environ, buffered=True)
        finally:
            time.sleep(max(0.0, until - time.monotonic()))

    def _answer(self, environ: WSGIEnvironment) -> WSGIApplication:
        request = f"{environ['REQUEST_METHOD']} {environ['PATH_INFO']}"
        if self._faults.take_drop(request, "before"):
            raise DroppedError
        answer = self._faults.take_answer(request)
        if answer and not answer.taken:
            return self._refuse(answer)
        drop = self._faults.take_drop(request, "after")
        if not answer and not drop:
            return self._app
        run_wsgi_app(self._app, environ, buffered=True)
        if drop or not answer:
            raise DroppedError
        return self._refuse(answer)

    def _setting(self, request: Request) -> Response:
        schema = PlanSchema()
        if request.method == "PUT":
            try:
                self._faults.set(schema.loads(request.get_data()))
            except ValidationError as error:
                return _json(error.normalized_messages(), 400)
            except ValueError as error:
                return _json({"error": str(error)}, 400)
        elif request.method != "GET":
            return _json({"error": "Use GET or PUT."}, 405)
        return _json(schema.dump(self._faults.plan), 200)


def _json(value: Mapping[str, Any], status: int) -> Response:
    return Response(json.dumps(value), status, mimetype="application/json")
