"""Connections: an authorised way into an outside system, shared by the plugins that need it."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from growthcore.api.ports import HttpResponse
from growthcore.api.provider import Provider
from growthcore.api.text import Text
from growthcore.api.values import JSON


@dataclass(frozen=True, kw_only=True)
class ConnectionStatus:
    """Whether requests can be made now.

    ``detail`` is what a person should know; ``expires_at`` is when somebody must authorise again
    unless the connection is used before. One that is not connected but still tells ``scopes`` or
    ``expires_at`` was authorised once and must be again.
    """

    connected: bool
    detail: Text | None = None
    scopes: Sequence[str] = ()
    expires_at: datetime | None = None


class Connection(Provider):
    """A person authorises it once in the admin (OAuth 2.0 authorization code, RFC 6749 4.1).

    Tokens live in ``context.state``, whose updates are row-locked, so that two processes never renew
    at once.
    """

    @abstractmethod
    def authorize_url(self, redirect_uri: str, state: str) -> str:
        """Where a person is sent to agree; the provider sends them back to ``redirect_uri``."""

    @abstractmethod
    def finish(self, redirect_uri: str, query: Mapping[str, str]) -> None:
        """Take what the provider sent back with the person, exchange its code, keep the tokens.

        The core has compared the state. Raises :class:`ConfigError` with a sentence for the person.
        """

    def accepts_launch(self, raw_query: str) -> bool:
        """Whether the provider itself opened our app with this query string, as received."""
        return False

    @abstractmethod
    def status(self) -> ConnectionStatus:
        """What is known without asking the provider; no network."""

    @abstractmethod
    def disconnect(self) -> None:
        """Forget the tokens, and tell the provider where it wants to know."""

    @abstractmethod
    def request(
        self,
        method: str,
        path: str,
        *,
        query: Sequence[tuple[str, str]] = (),
        body: JSON | None = None,
    ) -> HttpResponse:
        """An authorised request below the provider's API, whatever its answer; renews its token.

        Raises :class:`ConfigError` when a person must authorise again, :class:`RetryableError` when
        the request certainly was not taken, and :class:`ConnectionError` when that is unknown.
        """


class Connections(Protocol):
    """The shop's connections."""

    def get(self, account_id: int) -> Connection:
        """One connection. Raises :class:`ConfigError` when it is switched off, gone or broken."""
