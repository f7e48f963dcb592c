"""Taking AlimTalk messages: what each will end as, and what it falls back to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from marshmallow import INCLUDE, Schema, fields, validate

from growthcore.sandbox.sens import codes, matching, requests, texts
from growthcore.sandbox.sens.catalogue import Channel, Template
from growthcore.sandbox.sens.errors import bad, foreign
from growthcore.sandbox.sens.messages import Message, new_id
from growthcore.sandbox.sens.settings import Project, SensSettings
from growthcore.sandbox.sens.state import Sens

_CHANNEL_CODES = {"BLOCKED": "1021", "PENDING_DELETE": "1024"}
_LAST_FOUR, _MIDDLE_FOUR = slice(-4, None), slice(-8, -4)


class Lenient(Schema):
    """A body that may hold more than is read."""

    class Meta:
        unknown = INCLUDE


class FailoverSchema(Lenient):
    """Where a message goes on as a text message, and as which."""

    type = fields.String(validate=validate.OneOf(["SMS", "LMS"]))
    from_ = fields.String(data_key="from")
    subject = fields.String()
    content = fields.String()


class MessageSchema(Lenient):
    """One recipient's message."""

    countryCode = fields.String(load_default="82")  # noqa: N815 - the names are the service's
    to = fields.String(required=True)
    title = fields.String()
    content = fields.String(required=True, validate=validate.Length(min=1))
    headerContent = fields.String()  # noqa: N815
    itemHighlight = fields.Dict()  # noqa: N815
    item = fields.Dict()
    buttons = fields.List(fields.Dict(), load_default=list)
    useSmsFailover = fields.Boolean(load_default=False)  # noqa: N815
    failoverConfig = fields.Nested(FailoverSchema, load_default=dict)  # noqa: N815


class SendSchema(Lenient):
    """A request to send messages of one template."""

    plusFriendId = fields.String(required=True)  # noqa: N815
    templateCode = fields.String(required=True)  # noqa: N815
    messages = fields.List(
        fields.Nested(MessageSchema), required=True, validate=validate.Length(1, requests.MOST)
    )
    reserveTime = fields.String()  # noqa: N815
    reserveTimeZone = fields.String()  # noqa: N815


_SEND = SendSchema()


@dataclass(frozen=True, kw_only=True)
class _Batch:
    """What the messages of one request have in common."""

    id: str
    project: Project
    channel: Channel
    template: Template | None
    template_code: str
    now: datetime
    due: datetime
    reserved: bool
    settings: SensSettings


def take(sens: Sens, project: Project) -> tuple[str, list[Message]]:
    """Read a request and keep its messages; returns its id with them.

    Raises :class:`RefusedError` where nothing of it can be taken.
    """
    sent = requests.body(_SEND)
    batch = _batch(sens, project, sent)
    failing = sens.faults.failing(len(sent["messages"]))
    pairs = zip(sent["messages"], failing, strict=True)
    messages = [_message(batch, each, fails) for each, fails in pairs]
    sens.messages.add(messages)
    return batch.id, messages


def _batch(sens: Sens, project: Project, sent: dict[str, Any]) -> _Batch:
    now, settings = sens.now(), sens.settings
    channel = sens.catalogue.channel(sent["plusFriendId"])
    if channel is None:
        raise foreign(settings)
    template = sens.catalogue.template(channel.id, sent["templateCode"])
    usable = template if template and template.usable else None
    if usable is None and settings.unknown_template == "request":
        raise bad("templateCode is not one of the channel's approved templates.")
    reserved = bool(sent.get("reserveTime"))
    return _Batch(
        id=f"RBA-{new_id()}" if reserved else new_id(),
        project=project,
        channel=channel,
        template=usable,
        template_code=sent["templateCode"],
        now=now,
        due=requests.due(sent, now),
        reserved=reserved,
        settings=settings,
    )


def _message(batch: _Batch, sent: dict[str, Any], fails: bool) -> Message:
    to, settings = sent["to"], batch.settings
    own = settings.refused_suffixes.get(to[_LAST_FOUR])
    refused = settings.refused_code if fails or not is_number(to) else None
    if own and settings.refused_at == "request":
        refused = refused or own
    outcome = own or _outcome(batch, sent)
    message = Message(
        service=batch.project.kakao_service,
        request_id=batch.id,
        kind="ALIMTALK",
        sender=batch.channel.id,
        to=to,
        country=sent["countryCode"],
        text=sent["content"],
        requested_at=batch.now,
        due_at=batch.due,
        outcome=outcome,
        delivered=outcome == codes.DELIVERED,
        refused=refused,
        reserved=batch.reserved,
        fields={
            "templateCode": batch.template_code,
            "title": sent.get("title"),
            "buttons": sent["buttons"],
            "useSmsFailover": sent["useSmsFailover"],
        },
    )
    if sent["useSmsFailover"] and message.accepted and outcome and codes.falls_back(outcome):
        _fall_back(message, sent["failoverConfig"], batch)
    return message


def is_number(to: str) -> bool:
    """Whether this may be a phone number: digits only."""
    return to.isascii() and to.isdecimal() and 8 <= len(to) <= 15


def _outcome(batch: _Batch, sent: dict[str, Any]) -> str | None:
    if batch.channel.status != "ACTIVE":
        return _CHANNEL_CODES.get(batch.channel.status, "1023")
    if batch.template is None:
        return "3015"
    if fault := matching.fault(sent, batch.template, batch.settings):
        return fault
    suffix = sent["to"][_LAST_FOUR]
    if suffix in batch.settings.silent_suffixes:
        return None
    return suffix if suffix in codes.KAKAO else codes.DELIVERED


def _fall_back(message: Message, config: dict[str, Any], batch: _Batch) -> None:
    """Have a message go on as a text message, which the middle digits of the number decide."""
    settings = batch.settings
    default = batch.channel.failover_number if settings.failover_from_channel else None
    sender = config.get("from_") or default
    if sender not in batch.project.senders:
        message.failover_refused = settings.refused_code
        return
    text = config.get("content") or message.text
    kind = config.get("type") or texts.kind_of(text, settings)
    subject = config.get("subject") or batch.channel.name
    carried = texts.carried(kind, text, subject, message.to[_MIDDLE_FOUR], settings)
    at = message.ended_at(settings)
    message.failover = Message(
        service=batch.project.sms_service,
        request_id=new_id(),
        kind=kind,
        sender=sender or "",
        to=message.to,
        country=message.country,
        text=carried.text,
        requested_at=at,
        due_at=at,
        outcome=carried.code,
        delivered=carried.code == texts.DELIVERED,
        fields={"subject": carried.subject, "contentType": "COMM"},
    )
