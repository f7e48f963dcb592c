"""SENS's channels and templates as the core keeps them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from growthcore.api import Approval, ProviderTemplate, Sender, Text
from growthcore_channel_kakao_ncp.messages import instant

_INSPECTIONS = {
    "ACCEPT": (Approval.PENDING, "접수"),
    "REGISTER": (Approval.PENDING, "등록"),
    "INSPECT": (Approval.PENDING, "검수 중"),
    "REJECT": (Approval.REJECTED, "반려"),
}
_BUTTON = ("type", "name", "linkMobile", "linkPc", "schemeIos", "schemeAndroid")
_SAID = ("content", "title", "headerContent", "itemHighlight", "item", "messageType")
# The fixed lines that count towards the length; the documents do not name their fields.
_EXTRA = ("extraContent", "extra")

LABELS = {
    "content": Text("본문", "Text"),
    "title": Text("강조 제목", "Emphasised title"),
    "headerContent": Text("머리말", "Header"),
    "itemHighlight": Text("아이템 하이라이트", "Highlight"),
    "item": Text("아이템 목록", "Items"),
    "messageType": Text("메시지 유형", "Type of message"),
    "extraContent": Text("부가 정보", "Extra information"),
    "extra": Text("부가 정보", "Extra information"),
    "buttons": Text("버튼", "Buttons"),
    "type": Text("유형", "Type"),
    "name": Text("버튼명", "Name"),
    "linkMobile": Text("모바일 링크", "Mobile link"),
    "linkPc": Text("PC 링크", "PC link"),
    "schemeIos": Text("iOS 앱 링크", "iOS app link"),
    "schemeAndroid": Text("Android 앱 링크", "Android app link"),
    "description": Text("설명", "Description"),
    "list": Text("목록", "List"),
    "summary": Text("요약", "Summary"),
}
"""What people call the parts of a template's content."""

CHANNEL_STATES = {
    "BLOCKED": "It is blocked.",
    "PENDING_DELETE": "It is about to be deleted.",
    "DELETED": "It is deleted.",
    "DELETING_PERMANETLY": "It is being deleted for good.",
    "DELETING_PERMANENTLY": "It is being deleted for good.",
    "PERMANENTLY_DELETED": "It is deleted for good.",
}
ACTIVE = "ACTIVE"


def sender_of(channel: Mapping[str, Any]) -> Sender:
    """A Kakao channel as a sender profile."""
    status = str(channel.get("channelStatus") or "")
    key = str(channel.get("channelId") or "")
    return Sender(
        key=key,
        label=str(channel.get("channelName") or key),
        approval=Approval.APPROVED if status == ACTIVE else Approval.STOPPED,
        detail=None if status == ACTIVE else status or None,
        registered_at=instant(channel.get("createTime")),
    )


def template_of(said: Mapping[str, Any]) -> ProviderTemplate:
    """A template; ``content`` holds what a message is compared with, in SENS's words."""
    approval, state = _approval(said)
    return ProviderTemplate(
        code=str(said.get("templateCode") or ""),
        name=str(said.get("templateName") or ""),
        approval=approval,
        detail=": ".join(filter(None, [state, _comments(said)])) or None,
        sender=str(said.get("channelId") or "") or None,
        content=_content(said),
        changed_at=instant(said.get("updateTime")) or instant(said.get("createTime")),
    )


def _approval(said: Mapping[str, Any]) -> tuple[Approval, str]:
    inspection = str(said.get("templateInspectionStatus") or "")
    status = str(said.get("templateStatus") or "")
    if inspection != "COMPLETE":
        return _INSPECTIONS.get(inspection, (Approval.PENDING, inspection))
    if status == ACTIVE:
        return Approval.APPROVED, ""
    return (Approval.PENDING, "대기") if status == "READY" else (Approval.STOPPED, "중지")


def _comments(said: Mapping[str, Any]) -> str:
    """The reviewers' words, which matter where a template may not be used."""
    if _approval(said)[0] is Approval.APPROVED:
        return ""
    comments = said.get("comments")
    listed = comments if isinstance(comments, list) else []
    texts = [str(each.get("content") or "") for each in listed if isinstance(each, Mapping)]
    return " ".join(filter(None, texts))


def _content(said: Mapping[str, Any]) -> dict[str, Any]:
    kept = {name: said[name] for name in (*_SAID, *_EXTRA) if said.get(name)}
    buttons = [each for each in said.get("buttons") or () if isinstance(each, Mapping)]
    ordered = sorted(buttons, key=lambda each: int(each.get("order") or 0))
    kept["buttons"] = [{n: each[n] for n in _BUTTON if each.get(n)} for each in ordered]
    return kept
