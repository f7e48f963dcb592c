"""SENS SMS v2: text messages, their results, images, and the numbers that want no advertising.

api.ncloud-docs.com/docs/sens-sms-send, -list, -get, sens-sms-unsubscribe-list.
"""

from __future__ import annotations

import binascii
from base64 import b64decode
from datetime import timedelta
from typing import Any

from flask import Blueprint, Response, jsonify
from marshmallow import Schema, fields, validate

from growthcore.sandbox.sens import requests, texts
from growthcore.sandbox.sens.errors import bad
from growthcore.sandbox.sens.messages import Message, new_id
from growthcore.sandbox.sens.requests import Listing, filtered, nothing, page
from growthcore.sandbox.sens.sending import Lenient, is_number
from growthcore.sandbox.sens.state import Sens, project, sens, service

blueprint = Blueprint("sms", __name__, url_prefix="/sms/v2/services/<service>")

_LISTING = Listing(longest=timedelta(days=30))
_FILTERS = ("type", "status", "statusName", "from", "to", "messageId")
_FILES_KEPT = timedelta(days=6)
_LARGEST_FILE = 300 * 1024
_STATUS = {"waiting": "READY", "processing": "PROCESSING", "ended": "COMPLETED"}


class _Recipient(Lenient):
    to = fields.String(required=True)
    subject = fields.String()
    content = fields.String()


class SendSchema(Lenient):
    """A request to send one text to many."""

    type = fields.String(required=True, validate=validate.OneOf(["SMS", "LMS", "MMS"]))
    contentType = fields.String(  # noqa: N815 - the names are the service's
        load_default="COMM", validate=validate.OneOf(["COMM", "AD"])
    )
    countryCode = fields.String(load_default="82")  # noqa: N815
    from_ = fields.String(required=True, data_key="from")
    subject = fields.String(load_default="")
    content = fields.String(required=True, validate=validate.Length(min=1))
    messages = fields.List(
        fields.Nested(_Recipient), required=True, validate=validate.Length(1, requests.MOST)
    )
    files = fields.List(fields.Dict(), load_default=list)
    reserveTime = fields.String()  # noqa: N815
    reserveTimeZone = fields.String()  # noqa: N815


class FileSchema(Schema):
    """An image for an MMS."""

    fileName = fields.String(  # noqa: N815
        required=True,
        validate=[validate.Length(max=40), validate.Regexp(r"(?i).+\.jpe?g$")],
    )
    fileBody = fields.String(required=True)  # noqa: N815


_SEND, _FILE = SendSchema(), FileSchema()


@blueprint.post("/messages")
def send() -> tuple[Response, int]:
    """Take up to 100 text messages; the answer names none of them."""
    sent = requests.body(_SEND)
    if sent["from_"] not in project().senders:
        raise bad("from is not a registered number.")
    images = _images(sens(), sent["files"])
    if sent["type"] == "MMS" and not images:
        sent["type"] = "LMS"
    messages = _messages(sens(), sent, images)
    sens().messages.add(messages)
    told = {
        "requestId": messages[0].request_id,
        "requestTime": sens().written(messages[0].requested_at),
        "statusCode": "202",
        "statusName": "success",
    }
    return jsonify(told), 202


@blueprint.get("/messages")
def messages() -> Response:
    """A list of messages and how far they are."""
    found = [_shown(message) for message in _LISTING.find(sens())]
    return page(sens(), filtered(found, _FILTERS), {"statusCode": "202", "statusName": "success"})


@blueprint.get("/messages/<message_id>")
def message(message_id: str) -> Response:
    """One message and how far it is."""
    found = sens().messages.get(service(), message_id, sens().now())
    if found is None:
        return nothing("404")
    return jsonify({"statusCode": "200", "statusName": "success", "messages": [_shown(found)]})


@blueprint.post("/files")
def upload() -> tuple[Response, int]:
    """Keep an image for six days."""
    sent = requests.body(_FILE)
    try:
        content = b64decode(sent["fileBody"], validate=True)
    except binascii.Error as error:
        raise bad("fileBody is not base64.") from error
    if not content.startswith(b"\xff\xd8") or len(content) > _LARGEST_FILE:
        raise bad("fileBody must be a JPEG image of at most 300 KB.")
    file_id, now = new_id(), sens().now()
    sens().files[file_id] = (f"data:image/jpeg;base64,{sent['fileBody']}", now)
    told = {
        "fileId": file_id,
        "createTime": sens().written(now),
        "expireTime": sens().written(now + _FILES_KEPT),
    }
    return jsonify(told), 200


def _images(sens: Sens, files: list[dict[str, Any]]) -> list[str]:
    oldest = sens.now() - _FILES_KEPT
    kept = [sens.files.get(str(file.get("fileId"))) for file in files]
    if any(file is None or file[1] < oldest for file in kept):
        raise bad("files names a file that was not uploaded, or more than 6 days ago.")
    return [file[0] for file in kept if file]


def _messages(sens: Sens, sent: dict[str, Any], images: list[str]) -> list[Message]:
    now = sens.now()
    common: dict[str, Any] = {
        "service": project().sms_service,
        "request_id": new_id(),
        "kind": sent["type"],
        "sender": sent["from_"],
        "country": sent["countryCode"],
        "requested_at": now,
        "due_at": requests.due(sent, now),
        "reserved": bool(sent.get("reserveTime")),
    }
    failing = sens.faults.failing(len(sent["messages"]))
    made = [
        _message(sens, sent, each, {**common, "refused": _refused(sens, each["to"], fails)})
        for each, fails in zip(sent["messages"], failing, strict=True)
    ]
    for message in made:
        message.fields["images"] = images if message.kind == "MMS" else []
    return made


def _refused(sens: Sens, to: str, fails: bool) -> str | None:
    return sens.settings.refused_code if fails or not is_number(to) else None


def _message(
    sens: Sens, sent: dict[str, Any], each: dict[str, Any], common: dict[str, Any]
) -> Message:
    to, settings = each["to"], sens.settings
    text = each.get("content") or sent["content"]
    subject = each.get("subject") or sent["subject"]
    carried = texts.carried(sent["type"], text, subject, to[-4:], settings)
    unwanted = sent["contentType"] == "AD" and to in sens.unsubscribed
    code = texts.UNSUBSCRIBED if unwanted and settings.blocks_unsubscribed else carried.code
    return Message(
        **common,
        to=to,
        text=carried.text,
        outcome=code,
        delivered=code == texts.DELIVERED,
        fields={"subject": carried.subject, "contentType": sent["contentType"]},
    )


def _shown(message: Message) -> dict[str, Any]:
    told = {
        "requestId": message.request_id,
        "messageId": message.id,
        "requestTime": sens().written(message.requested_at),
        "contentType": message.fields["contentType"],
        "type": message.kind,
        "subject": message.fields["subject"],
        "content": message.text,
        "countryCode": message.country,
        "from": message.sender,
        "to": message.to,
    }
    if message.refused:
        return told | _result(message.refused, "요청 실패")
    state = message.state(sens().now(), sens().settings)
    told["status"] = _STATUS[state]
    if state == "ended" and message.outcome:
        told["telcoCode"] = "ETC"
        told["completeTime"] = sens().written(message.ended_at(sens().settings))
        told |= _result(message.outcome, texts.says(message.outcome, sens().settings))
    return told


def _result(code: str, says: str) -> dict[str, str]:
    name = "success" if code == texts.DELIVERED else "fail"
    return {
        "status": "COMPLETED",
        "statusCode": code,
        "statusName": name,
        "statusMessage": says,
    }
