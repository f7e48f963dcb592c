"""What every endpoint of the Admin API has in common: tokens, scopes, limits, bodies, errors."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, jsonify, request
from werkzeug.exceptions import BadRequest

from growthcore.api import Clock
from growthcore.sandbox.cafe24.limits import Limits
from growthcore.sandbox.cafe24.mall import Mall
from growthcore.sandbox.cafe24.settings import Cafe24Settings
from growthcore.sandbox.cafe24.tokens import Tokens
from growthcore.sandbox.cafe24.wire import Parameters, Record, Refused

Body = Record | tuple[Record, int]
Endpoint = Callable[..., Body]
_PREFIX = "/api/v2/admin"
_BULK = 100


@dataclass(frozen=True, kw_only=True)
class Call:
    """A request that may be answered. ``query`` is its address's, ``body`` its ``request``."""

    mall: Mall
    now: datetime
    query: Parameters
    body: Parameters
    given: Mapping[str, Any]
    after: list[Callable[[], object]] = field(default_factory=list)
    """What to do when the mall is no longer locked."""

    @property
    def settings(self) -> Cafe24Settings:
        """How the mall behaves."""
        return self.mall.settings

    @property
    def bulk(self) -> list[Mapping[str, Any]]:
        """The ``requests`` of a bulk call, at most 100."""
        requests = self.given.get("requests")
        if not isinstance(requests, list) or not requests:
            raise self.body.missing("requests")
        if len(requests) > _BULK or not all(isinstance(each, dict) for each in requests):
            raise self.body.invalid("requests")
        return requests

    def fields(self, record: Mapping[str, Any]) -> Record:
        """The record, or of it what ``fields`` asks for."""
        wanted = self.query.several("fields")
        return {name: value for name, value in record.items() if not wanted or name in wanted}

    def paged(
        self,
        name: str,
        records: Iterable[Mapping[str, Any]],
        tell: Callable[[Mapping[str, Any]], Mapping[str, Any]] = lambda record: record,
        *,
        limit: tuple[int, int],
        offset: int,
        links: bool = False,
    ) -> Record:
        """A page; ``limit`` is the usual one and the most, ``offset`` the most.

        ``tell`` makes of a record what is told of it.
        """
        size = self.query.number("limit", limit[0], 1, limit[1])
        start = self.query.number("offset", 0, 0, offset)
        found = list(records)
        body: Record = {name: [self.fields(tell(each)) for each in found[start : start + size]]}
        if links:
            near = {"prev": max(0, start - size) if start else None}
            near["next"] = start + size if start + size < len(found) else None
            body["links"] = [
                {"rel": rel, "href": _link(size, to)} for rel, to in near.items() if to is not None
            ]
        return body


def _link(limit: int, offset: int) -> str:
    query = {**request.args, "limit": limit, "offset": offset}
    return f"{request.host_url.rstrip('/')}{request.path}?{urlencode(query)}"


class Api:
    """Registers endpoints: ``api.add("GET", "/products", "mall.read_product", products)``.

    An endpoint is called with a :class:`Call` and the parts of its path, while the mall is locked.
    """

    def __init__(self, mall: Mall, tokens: Tokens, clock: Clock) -> None:
        self._mall, self._tokens, self._clock = mall, tokens, clock
        self._limits = Limits(mall.settings)
        self.views = Blueprint("admin", __name__, url_prefix=_PREFIX)

    def add(self, method: str, path: str, scope: str, endpoint: Endpoint) -> None:
        """Serve ``endpoint`` to tokens with ``scope``."""
        bucket = f"{method} {path.strip('/')}"

        def view(**parts: Any) -> tuple[Response, int]:
            headers: dict[str, str] = {}
            try:
                self._let_in(scope)
                headers = self._limits.take(bucket, self._clock.now())
                body, status = self._called(endpoint, parts)
            except Refused as refused:
                body, status = refused.body, refused.status
                headers.update(refused.headers)
            response = jsonify(body)
            response.headers.update(headers)
            response.headers["X-Cafe24-Api-Version"] = self._version()
            return response, status

        self.views.add_url_rule(path, f"{method} {path}", view, methods=[method])

    def _let_in(self, scope: str) -> None:
        messages = self._mall.settings.messages
        given = request.authorization
        token = given.token if given is not None and given.type == "bearer" else None
        scopes = self._tokens.scopes(token) if token else None
        if scopes is None:
            raise Refused(401, messages[401])
        if scope not in scopes or not self._mall.installed:
            raise Refused(403, messages[403])
        if (
            self._mall.settings.strict_version
            and self._version() != self._mall.settings.api_version
        ):
            raise Refused(400, "This API version is not supported. (X-Cafe24-Api-Version)")

    def _version(self) -> str:
        return request.headers.get("X-Cafe24-Api-Version", self._mall.settings.api_version)

    def _called(self, endpoint: Endpoint, parts: Mapping[str, Any]) -> tuple[Record, int]:
        settings = self._mall.settings
        query = Parameters(request.args, settings)
        given = _json() if request.method in {"POST", "PUT"} else {}
        body = given.get("request", {})
        if not isinstance(body, dict):
            raise query.invalid("request")
        if query.number("shop_no", given.get("shop_no", 1), 1) != 1:
            raise query.invalid("shop_no")
        call = Call(
            mall=self._mall,
            now=self._clock.now(),
            query=query,
            body=Parameters(body, settings),
            given=given,
        )
        with self._mall.lock:
            answer = endpoint(call, **parts)
        for each in call.after:
            each()
        if isinstance(answer, tuple):
            return answer
        return answer, 201 if request.method == "POST" else 200


def _json() -> Mapping[str, Any]:
    if not request.is_json:
        raise Refused(400, "The content type must be application/json.")
    try:
        given = request.get_json()
    except BadRequest:
        raise Refused(400, "The body is no JSON.") from None
    if not isinstance(given, dict):
        raise Refused(400, "The body is no JSON object.")
    return given
