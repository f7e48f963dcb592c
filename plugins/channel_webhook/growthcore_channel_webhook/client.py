"""The protocol of Standard Webhooks, version 1 (standardwebhooks.com): signed requests and answers."""

from __future__ import annotations

import base64
import binascii
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Protocol

PREFIX = "whsec_"
KEY_BYTES = range(24, 65)
_LONGEST_WAIT = 86_400


class Response(Protocol):
    """An HTTP answer."""

    @property
    def status(self) -> int:
        """The HTTP status."""

    @property
    def headers(self) -> Mapping[str, str]:
        """Header fields; look-ups ignore case."""


class Http(Protocol):
    """What requests go out by; it follows no redirects."""

    def request(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        timeout: float = 10.0,
        public_only: bool = False,
    ) -> Response:
        """Send one request and read its answer."""


@dataclass(frozen=True)
class Answer:
    """What a receiver said. ``wait`` is how many seconds it wants to be left alone, if it told."""

    status: int
    wait: float | None


@dataclass(frozen=True, kw_only=True)
class Endpoint:
    """A receiver. Every one of ``keys`` signs, so that it may know the old or the new one."""

    http: Http
    url: str
    keys: Sequence[bytes]
    timeout: float
    public_only: bool

    def post(self, id_: str, body: bytes, at: datetime) -> Answer:
        """Post a body under ``id_``, by which receivers tell repeats. Raises what ``http`` raises."""
        response = self.http.request(
            "POST",
            self.url,
            headers={
                "content-type": "application/json",
                "user-agent": "GrowthCore",
                **signed(self.keys, id_, int(at.timestamp()), body),
            },
            body=body,
            timeout=self.timeout,
            public_only=self.public_only,
        )
        return Answer(response.status, wait(response.headers.get("retry-after"), at))


def key(secret: str) -> bytes:
    """The key in a secret such as ``whsec_MfKQ…``. Raises ``ValueError``, never quoting it."""
    try:
        found = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except (binascii.Error, ValueError):
        found = b""
    if not secret.startswith(PREFIX) or len(found) not in KEY_BYTES:
        raise ValueError("A secret is whsec_ and then 24 to 64 bytes in base64.")
    return found


def signed(keys: Sequence[bytes], id_: str, timestamp: int, body: bytes) -> dict[str, str]:
    """The header fields that sign a request, a signature a key."""
    content = f"{id_}.{timestamp}.".encode() + body
    digests = (hmac.digest(each, content, "sha256") for each in keys)
    return {
        "webhook-id": id_,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(f"v1,{base64.b64encode(d).decode()}" for d in digests),
    }


def wait(retry_after: str | None, at: datetime) -> float | None:
    """The seconds a ``Retry-After`` asks for, as a number or a date; at most a day."""
    text = (retry_after or "").strip()
    if text.isascii() and text.isdigit():
        # A number of more digits is longer than a day, whatever it says.
        seconds = float(text[:9])
    else:
        try:
            until = parsedate_to_datetime(text)
        except ValueError:
            return None
        seconds = (until.replace(tzinfo=until.tzinfo or UTC) - at).total_seconds()
    return min(max(seconds, 0.0), _LONGEST_WAIT)
