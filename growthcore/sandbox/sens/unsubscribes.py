"""The numbers that want no advertising (api.ncloud-docs.com/docs/sens-sms-unsubscribe-list)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import Blueprint, Response, jsonify, request

from growthcore.api.db import EPOCH
from growthcore.sandbox.sens.errors import bad
from growthcore.sandbox.sens.requests import listed, nothing, number
from growthcore.sandbox.sens.state import sens

blueprint = Blueprint(
    "unsubscribes", __name__, url_prefix="/sms/v2/services/<service>/unsubscribes"
)

_MOST = 1000
_LATEST = 10**15
BY_HAND, BY_PHONE = "M", "C"


@blueprint.get("")
def numbers() -> Response:
    """Who opted out, the earliest first; times are in milliseconds."""
    wanted = request.args.get("clientTelNo")
    start, end = number("startTime", 0, 0, _LATEST), number("endTime", _LATEST, 0, _LATEST)
    found = [
        _shown(to, how, at)
        for to, (how, at) in sens().unsubscribed.items()
        if wanted in (None, to) and start <= _milliseconds(at) <= end
    ]
    size, index = number("pageSize", 100, 1, 100), number("pageIndex", 0, 0, 1_000_000)
    shown = found[index * size : (index + 1) * size]
    return jsonify(shown) if shown else nothing(sens().settings.empty_messages)


@blueprint.post("")
def add() -> tuple[Response, int]:
    """Opt numbers out by hand."""
    now = sens().now()
    for to in _named():
        sens().unsubscribed.setdefault(to, (BY_HAND, now))
    return jsonify([_shown(to, *sens().unsubscribed[to]) for to in _named()]), 201


@blueprint.delete("")
def remove() -> Response:
    """Take numbers off the list."""
    for to in _named():
        sens().unsubscribed.pop(to, None)
    return Response(status=204)


def _named() -> list[str]:
    numbers = [str(item.get("clientTelNo", "")) for item in listed(_MOST)]
    if not all(each.isdecimal() for each in numbers):
        raise bad("clientTelNo must hold digits only.")
    return numbers


def _shown(to: str, how: str, at: datetime) -> dict[str, Any]:
    return {"clientTelNo": to, "registerTime": sens().written(at), "registerType": how}


def _milliseconds(at: datetime) -> int:
    return round((at - EPOCH).total_seconds() * 1000)
