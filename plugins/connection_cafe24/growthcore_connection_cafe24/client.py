"""Cafe24's OAuth 2.0 and Admin API as developers.cafe24.com describes them (version 2026-03-01)."""

from __future__ import annotations

import json
import re
from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from typing import Any, Protocol
from urllib.parse import quote, urlencode

API_VERSION = "2026-03-01"
_KST = timezone(timedelta(hours=9))
_PATH = re.compile(r"(/[A-Za-z0-9._~,:@-]+)+")
_CODE = re.compile(r"[a-z_]{1,40}")


class Refused(Exception):
    """The token endpoint refuses for good; ``code`` is its OAuth error, such as ``invalid_grant``."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Unavailable(Exception):
    """The token endpoint takes no request now (``status`` 429 or 5xx)."""

    def __init__(self, status: int) -> None:
        super().__init__(f"HTTP {status}")
        self.status = status


class Response(Protocol):
    """An HTTP answer."""

    @property
    def status(self) -> int:
        """The HTTP status."""

    @property
    def headers(self) -> Mapping[str, str]:
        """Header fields; look-ups ignore case."""

    @property
    def data(self) -> bytes:
        """The whole body."""


class Http(Protocol):
    """What requests go out by."""

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


@dataclass(frozen=True, kw_only=True)
class Tokens:
    """A pair of tokens. A refresh token works once: its answer holds the next one."""

    access: str = field(repr=False)
    access_expires_at: datetime
    refresh: str = field(repr=False)
    refresh_expires_at: datetime
    scopes: Sequence[str]
    mall_id: str


@dataclass(frozen=True, kw_only=True)
class App:
    """An app of Cafe24's developer centre, at the mall that ``base_url`` leads to.

    Every method raises what ``http`` raises.
    """

    http: Http
    base_url: str
    client_id: str
    client_secret: str = field(repr=False)
    public_only: bool = True

    def authorize_url(self, redirect_uri: str, state: str, scopes: Sequence[str]) -> str:
        """Where a person agrees; Cafe24 wants the scopes apart by commas."""
        query = {
            "response_type": "code",
            "client_id": self.client_id,
            "state": state,
            "redirect_uri": redirect_uri,
            "scope": ",".join(scopes),
        }
        return f"{self.base_url}/api/v2/oauth/authorize?{urlencode(query)}"

    def exchange(self, code: str, redirect_uri: str) -> Tokens:
        """The first tokens. Raises :class:`Refused` and :class:`Unavailable`."""
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": redirect_uri}
        return self._tokens(form)

    def refresh(self, refresh_token: str) -> Tokens:
        """The next tokens; from here on the old refresh token is dead. Raises as ``exchange``."""
        return self._tokens({"grant_type": "refresh_token", "refresh_token": refresh_token})

    def revoke(self, token: str) -> int:
        """End a pair of tokens; the HTTP status of the answer."""
        return self._post("revoke", {"token": token, "token_hint": "refresh_token"}).status

    def call(
        self,
        access_token: str,
        method: str,
        path: str,
        query: Sequence[tuple[str, str]] = (),
        body: Mapping[str, Any] | None = None,
    ) -> Response:
        """A request below ``/api/v2``, ``path`` such as ``/admin/orders``, whatever its answer."""
        if not _PATH.fullmatch(path):
            raise ValueError("The path must begin with / and be percent-encoded, without a query.")
        asked = f"?{urlencode(query, quote_via=quote)}" if query else ""
        return self.http.request(
            method,
            f"{self.base_url}/api/v2{path}{asked}",
            headers={
                "authorization": f"Bearer {access_token}",
                "content-type": "application/json",
                "x-cafe24-api-version": API_VERSION,
            },
            body=None if body is None else json.dumps(body, ensure_ascii=False).encode(),
            public_only=self.public_only,
        )

    def _tokens(self, form: Mapping[str, str]) -> Tokens:
        response = self._post("token", form)
        if response.status == 429 or response.status >= 500:
            raise Unavailable(response.status)
        told = _object(response.data)
        if not 200 <= response.status < 300:
            code = told.get("error")
            known = isinstance(code, str) and _CODE.fullmatch(code)
            raise Refused(str(code) if known else f"http_{response.status}")
        return tokens_of(told)

    def _post(self, endpoint: str, form: Mapping[str, str]) -> Response:
        basic = b64encode(f"{self.client_id}:{self.client_secret}".encode()).decode()
        return self.http.request(
            "POST",
            f"{self.base_url}/api/v2/oauth/{endpoint}",
            headers={
                "authorization": f"Basic {basic}",
                "content-type": "application/x-www-form-urlencoded",
            },
            body=urlencode(form).encode(),
            public_only=self.public_only,
        )


def tokens_of(told: Mapping[str, Any]) -> Tokens:
    """The tokens in an answer. Raises ``ConnectionError`` when they can't be read."""
    try:
        return Tokens(
            access=str(told["access_token"]),
            access_expires_at=instant(told["expires_at"]),
            refresh=str(told["refresh_token"]),
            refresh_expires_at=instant(told["refresh_token_expires_at"]),
            scopes=tuple(map(str, told.get("scopes") or ())),
            mall_id=str(told["mall_id"]),
        )
    except (KeyError, TypeError, ValueError) as error:
        # From None: the text of the error may quote a token.
        raise ConnectionError(f"the tokens can't be read ({type(error).__name__})") from None


def instant(text: str) -> datetime:
    """A time as Cafe24 tells it, in UTC: without an offset it is Korean. Raises ``ValueError``."""
    at = datetime.fromisoformat(text)
    return (at if at.tzinfo else at.replace(tzinfo=_KST)).astimezone(UTC)


def message_of(response: Response) -> str:
    """What Cafe24 says is wrong, at most 200 characters; its status when it says nothing."""
    error = _object(response.data).get("error")
    said = error.get("message") if isinstance(error, Mapping) else error
    return str(said).rstrip(". ")[:200] if said else f"HTTP {response.status}"


def _object(data: bytes) -> Mapping[str, Any]:
    """A JSON object, empty where there is none: a gateway's errors are pages."""
    try:
        found = json.loads(data)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
