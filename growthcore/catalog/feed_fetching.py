"""Fetching a feed from its address, and from where it has moved to (RFC 9110, 15.4)."""

from __future__ import annotations

from dataclasses import dataclass, field
from http import HTTPStatus
from urllib.parse import quote, urldefrag, urljoin

from growthcore.api.errors import ConfigError, InvalidInput, RetryableError
from growthcore.api.ports import HttpClient, HttpResponse

MOST_REDIRECTS = 5
_PERMANENT = (HTTPStatus.MOVED_PERMANENTLY, HTTPStatus.PERMANENT_REDIRECT)
_REDIRECTS = (
    *_PERMANENT, HTTPStatus.FOUND, HTTPStatus.SEE_OTHER, HTTPStatus.TEMPORARY_REDIRECT,
)  # fmt: skip


@dataclass(frozen=True)
class Fetched:
    """A feed; ``moved_to`` is the address to ask from now on, where the given one moved for good."""

    data: bytes = field(repr=False)
    moved_to: str | None = None


def fetch(http: HttpClient, address: str, *, public_only: bool = False) -> Fetched:
    """The feed at an address; ``public_only`` keeps every step to the public internet.

    Call it outside any transaction. Raises :class:`InvalidInput` when there is none.
    """
    moved_to, for_good = None, True
    for _ in range(MOST_REDIRECTS + 1):
        answer = _asked(http, address, public_only=public_only)
        if answer.status not in _REDIRECTS:
            return Fetched(_of(answer), moved_to)
        address = _target(answer, address)
        # What is said after a detour holds for the detour only.
        for_good = for_good and answer.status in _PERMANENT
        moved_to = address if for_good else moved_to
    told = (
        f"The feed leads on more than {MOST_REDIRECTS} times; give the address it has in a browser."
    )
    raise InvalidInput({"feed": told})


def _asked(http: HttpClient, address: str, *, public_only: bool) -> HttpResponse:
    try:
        return http.request("GET", address, public_only=public_only)
    except (ConfigError, ConnectionError, RetryableError, ValueError) as error:
        raise InvalidInput({"feed": f"The feed cannot be fetched: {error}"}) from error


def _of(answer: HttpResponse) -> bytes:
    if answer.status != HTTPStatus.OK:
        told = f"The feed's server answers {answer.status}; give the address it has in a browser."
        raise InvalidInput({"feed": told})
    return answer.data


def _target(answer: HttpResponse, address: str) -> str:
    location = answer.headers.get("Location", "")
    if not location:
        raise InvalidInput({"feed": "The feed's server says it moved, but not where to."})
    try:
        # Some servers write UTF-8 as it is, which header fields hold as Latin-1.
        ascii_only = quote(location.encode("latin-1"), safe="%/:?#[]@!$&'()*+,;=~")
        return urldefrag(urljoin(address, ascii_only)).url
    except ValueError as error:
        raise InvalidInput({"feed": f"The feed cannot be fetched: {error}"}) from error
