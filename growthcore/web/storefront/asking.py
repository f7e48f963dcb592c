"""Questions of pages, asked by ``GET`` in the address or by ``POST`` in a body, and their answers."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, TypeVar

import msgspec
from flask import Response, request

from growthcore.api import Text
from growthcore.web import strict_json
from growthcore.web.errors import Refusal
from growthcore.web.storefront import wire
from growthcore.web.strict_json import Unreadable

T = TypeVar("T", bound="Question")

_MOST_BYTES = 16 * 1024
_TYPES = ("text/plain", "application/json")
_FOR_THEM = (("Cache-Control", "private, no-store"),)


class Question(wire.Strict, frozen=True, kw_only=True):
    """What every question has."""

    key: wire.Key = ""


def read(decoder: msgspec.json.Decoder[T], lists: Collection[str]) -> T:
    """The question of the request at hand; in an address, ``lists`` are keys that may come again.

    Raises :class:`Refusal` (415, 422).
    """
    return _from_query(decoder, lists) if request.method == "GET" else _from_body(decoder)


def answered(body: bytes) -> Response:
    """The answer to whoever asked, as JSON that nobody else may keep."""
    return Response(body, headers=_FOR_THEM, content_type="application/json")


def _from_query(decoder: msgspec.json.Decoder[T], lists: Collection[str]) -> T:
    given: dict[str, Any] = request.args.to_dict()
    given |= {name: request.args.getlist(name) for name in lists if name in given}
    try:
        # Not strict: in an address, a number is text.
        return msgspec.convert(given, decoder.type, strict=False)
    except msgspec.ValidationError as error:
        raise _unreadable(error) from error


def _from_body(decoder: msgspec.json.Decoder[T]) -> T:
    if request.mimetype not in _TYPES:
        what = f"Content-Type: {' | '.join(_TYPES)}"
        raise Refusal(415, "unsupported_media_type", Text(what, what))
    request.max_content_length = _MOST_BYTES
    try:
        asked: T = strict_json.decode(request.get_data(cache=False), decoder)
    except Unreadable as error:
        raise _unreadable(error) from error
    return msgspec.structs.replace(asked, key=asked.key or request.args.get("key", ""))


def _unreadable(error: Exception) -> Refusal:
    text = Text(f"요청을 읽을 수 없습니다: {error}", f"The request cannot be read: {error}")
    return Refusal(422, "invalid_request", text)
