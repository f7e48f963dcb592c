"""Stand-ins for what the core hands to plugins: scripted, recording, and free of I/O."""

from __future__ import annotations

import copy
import json
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.orm import Session

from growthcore.api import (
    Carts,
    Clock,
    ConfigError,
    Connection,
    Connections,
    Directory,
    Files,
    HttpClient,
    NoFiles,
    PluginContext,
    Provider,
    ProviderContext,
    ProviderTemplate,
    Sender,
)
from growthcore.clock import FixedClock
from growthcore.db.unit_of_work import Database
from growthcore.testing.values import START, FakeCarts


class Headers(dict[str, str]):
    """Header fields whose look-ups ignore case."""

    def __init__(self, fields: Mapping[str, str] | None = None) -> None:
        super().__init__({name.lower(): value for name, value in (fields or {}).items()})

    def __getitem__(self, name: str) -> str:
        return super().__getitem__(name.lower())

    def __contains__(self, name: object) -> bool:
        return super().__contains__(str(name).lower())

    def get(self, name: str, default: Any = None) -> Any:
        """The field, or ``default``."""
        return super().get(name.lower(), default)


@dataclass(frozen=True)
class FakeResponse:
    """An answer to script."""

    status: int = 200
    data: bytes = b""
    headers: Mapping[str, str] = field(default_factory=Headers)


@dataclass(frozen=True, kw_only=True)
class Request:
    """A request as the plugin made it."""

    method: str
    url: str
    headers: Headers
    body: bytes | None
    timeout: float
    public_only: bool

    @property
    def json(self) -> Any:
        """The body, read as JSON."""
        return json.loads(self.body or b"null")


Answer = FakeResponse | BaseException


class FakeHttp:
    """An :class:`HttpClient` that answers as scripted and records every request.

    Answers are given in the order they were scripted; ``handler``, when set, answers whatever is
    not scripted. A request without an answer is an ``AssertionError``.
    """

    def __init__(self, handler: Callable[[Request], FakeResponse] | None = None) -> None:
        self.requests: list[Request] = []
        self._answers: deque[Answer] = deque()
        self._handler = handler

    def answer(
        self,
        status: int = 200,
        *,
        json_body: Any = None,
        data: bytes = b"",
        headers: Mapping[str, str] | None = None,
    ) -> FakeHttp:
        """Script the next answer; ``json_body`` is dumped, ``data`` goes as it is."""
        body = data if json_body is None else json.dumps(json_body, ensure_ascii=False).encode()
        self._answers.append(FakeResponse(status, body, Headers(headers)))
        return self

    def fail(self, error: BaseException) -> FakeHttp:
        """Script the next request to raise: :class:`RetryableError`, :class:`ConnectionError`."""
        self._answers.append(error)
        return self

    def request(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        timeout: float = 10.0,
        public_only: bool = False,
    ) -> FakeResponse:
        """Record the request and give the next answer."""
        request = Request(
            method=method,
            url=url,
            headers=Headers(headers),
            body=body,
            timeout=timeout,
            public_only=public_only,
        )
        self.requests.append(request)
        if not self._answers and self._handler:
            return self._handler(request)
        if not self._answers:
            raise AssertionError(f"{method} {url}: no answer is scripted; call http.answer() first")
        answer = self._answers.popleft()
        if isinstance(answer, BaseException):
            raise answer
        return answer


@dataclass(frozen=True)
class FakeDirectory:
    """A :class:`growthcore.api.Directory` of these senders and templates."""

    known_senders: Sequence[Sender] = ()
    known_templates: Sequence[ProviderTemplate] = ()

    def senders(self) -> Sequence[Sender]:
        """The senders."""
        return self.known_senders

    def templates(self) -> Sequence[ProviderTemplate]:
        """The templates."""
        return self.known_templates

    def template(self, code: str) -> ProviderTemplate | None:
        """One of them."""
        return next((each for each in self.known_templates if each.code == code), None)


class FakeConnections(dict[int, Connection]):
    """:class:`growthcore.api.Connections` by account."""

    def get(self, account_id: int, default: Any = None) -> Any:
        """One connection. Raises :class:`ConfigError` when there is none."""
        if account_id not in self:
            raise ConfigError(f"The account {account_id} is switched off or gone.")
        return self[account_id]


class MemoryState:
    """An :class:`AccountState` in memory; ``changes`` counts the updates."""

    def __init__(self, document: Mapping[str, Any] | None = None) -> None:
        self.changes = 0
        self._document = copy.deepcopy(dict(document or {}))

    def read(self) -> Mapping[str, Any]:
        """A copy of the document."""
        return copy.deepcopy(self._document)

    def update(self, change: Callable[[dict[str, Any]], None]) -> Mapping[str, Any]:
        """Change a copy and keep it, unless ``change`` raises."""
        document = copy.deepcopy(self._document)
        change(document)
        self._document = document
        self.changes += 1
        return self.read()


@dataclass(frozen=True)
class Line:
    """One line of a log."""

    level: str
    event: str
    values: Mapping[str, Any]


class RecordedLog:
    """A :class:`Log` that keeps its lines."""

    def __init__(self) -> None:
        self.lines: list[Line] = []

    def info(self, event: str, **values: Any) -> None:
        """Keep an informational line."""
        self.lines.append(Line("info", event, values))

    def warning(self, event: str, **values: Any) -> None:
        """Keep a warning."""
        self.lines.append(Line("warning", event, values))


def context_for(
    provider: type[Provider],
    config: Mapping[str, Any] | None = None,
    *,
    http: HttpClient | None = None,
    clock: Clock | None = None,
    state: Mapping[str, Any] | None = None,
    directory: Directory | None = None,
    connections: Connections | None = None,
    files: Files | None = None,
) -> ProviderContext:
    """The context the core would build ``provider`` with.

    ``config`` is what an operator fills in; it goes through the provider's ``Config``. Raises
    ``marshmallow.ValidationError`` when it does not fit.
    """
    return ProviderContext(
        config=provider.Config().load(config or {}),
        clock=clock or FixedClock(START),
        http=http or FakeHttp(),
        log=RecordedLog(),
        state=MemoryState(state),
        directory=directory or FakeDirectory(),
        connections=connections or FakeConnections(),
        account_id=1,
        files=files or NoFiles(),
    )


def plugin_context(
    plugin: str,
    *,
    carts: Carts | None = None,
    database: Database | None = None,
    session: Session | None = None,
    clock: Clock | None = None,
) -> PluginContext:
    """What a runtime hook of ``plugin`` is handed. ``unit()`` needs a ``database``."""

    def unit() -> AbstractContextManager[Session]:
        if database is None:
            raise AssertionError("give plugin_context() a database, so that unit() can be opened")
        return database.unit()

    return PluginContext(
        plugin=plugin,
        clock=clock or FixedClock(START),
        log=RecordedLog(),
        carts=carts or FakeCarts(),
        unit=unit,
        session=session,
    )
