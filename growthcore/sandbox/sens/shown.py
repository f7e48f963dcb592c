"""What AlimTalk tells of its messages, channels and templates."""

from __future__ import annotations

from typing import Any

from growthcore.sandbox.sens.catalogue import Channel, Template
from growthcore.sandbox.sens.codes import DELIVERED, KAKAO
from growthcore.sandbox.sens.messages import Message
from growthcore.sandbox.sens.state import project, sens
from growthcore.sandbox.sens.texts import DELIVERED as TEXT_DELIVERED
from growthcore.sandbox.sens.texts import says


def taken(message: Message) -> dict[str, Any]:
    """A message as the answer to a send tells of it."""
    return {
        "messageId": message.id,
        "countryCode": message.country,
        "to": message.to,
        "content": message.text,
        **_request_status(message.refused),
        "useSmsFailover": bool(message.fields.get("useSmsFailover")),
    }


def _request_status(refused: str | None) -> dict[str, str]:
    return {
        "requestStatusCode": refused or "A000",
        "requestStatusName": "fail" if refused else "success",
        "requestStatusDesc": "요청 실패" if refused else "성공",
    }


def progress(message: Message) -> dict[str, Any]:
    """A message and how far it is."""
    told = {
        "requestId": message.request_id,
        "requestTime": sens().written(message.requested_at),
        "plusFriendId": message.sender,
        "templateCode": message.fields["templateCode"],
        **taken(message),
    }
    state = message.state(sens().now(), sens().settings)
    if state == "processing":
        told["messageStatusName"] = "processing"
    elif state == "ended" and message.outcome:
        told["completeTime"] = sens().written(message.ended_at(sens().settings))
        told |= _ended(message.outcome)
        told |= _failover(message)
    return told


def _ended(code: str) -> dict[str, str]:
    return {
        "messageStatusCode": code,
        "messageStatusName": "success" if code == DELIVERED else "fail",
        "messageStatusDesc": KAKAO.get(code, "발송 거부"),
    }


def _failover(message: Message) -> dict[str, Any]:
    if message.failover_refused:
        refused = _request_status(message.failover_refused)
        return {"failover": {"smsServiceId": project().sms_service, **refused}}
    if message.failover is None:
        return {}
    text = message.failover
    told = {
        "smsServiceId": text.service,
        "requestId": text.request_id,
        "messageId": text.id,
        **_request_status(None),
    }
    state = text.state(sens().now(), sens().settings)
    words = {"waiting": "READY", "processing": "PROCESSING", "ended": "COMPLETED"}
    told["messageStatus"] = words[state]
    if state == "ended" and text.outcome:
        told |= {
            "messageStatusCode": text.outcome,
            "messageStatusName": "success" if text.outcome == TEXT_DELIVERED else "fail",
            "messageStatusDesc": says(text.outcome, sens().settings),
        }
    return {"failover": told}


def channel(channel: Channel) -> dict[str, Any]:
    """A channel."""
    falls_back = channel.failover_number is not None
    as_text = sens().settings.failover_flag_as == "text"
    told: dict[str, Any] = {
        "createTime": sens().written(channel.created_at),
        "updateTime": sens().written(channel.created_at),
        "serviceId": project().kakao_service,
        "channelId": channel.id,
        "channelName": channel.name,
        "channelStatus": channel.status,
        "useSmsFailover": str(falls_back).lower() if as_text else falls_back,
        "isBlock": channel.status == "BLOCKED",
    }
    if falls_back:
        told["failoverServiceId"] = project().sms_service
        told["failoverTelNo"] = channel.failover_number
    return told


def template(template: Template) -> dict[str, Any]:
    """A template."""
    made, settings = template.created_at, sens().settings
    comments = [
        {"commentId": n, "content": text, "status": "REJ", "createTime": sens().written(made)}
        for n, text in enumerate(template.comments, 1)
    ]
    optional = {
        "updateTime": sens().written(template.updated_at) if template.updated_at else None,
        "title": template.title,
        "headerContent": template.header,
        "itemHighlight": template.highlight,
        "item": template.item,
    }
    return {
        "createTime": sens().written(made),
        "channelId": template.channel,
        "templateCode": template.code,
        "templateName": template.name,
        "categoryCode": template.category[0],
        "categoryName": template.category[1],
        "messageType": template.message_type,
        **{name: value for name, value in optional.items() if value is not None},
        "content": template.content,
        "comments": comments,
        "templateInspectionStatus": template.inspection,
        "templateStatus": settings.template_words[template.status],
        "buttons": [{"order": n, **button} for n, button in enumerate(template.buttons, 1)],
    }
