"""Reading what was asked for, and writing lists of messages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from flask import Response, jsonify, request
from marshmallow import Schema, ValidationError

from growthcore.sandbox.sens.errors import bad
from growthcore.sandbox.sens.messages import Message
from growthcore.sandbox.sens.state import KST, Sens, service

_SOONEST = timedelta(minutes=10)
MOST = 100


def body(schema: Schema) -> dict[str, Any]:
    """The JSON body as ``schema`` reads it. Raises :class:`RefusedError`."""
    try:
        loaded: dict[str, Any] = schema.load(_json())
    except ValidationError as error:
        raise bad(str(error.normalized_messages())) from error
    return loaded


def listed(most: int) -> list[dict[str, Any]]:
    """A JSON body that is an array of objects."""
    items = _json()
    if not isinstance(items, list) or not 0 < len(items) <= most:
        raise bad(f"The body must be an array of 1 to {most} objects.")
    if not all(isinstance(item, dict) for item in items):
        raise bad("The body must be an array of objects.")
    return items


def _json() -> Any:
    if request.mimetype != "application/json":
        raise bad("Content-Type must be application/json; charset=utf-8.")
    value = request.get_json(silent=True)
    if value is None:
        raise bad("The body is not JSON.")
    return value


def due(sent: Mapping[str, Any], now: datetime) -> datetime:
    """When a request's messages go out: now, or the time that was reserved."""
    if not sent.get("reserveTime"):
        return now
    at = _instant("reserveTime", sent["reserveTime"], "%Y-%m-%d %H:%M", _zone(sent))
    if at < now + _SOONEST:
        raise bad("reserveTime must be at least 10 minutes ahead.")
    return at


def _zone(sent: Mapping[str, Any]) -> ZoneInfo:
    try:
        return ZoneInfo(sent.get("reserveTimeZone") or "Asia/Seoul")
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise bad("reserveTimeZone is no time zone.") from error


def _instant(name: str, text: str, form: str, zone: ZoneInfo = KST) -> datetime:
    try:
        return datetime.strptime(text, form).replace(tzinfo=zone).astimezone(UTC)
    except ValueError as error:
        raise bad(f"{name} must be like {form}.") from error


@dataclass(frozen=True, kw_only=True)
class Listing:
    """What a list call asks for, by the rules of its service."""

    longest: timedelta
    by_completion: bool = False
    sender: str | None = None  # The parameter that must name one, unless a request is named.

    def find(self, sens: Sens) -> Sequence[Message]:
        """The messages that the query string asks for. Raises :class:`RefusedError`."""
        now = sens.now()
        if request_id := request.args.get("requestId"):
            return sens.messages.of_request(service(), request_id, now)
        if self.sender and not request.args.get(self.sender):
            raise bad(f"{self.sender} is required without requestId.")
        asked, completed = self._window("request", self.longest), None
        if self.by_completion:
            completed = self._window("complete", timedelta(days=1))
        if (asked is None) == (completed is None):
            raise bad("Give requestId, or one window of time with its start and its end.")
        found = sens.messages.newest(service(), now)
        if asked:
            return [m for m in found if asked[0] <= m.requested_at <= asked[1]]
        return [m for m in found if completed and _ended_in(m, completed, sens)]

    def _window(self, name: str, longest: timedelta) -> tuple[datetime, datetime] | None:
        given = [request.args.get(f"{name}{end}Time") for end in ("Start", "End")]
        if given == [None, None]:
            return None
        start, end = (_instant(f"{name}Time", text or "", "%Y-%m-%d %H:%M:%S") for text in given)
        if not timedelta(0) <= end - start <= longest:
            raise bad(f"The window of {name} times must be 0 to {longest.days} days long.")
        return start, end


def _ended_in(message: Message, window: tuple[datetime, datetime], sens: Sens) -> bool:
    if message.state(sens.now(), sens.settings) != "ended":
        return False
    return window[0] <= message.ended_at(sens.settings) <= window[1]


def number(name: str, default: int, least: int, most: int) -> int:
    """A number of the query string."""
    text = request.args.get(name)
    if text is None:
        return default
    if not text.isdecimal() or not least <= int(text) <= most:
        raise bad(f"{name} must be a number from {least} to {most}.")
    return int(text)


def filtered(items: Iterable[dict[str, Any]], names: Sequence[str]) -> list[dict[str, Any]]:
    """Those whose fields are what the query string says, where it names one of ``names``."""
    wanted = {name: value for name in names if (value := request.args.get(name))}
    return [i for i in items if all(i.get(name) == value for name, value in wanted.items())]


def page(sens: Sens, found: Sequence[dict[str, Any]], extra: Mapping[str, Any]) -> Response:
    """One page of a list of messages, 20 a page unless ``pageSize`` says another number."""
    size = number("pageSize", 20, 1, MOST)
    items = list(_from_token(found, request.args.get("nextToken")))
    if not items:
        return nothing(sens.settings.empty_messages)
    shown, more = items[:size], len(items) > size
    paging: dict[str, Any] = {"pageSize": size, "itemCount": len(shown), "hasMore": more}
    if more:
        paging["nextToken"] = shown[-1]["messageId"]
    named = {sens.settings.page_fields[name]: value for name, value in paging.items()}
    return jsonify({**extra, **named, "messages": shown})


def _from_token(found: Sequence[dict[str, Any]], token: str | None) -> Sequence[dict[str, Any]]:
    if token is None:
        return found
    places = [index for index, item in enumerate(found) if item["messageId"] == token]
    if not places:
        raise bad("nextToken is not one of this list.")
    return found[places[0] + 1 :]


def nothing(form: str) -> Response:
    """An empty list, as SENS answers with one: an empty 404, or an empty array."""
    return Response(status=404) if form == "404" else jsonify([])
