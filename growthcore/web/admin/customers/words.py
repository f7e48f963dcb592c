"""The words for what customers do and agree to, and the signs that stand beside them."""

from __future__ import annotations

from collections.abc import Mapping

from growthcore.api import Text

ENGAGEMENTS: Mapping[str, Text] = {
    "open": Text("메시지 열람", "Message opened"),
    "click": Text("메시지 클릭", "Message clicked"),
    "unsubscribe": Text("수신거부", "Opted out"),
    "bounce": Text("메시지 반송", "Message bounced"),
    "soft_bounce": Text("메시지 일시 반송", "Message bounced, for now"),
    "complaint": Text("스팸 신고", "Complained of as spam"),
}
PURPOSES: Mapping[str, Text] = {
    "advertising": Text("광고성 정보 수신", "Advertising"),
    "night": Text("야간(21시~08시) 광고 수신", "Advertising at night (21:00–08:00)"),
}
ADDRESSES: Mapping[str, Text] = {
    "email": Text("이메일", "e-mail address"),
    "phone": Text("휴대폰 번호", "phone number"),
}
SUPPRESSED: Mapping[str, Text] = {
    "unsubscribed": Text("수신거부", "Opted out"),
    "bounced": Text("반송된 주소", "Address bounced"),
    "bounced_hard": Text("없는 주소로 반송됨", "Address takes nothing: it bounced"),
    "bounced_soft": Text("일시 반송 반복", "Bounced again and again"),
    "complained": Text("스팸 신고", "Complained of as spam"),
    "entered": Text("직접 등록", "Entered by a person"),
}
EVIDENCE: Mapping[str, Text] = {
    "message_id": Text("메시지", "Message"),
    "origin": Text("페이지 도메인", "Page's domain"),
    "visitor": Text("브라우저", "Browser"),
    "form": Text("양식", "Form"),
    "ip": Text("IP 주소", "IP address"),
}
_SYMBOLS: Mapping[str, str] = {
    "open": "eye",
    "click": "external-link",
    "unsubscribe": "ban",
    "bounce": "arrow-back-up",
    "soft_bounce": "arrow-back-up",
    "complaint": "ban",
    "search": "search",
    "add_to_cart": "shopping-cart",
    "remove_from_cart": "shopping-cart",
    "view_cart": "shopping-cart",
    "begin_checkout": "shopping-cart",
    "purchase": "circle-check",
    "refund": "arrow-back-up",
    "sign_up": "user",
    "login": "user",
    "view_item": "eye",
    "page_view": "world",
    "session_start": "world",
}


def evidence(name: str) -> Text:
    """What a piece of evidence is; one of the shop's own naming is shown as it is."""
    return EVIDENCE.get(name, Text(name, name))


def symbol(name: str) -> str:
    """The icon of an event or an engagement."""
    return _SYMBOLS.get(name, "clock")


def suppressed(reason: str) -> Text:
    """Why nothing is sent to an address; a plugin's own code is shown as it is."""
    return SUPPRESSED.get(reason, Text(reason, reason))


def source(code: str) -> Text:
    """Where a statement came from: a person of the shop with what they said of it, else its name."""
    head, _, told = code.partition("person: ")
    return Text(f"직접 등록: {told}", f"By hand: {told}") if told and not head else Text(code, code)
