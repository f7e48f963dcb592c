"""What the core hands to plugins: protocols the core implements, so that plugins import nothing else."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from growthcore.api.values import Cart, ConsentStatement, Customer, Product


class Clock(Protocol):
    """The only source of time, so that a campaign can be replayed at another one."""

    def now(self) -> datetime:
        """The present instant, aware, in UTC."""


class Log(Protocol):
    """A structured logger. Never pass an address, a name or a message body."""

    def info(self, event: str, **values: Any) -> None:
        """Record something an operator may want to know."""

    def warning(self, event: str, **values: Any) -> None:
        """Record something an operator should look at."""


class HttpResponse(Protocol):
    """An answer that was read to its end."""

    @property
    def status(self) -> int:
        """The HTTP status."""

    @property
    def headers(self) -> Mapping[str, str]:
        """Header fields; look-ups ignore case."""

    @property
    def data(self) -> bytes:
        """The whole body."""


class HttpClient(Protocol):
    """HTTP with timeouts set and connections pooled. ``url`` goes out byte for byte as given."""

    def request(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        timeout: float = 10.0,
        public_only: bool = False,
    ) -> HttpResponse:
        """Send one request and read its answer; no redirects, no retries.

        With ``public_only`` a host with an address outside the public internet (loopback, private,
        link-local …) is refused with :class:`ConfigError`; it is looked up once a connection, and
        the connection is made to the very address that was looked at.

        Raises :class:`RetryableError` when the request certainly was not fully written, and
        :class:`ConnectionError` when that is unknown.
        """


class AccountState(Protocol):
    """A small JSON document of one account, such as a rotating token.

    Updates are row-locked and committed on their own, so a rotated token survives a job that is
    rolled back and two processes never rotate at once.
    """

    def read(self) -> Mapping[str, Any]:
        """The document as last committed; empty at first."""

    def update(self, change: Callable[[dict[str, Any]], None]) -> Mapping[str, Any]:
        """Lock, pass the current document to ``change`` to mutate, commit, return the result."""


class Carts(Protocol):
    """Carts as they stand now, whatever event order they came from."""

    def get(self, cart_id: int) -> Cart | None:
        """One cart with its open lines, or None when it is unknown."""

    def many(self, cart_ids: Sequence[int]) -> Mapping[int, Cart]:
        """Those of the carts that exist, with their open lines."""

    def open_of(self, customer_ids: Sequence[int]) -> Mapping[int, Cart]:
        """The newest open, non-empty cart of each customer that has one."""


class Consents(Protocol):
    """What customers said about messages, as far as nothing newer overturned it."""

    def stated(
        self, channel: str, since: datetime, until: datetime, *, after: int = 0, limit: int = 1_000
    ) -> Sequence[ConsentStatement]:
        """Those made from ``since`` on and before ``until``, by id; ``after`` is the last id seen."""

    def of(self, customer_ids: Sequence[int]) -> Mapping[int, Sequence[ConsentStatement]]:
        """Those of each customer that said something, the newest first."""


class Customers(Protocol):
    """Customers by id, read in batches."""

    def get(self, customer_ids: Sequence[int]) -> Mapping[int, Customer]:
        """Those of the customers that exist."""


class Catalog(Protocol):
    """Products as the catalogue knows them now."""

    def get(self, product_ids: Sequence[int]) -> Mapping[int, Product]:
        """Those of the products that exist, by internal id."""
