"""``POST /v1/collect``: events, who the visitor is, and what they consented to.

Plain Flask and msgspec, without a schema framework: this is the one endpoint whose cost matters.
What it takes and answers is told in ``docs/storefront-api.md``, field by field.
"""

from __future__ import annotations

from typing import Any, cast

from flask import Response, current_app, request
from msgspec import json

from growthcore.api import Text
from growthcore.recommendations import touches
from growthcore.web import current
from growthcore.web.errors import Refusal, preferred_locale
from growthcore.web.storefront import access, wire
from growthcore.web.storefront.intake import Intake
from growthcore.web.storefront.together import Writer
from growthcore.web.strict_json import Unreadable

WRITER = "growthcore.storefront.writer"
_TYPES = ("text/plain", "application/json")


def collect() -> Response:
    """Take one call of a page. Every event stands or falls on its own."""
    envelope = _read()
    key = envelope.key or request.args.get("key", "")
    access.slow_down(key)
    origin = access.admit(key)
    machine = touches.is_machine(request.user_agent.string)
    intake = Intake(envelope, current.core().clock.now(), origin, machine=machine)
    write = cast("Writer", current_app.extensions[WRITER])
    answer = write(intake)
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
    return current_app.response_class(json.encode(body), mimetype="application/json")
