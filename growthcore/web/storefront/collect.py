"""``POST /v1/collect``: events, who the visitor is, and what they consented to.

Plain Flask and msgspec, without a schema framework: this is the one endpoint whose cost matters.
What it takes and answers is told in ``docs/storefront-api.md``, field by field.
"""

from __future__ import annotations

from typing import Any

from flask import Response, request
from msgspec import json

from growthcore.api import Text
from growthcore.recommendations import touches
from growthcore.web.errors import Refusal, preferred_locale
from growthcore.web.storefront import current, wire
from growthcore.web.storefront.intake import Intake
from growthcore.web.strict_json import Unreadable

_TYPES = ("text/plain", "application/json")


def collect() -> Response:
    """Take one call of a page. Every event stands or falls on its own."""
    envelope = _read()
    storefront = current.storefront()
    origin = storefront.admit(envelope.key or request.args.get("key", ""))
    machine = touches.is_machine(request.user_agent.string)
    intake = Intake(envelope, storefront.core.clock.now(), origin, machine=machine)
    answer = storefront.write(intake)
    return _answered(answer.shown(preferred_locale()))


def _read() -> wire.Envelope:
    if request.mimetype not in _TYPES:
        what = f"Content-Type: {' | '.join(_TYPES)}"
        raise Refusal(415, "unsupported_media_type", Text(what, what))
    request.max_content_length = wire.MOST_BYTES
    body = request.get_data(cache=False)
    try:
        body.decode()
        return wire.read_envelope(body)
    except UnicodeDecodeError as error:
        text = Text("본문이 UTF-8이 아닙니다.", "The body is not UTF-8.")
        raise Refusal(400, "invalid_encoding", text) from error
    except Unreadable as error:
        text = Text(f"본문을 읽을 수 없습니다: {error}", f"The body cannot be read: {error}")
        raise Refusal(422, "invalid_body", text) from error


def _answered(body: dict[str, Any]) -> Response:
    return Response(json.encode(body), mimetype="application/json")
