"""The HTTP client that providers are handed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextvars import ContextVar
from typing import Any

from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, PoolManager, Timeout
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError

from growthcore.api.errors import RetryableError
from growthcore.api.ports import HttpResponse

_URL = re.compile(r"(https?://[a-z0-9._:\[\]-]+)(/[!\"$-~]*)?", re.IGNORECASE)
_target: ContextVar[str] = ContextVar("growthcore_http_target")


class Http:
    """Pooled HTTP over urllib3 (:class:`growthcore.api.HttpClient`). Safe to share by threads."""

    def __init__(self) -> None:
        self._pools = PoolManager(maxsize=20, retries=False)
        self._pools.pool_classes_by_scheme = {"http": _Pool, "https": _TlsPool}

    def request(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        timeout: float = 10.0,
    ) -> HttpResponse:
        """Send one request; ``timeout`` (seconds) bounds connecting and each wait for an answer.

        Raises ``ValueError`` for a URL that is no plain ASCII http or https URL.
        """
        found = _URL.fullmatch(url)
        if not found:
            raise ValueError("The URL must be http or https, in ASCII, percent-encoded, no spaces.")
        token = _target.set(found[2] or "/")
        try:
            return self._pools.request(
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


class _Raw(HTTPConnection):
    """Sends the request's target as given: urllib3 rewrites it, which breaks signatures over it."""

    def putrequest(self, method: str, url: str, *args: Any, **kwargs: Any) -> None:
        super().putrequest(method, _target.get(), *args, **kwargs)

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


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Raw


class _TlsPool(HTTPSConnectionPool):
    ConnectionCls = _RawTls
