"""AlimTalk v2: channels, templates, and messages one by one or in lists.

api.ncloud-docs.com/docs/sens-alimtalk-send, -list, -get, -template-get, -kakao-channel-get.
"""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, Response, jsonify, request

from growthcore.sandbox.sens import sending, shown
from growthcore.sandbox.sens.errors import bad, foreign
from growthcore.sandbox.sens.requests import Listing, filtered, nothing, number, page
from growthcore.sandbox.sens.state import project, sens, service

blueprint = Blueprint("alimtalk", __name__, url_prefix="/alimtalk/v2/services/<service>")

_LISTING = Listing(longest=timedelta(days=31), by_completion=True, sender="plusFriendId")
_FILTERS = (
    "messageId",
    "requestStatusName",
    "messageStatusName",
    "plusFriendId",
    "templateCode",
    "to",
)


@blueprint.post("/messages")
def send() -> tuple[Response, int]:
    """Take up to 100 messages of one template."""
    request_id, messages = sending.take(sens(), project())
    told_of = [shown.taken(message) for message in messages]
    if not sens().settings.answers_in_order:
        told_of.reverse()
    told = {
        "requestId": request_id,
        "requestTime": sens().written(messages[0].requested_at),
        "statusCode": "202",
        "statusName": "success",
        "messages": told_of,
    }
    return jsonify(told), 202


@blueprint.get("/messages")
def messages() -> Response:
    """A list of messages and how far they are."""
    to = request.args.get("to")  # Looked at first: a list may have thousands.
    found = [shown.progress(m) for m in _LISTING.find(sens()) if to in (None, "", m.to)]
    extra = {"requestId": rid} if (rid := request.args.get("requestId")) else {}
    status = {"statusCode": "200", "statusName": "success"}
    return page(sens(), filtered(found, _FILTERS), {**extra, **status})


@blueprint.get("/messages/<message_id>")
def message(message_id: str) -> Response:
    """One message and how far it is."""
    found = sens().messages.get(service(), message_id, sens().now())
    return jsonify(shown.progress(found)) if found else nothing("404")


@blueprint.get("/channels")
def channels() -> Response:
    """Every channel, in a bare array."""
    return jsonify([shown.channel(channel) for channel in sens().catalogue.channels])


@blueprint.get("/templates")
def templates() -> Response:
    """A channel's templates, in a bare array."""
    wanted = request.args.get("channelId")
    if not wanted:
        raise bad("channelId is required.")
    if sens().catalogue.channel(wanted) is None:
        raise foreign(sens().settings)
    code, name = request.args.get("templateCode"), request.args.get("templateName", "")
    found = [
        template
        for template in sens().catalogue.templates
        if template.channel == wanted and code in (None, template.code) and name in template.name
    ]
    size, index = number("pageSize", 100, 1, 100), number("pageIndex", 0, 0, 10_000)
    few = found[index * size : (index + 1) * size]
    return jsonify([shown.template(t) for t in few]) if few else _no_templates()


def _no_templates() -> Response:
    return nothing(sens().settings.empty_templates)
