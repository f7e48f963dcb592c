"""The order of campaigns: changed as a whole, by dragging, by keys or one step at a time."""

from __future__ import annotations

from flask import Blueprint, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from growthcore.api import InvalidInput
from growthcore.campaigns import ranking
from growthcore.messaging.priorities import Outdated
from growthcore.web.admin import pages
from growthcore.web.admin.access import Role, actor, allow
from growthcore.web.admin.settings import policy
from growthcore.web.current import core

blueprint = Blueprint("priorities", __name__, url_prefix="/settings/priorities")


@blueprint.route("/", methods=["PUT", "POST"])
@allow(Role.MANAGER)
def save() -> Response:
    """Put campaigns in order: the whole list and the version it was read at.

    Without a script each step up or down is a post of its own (``move``). Answers 409 with the order
    that is in force when somebody else was first.
    """
    try:
        version = _number(request.form.get("version", ""))
        order = [_number(each) for each in request.form.getlist("order")]
        with core().db.unit() as session:
            ranking.change(
                session,
                _moved(order, request.form.get("move", "")),
                version=version,
                actor=actor(),
                now=core().clock.now(),
            )
    except Outdated:
        return policy.page(409, clash=True)
    except InvalidInput as error:
        return policy.page(422, errors=pages.errors(error))
    pages.toast(_("순서가 저장되었습니다. 이미 대기 중인 발송에도 적용됩니다."))
    return pages.go("admin.policy.index")


def _number(text: str) -> int:
    if not text.isascii() or not text.isdecimal() or len(text) > 18:
        raise InvalidInput({"order": "Give the version and the whole order as numbers."})
    return int(text)


def _moved(order: list[int], move: str) -> list[int]:
    """The order after one step: ``up:ID`` or ``down:ID``."""
    direction, _colon, number = move.partition(":")
    if direction not in ("up", "down") or not number.isdecimal() or int(number) not in order:
        return order
    place = order.index(int(number))
    other = place + (-1 if direction == "up" else 1)
    if 0 <= other < len(order):
        order[place], order[other] = order[other], order[place]
    return order
