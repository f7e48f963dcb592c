"""Kakao Brand Message, for advertising (guide-gov.ncloud-docs.com, "Brand Message 개요").

Sending and the template list, as far as they are documented; there is no result to ask for.
"""

from __future__ import annotations

from datetime import time
from typing import Any

from flask import Blueprint, Response, jsonify, request
from marshmallow import fields, validate

from growthcore.sandbox.sens import codes, requests
from growthcore.sandbox.sens.errors import bad, foreign
from growthcore.sandbox.sens.messages import Message, new_id
from growthcore.sandbox.sens.sending import Lenient
from growthcore.sandbox.sens.state import KST, Sens, project, sens

blueprint = Blueprint("brand", __name__, url_prefix="/brandmessage/v2/services/<service>")

_KINDS = {
    "TEXT": 1300,
    "IMAGE": 1300,
    "WIDE_IMAGE": 76,
    "WIDE_ITEM_LIST": 1300,
    "COMMERCE": 1300,
    "CAROUSEL_COMMERCE": 1300,
    "CAROUSEL_FEED": 1300,
    "PREMIUM_VIDEO": 76,
}
_BUTTONS = ["WL", "AL", "BF", "AC", "BK", "MD", "BC", "BT"]
_OPENS, _CLOSES = time(8, 0), time(20, 50)


class _Button(Lenient):
    type = fields.String(required=True, validate=validate.OneOf(_BUTTONS))
    name = fields.String(required=True, validate=validate.Length(1, 14))


class _BrandMessage(Lenient):
    to = fields.String(required=True)
    templateParameters = fields.Dict(load_default=dict)  # noqa: N815 - the service's names
    content = fields.String(load_default="")
    headerContent = fields.String(validate=validate.Length(max=20))  # noqa: N815
    additionalContent = fields.String(validate=validate.Length(max=34))  # noqa: N815
    buttons = fields.List(
        fields.Nested(_Button), load_default=list, validate=validate.Length(max=5)
    )


class SendSchema(Lenient):
    """A request to send advertising to friends of a channel."""

    plusFriendId = fields.String(required=True)  # noqa: N815
    messageType = fields.String(required=True, validate=validate.OneOf(list(_KINDS)))  # noqa: N815
    templateCode = fields.String()  # noqa: N815
    targeting = fields.String(load_default="I", validate=validate.OneOf(["I", "M", "N"]))
    messages = fields.List(
        fields.Nested(_BrandMessage), required=True, validate=validate.Length(1, requests.MOST)
    )


_SEND = SendSchema()


@blueprint.post("/messages")
def send() -> tuple[Response, int]:
    """Take up to 100 messages."""
    sent = requests.body(_SEND)
    _check(sens(), sent)
    now, request_id = sens().now(), new_id()
    failing = sens().faults.failing(len(sent["messages"]))
    pairs = zip(sent["messages"], failing, strict=True)
    messages = [_message(sens(), sent, each, request_id, fails) for each, fails in pairs]
    sens().messages.add(messages)
    told = {
        "requestId": request_id,
        "requestTime": sens().written(now),
        "statusCode": "202",
        "statusName": "success",
        "messages": [_taken(message) for message in messages],
    }
    return jsonify(told), 202


@blueprint.get("/templates")
def templates() -> Response:
    """A channel's templates: an object here, unlike those of AlimTalk. A new channel has none."""
    wanted = request.args.get("plusFriendId")
    if not wanted:
        raise bad("plusFriendId is required.")
    if sens().catalogue.channel(wanted) is None:
        raise foreign(sens().settings)
    found = [
        {
            "plusFriendId": t.channel,
            "templateCode": t.code,
            "templateName": t.name,
            "messageType": t.message_type,
            "content": t.content,
        }
        for t in sens().catalogue.brand_templates
        if t.channel == wanted
    ]
    return jsonify({"items": found, "totalCount": len(found), "hasNext": False})


def _check(sens: Sens, sent: dict[str, Any]) -> None:
    if sens.catalogue.channel(sent["plusFriendId"]) is None:
        raise foreign(sens.settings)
    if sent["targeting"] not in sens.settings.brand_targets:
        raise bad(f"targeting {sent['targeting']} needs Kakao's approval for the channel.")
    without = {"AC"} if not sent.get("templateCode") else {"BC", "BT"}
    for message in sent["messages"]:
        if len(message["content"]) > _KINDS[sent["messageType"]]:
            raise bad("content is too long for this messageType.")
        if any(button["type"] in without for button in message["buttons"]):
            raise bad(f"Buttons of type {', '.join(sorted(without))} are not allowed here.")


def _message(
    sens: Sens, sent: dict[str, Any], each: dict[str, Any], request_id: str, fails: bool
) -> Message:
    now = sens.now()
    outcome = _outcome(sens, each["to"])
    return Message(
        service=f"brand of {project().kakao_service}",  # Not in the lists of AlimTalk.
        request_id=request_id,
        kind="BRAND",
        sender=sent["plusFriendId"],
        to=each["to"],
        country="82",
        text=each["content"],
        requested_at=now,
        due_at=now,
        outcome=outcome,
        delivered=outcome == codes.DELIVERED,
        refused=sens.settings.refused_code if fails else None,
        fields={
            "templateCode": sent.get("templateCode"),
            "title": each.get("headerContent"),
            "buttons": each["buttons"],
        },
    )


def _outcome(sens: Sens, to: str) -> str | None:
    if not _OPENS <= sens.now().astimezone(KST).time() <= _CLOSES:
        return "3022"
    if to[-4:] in sens.settings.silent_suffixes:
        return None
    return to[-4:] if to[-4:] in codes.KAKAO else codes.DELIVERED


def _taken(message: Message) -> dict[str, Any]:
    return {
        "messageId": message.id,
        "to": message.to,
        "requestStatusCode": message.request_code,
        "requestStatusName": "success" if message.accepted else "fail",
    }
