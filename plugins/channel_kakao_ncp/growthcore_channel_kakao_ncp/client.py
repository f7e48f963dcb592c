"""The HTTP API of NAVER Cloud SENS (api.ncloud-docs.com/docs/sens-overview): AlimTalk v2.

Knows nothing of GrowthCore. Whatever the HTTP client raises passes through.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Protocol
from urllib.parse import quote, urlencode, urlsplit

import msgspec

from growthcore_channel_kakao_ncp.messages import Message, local
from growthcore_channel_kakao_ncp.pace import Pace
from growthcore_channel_kakao_ncp.signature import headers

MOST = 100
"""Messages of one request, and items of one page."""

Query = Sequence[tuple[str, str]]
_NUMBER = re.compile(r"\d{7,}")


class Response(Protocol):
    """An HTTP answer that was read to its end."""

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
    """What requests go out by: the URL byte for byte, no redirects, no retries."""

    def request(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        timeout: float = 10.0,
    ) -> Response:
        """Send one request and read its answer."""


class Refused(Exception):
    """An answer other than success. ``code`` is the gateway's own, such as "200" or "210".

    ``skew`` is how many seconds the gateway's clock is ahead of ours, ``wait`` how many it wants to
    be left alone, where it says so.
    """

    def __init__(self, response: Response, now: datetime) -> None:
        error = _error(response.data)
        self.status = response.status
        self.code = str(error.get("errorCode") or "")
        # It may quote what was sent, people's numbers too.
        self.details = _NUMBER.sub("…", str(error.get("details") or error.get("message") or ""))
        self.empty = not response.data.strip()
        self.skew = _skew(response.headers.get("date"), now)
        wait = (response.headers.get("retry-after") or "").strip()
        self.wait = float(wait) if wait.isascii() and wait.isdigit() else None
        super().__init__(f"HTTP {self.status} {self.code}".strip())


class Unreadable(Exception):
    """A success whose body is not what the documents promise."""


@dataclass(frozen=True, kw_only=True)
class Sens:
    """One access key towards one service of one project (``ncp:kkobizmsg:kr:…``)."""

    http: Http
    base_url: str
    service_id: str
    access_key: str
    secret_key: str = field(repr=False)
    now: Callable[[], datetime]
    pace: Pace
    room: str = "alimtalk"

    def channels(self) -> list[Mapping[str, Any]]:
        """Every Kakao channel of the project."""
        return _objects(self._get("channels"))

    def templates(self, channel: str) -> list[Mapping[str, Any]]:
        """Every template of a channel, with the reviewers' comments."""
        found: list[Mapping[str, Any]] = []
        for index in range(MOST):
            query = [("channelId", channel), ("pageSize", str(MOST)), ("pageIndex", str(index))]
            page = _objects(self._get("templates", query))
            found += page
            if len(page) < MOST:
                break
        return found

    def send(self, request: Mapping[str, Any]) -> list[Message]:
        """Hand a request over and read what became of each recipient.

        Raises :class:`Refused` and :class:`Unreadable`.
        """
        said = _read(self.call("POST", self._path("messages"), body=request))
        elements = said.get("messages") if isinstance(said, Mapping) else None
        if not isinstance(elements, list):
            raise Unreadable("the answer names no messages")
        request_id = str(said.get("requestId") or "")
        return [Message.read(each, request_id) for each in elements if isinstance(each, Mapping)]

    def message(self, message_id: str) -> Message | None:
        """One message; None when SENS does not know it, or no more."""
        said = self._get(f"messages/{quote(message_id, safe='')}")
        return Message.read(said) if isinstance(said, Mapping) else None

    def of_request(self, request_id: str) -> list[Message]:
        """The messages of one request."""
        return list(self._listed([("requestId", request_id)], request_id))

    def sent_to(self, channel: str, number: str, since: datetime, until: datetime) -> list[Message]:
        """What was sent to a number within a window of at most 31 days."""
        window = [("requestStartTime", local(since)), ("requestEndTime", local(until))]
        return list(self._listed([*window, ("plusFriendId", channel), ("to", number)]))

    def text_kind(self, service_id: str, message_id: str) -> str | None:
        """What a text message went as that another message went on as: SMS or LMS."""
        path = (
            f"/sms/v2/services/{quote(service_id, safe=':')}/messages/{quote(message_id, safe='')}"
        )
        said = self._asked(path)
        elements = said.get("messages") if isinstance(said, Mapping) else None
        kinds = [each.get("type") for each in _objects(elements)]
        return str(kinds[0]) if kinds and kinds[0] else None

    def reservation(self, reserve_id: str) -> str:
        """How far a reserved request is: READY, PROCESSING, CANCELED, FAIL, DONE, STALE or SKIP."""
        said = _read(self.call("GET", self._reserved(reserve_id) + "/reserve-status"))
        return str(said.get("reserveStatus") or "") if isinstance(said, Mapping) else ""

    def cancel(self, reserve_id: str) -> None:
        """Take a reserved request back. Raises :class:`Refused` when its time has come."""
        self.call("DELETE", self._reserved(reserve_id))

    def call(
        self, method: str, path: str, query: Query = (), body: Mapping[str, Any] | None = None
    ) -> Response:
        """One signed request. Raises :class:`Refused` for any answer but success."""
        self.pace.wait()
        # One text is signed and sent: whoever encodes it twice breaks the signature.
        url = self.base_url + path + ("?" + urlencode(query, quote_via=quote) if query else "")
        parts, now = urlsplit(url), self.now()
        target = f"{parts.path}?{parts.query}" if parts.query else parts.path
        milliseconds = int(now.timestamp() * 1000)
        signed = headers(method, target, milliseconds, self.access_key, self.secret_key)
        kind = {"content-type": "application/json; charset=utf-8"} if body is not None else {}
        response = self.http.request(
            method,
            url,
            headers={**kind, **signed},
            body=None if body is None else _written(body),
            timeout=15.0,
        )
        if not 200 <= response.status < 300:
            raise Refused(response, now)
        return response

    def _path(self, rest: str) -> str:
        return f"/{self.room}/v2/services/{quote(self.service_id, safe=':')}/{rest}"

    def _reserved(self, reserve_id: str) -> str:
        return self._path(f"reservations/{quote(reserve_id, safe='')}")

    def _get(self, rest: str, query: Query = ()) -> Any:
        return self._asked(self._path(rest), query)

    def _asked(self, path: str, query: Query = ()) -> Any:
        """The JSON of an answer; None for an empty 404, which is how SENS says that there is none."""
        try:
            return _read(self.call("GET", path, query))
        except Refused as refused:
            if refused.status == 404 and refused.empty:
                return None
            raise

    def _listed(self, query: Query, request_id: str = "") -> Iterator[Message]:
        token: str | None = None
        while True:
            page = [("nextToken", token)] if token else []
            said = self._get("messages", [*query, ("pageSize", str(MOST)), *page])
            elements = said.get("messages") if isinstance(said, Mapping) else said
            for each in _objects(elements):
                yield Message.read(each, request_id)
            following = said.get("nextToken") if isinstance(said, Mapping) else None
            if not following or following == token:
                return
            token = str(following)


def _written(body: Mapping[str, Any]) -> bytes:
    try:
        return msgspec.json.encode(body)
    except UnicodeEncodeError:
        # Half of an emoji that was cut: a question mark goes in its place.
        return json.dumps(body, ensure_ascii=False).encode("utf-8", "replace")


def _read(response: Response) -> Any:
    try:
        return msgspec.json.decode(response.data)
    except ValueError as error:
        raise Unreadable("the answer is not JSON") from error


def _objects(said: Any) -> list[Mapping[str, Any]]:
    return [each for each in said if isinstance(each, Mapping)] if isinstance(said, list) else []


def _error(data: bytes) -> Mapping[str, Any]:
    """The gateway's error; some answers say nothing, or say it otherwise."""
    try:
        said = json.loads(data)
    except ValueError:
        return {}
    error = said.get("error", said) if isinstance(said, Mapping) else {}
    return error if isinstance(error, Mapping) else {"message": error}


def _skew(date: str | None, now: datetime) -> float | None:
    try:
        said = parsedate_to_datetime(date or "")
    except ValueError:
        return None
    return (said.replace(tzinfo=said.tzinfo or UTC) - now).total_seconds()
