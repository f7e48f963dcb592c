"""The HTTP client that providers are handed."""

from __future__ import annotations

import re
import socket
from collections.abc import Mapping
from contextvars import ContextVar
from typing import Any

from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, PoolManager, Timeout
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError
from urllib3.util.connection import create_connection

from growthcore.api.errors import RetryableError
from growthcore.api.ports import HttpResponse
from growthcore.plugins.hosts import public_addresses

_URL = re.compile(r"(https?://[a-z0-9._:\[\]-]+)(/[!\"$-~]*)?", re.IGNORECASE)
_target: ContextVar[str] = ContextVar("growthcore_http_target")


class Http:
    """Pooled HTTP over urllib3 (:class:`growthcore.api.HttpClient`). Safe to share by threads."""

    def __init__(self) -> None:
        self._pools = _pools(_Pool, _TlsPool)
        # Apart, so that no kept connection into a private network serves who must not reach it.
        self._public_pools = _pools(_PublicPool, _PublicTlsPool)

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
        """Send one request; ``timeout`` (seconds) bounds connecting and each wait for an answer.

        ``public_only`` refuses hosts outside the public internet with :class:`ConfigError`.

        Raises ``ValueError`` for a URL that is no plain ASCII http or https URL.
        """
        found = _URL.fullmatch(url)
        if not found:
            raise ValueError("The URL must be http or https, in ASCII, percent-encoded, no spaces.")
        token = _target.set(found[2] or "/")
        try:
            return (self._public_pools if public_only else self._pools).request(
                method,
                found[1],
                headers=dict(headers or {}),
                body=body,
                timeout=Timeout(connect=timeout, read=timeout),
                redirect=False,
            )
        except HTTPError as error:
            # The text of the error names the URL, which may hold a token.
            raise ConnectionError(f"the answer was lost ({type(error).__name__})") from error
        finally:
            _target.reset(token)


def _pools(plain: type[HTTPConnectionPool], tls: type[HTTPSConnectionPool]) -> PoolManager:
    pools = PoolManager(maxsize=20, retries=False)
    pools.pool_classes_by_scheme = {"http": plain, "https": tls}
    return pools


class _Raw(HTTPConnection):
    """Sends the request's target as given: urllib3 rewrites it, which breaks signatures over it."""

    def putrequest(self, method: str, url: str, *args: Any, **kwargs: Any) -> None:
        super().putrequest(method, _target.get(), *args, **kwargs)

    def request(self, *args: Any, **kwargs: Any) -> None:
        """Send head and body in one piece: each would be a packet of its own."""
        self._pieces: list[bytes] | None = []
        try:
            super().request(*args, **kwargs)
            whole, self._pieces = b"".join(self._pieces), None
            super().send(whole)
        finally:
            self._pieces = None

    def send(self, data: Any) -> None:
        """Keep it while more is to come."""
        if self._pieces is None:
            super().send(data)
        else:
            self._pieces.append(data)

    def connect(self) -> None:
        """Connect; a failure here, TLS included, is the one where nothing was written for certain."""
        try:
            super().connect()
        except (OSError, HTTPError) as error:
            raise RetryableError(
                f"cannot connect to {self.host} ({type(error).__name__})"
            ) from error


class _RawTls(_Raw, HTTPSConnection):
    pass


class _Public(_Raw):
    """Connects to the very address it has looked at, whatever a second look-up would say."""

    def _new_conn(self) -> socket.socket:
        refused: OSError = OSError("no address")
        for address in public_addresses(self._dns_host, self.port):
            try:
                return create_connection(
                    (address, self.port),
                    self.timeout,
                    source_address=self.source_address,
                    socket_options=self.socket_options,
                )
            except OSError as error:
                refused = error
        raise refused


class _PublicTls(_Public, _RawTls):
    pass


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Raw


class _TlsPool(HTTPSConnectionPool):
    ConnectionCls = _RawTls


class _PublicPool(HTTPConnectionPool):
    ConnectionCls = _Public


class _PublicTlsPool(HTTPSConnectionPool):
    ConnectionCls = _PublicTls
