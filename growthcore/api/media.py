"""What people call the media, and the kinds of messages that go by them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from growthcore.api.text import Text

MEDIA: Mapping[str, Text] = {
    "email": Text("이메일", "e-mail"),
    "sms": Text("문자", "text message"),
    "kakao": Text("카카오톡", "KakaoTalk"),
    "webhook": Text("웹훅", "webhook"),
}
_CLASSES: Mapping[str, Text] = {
    "advertising": Text("광고성", "advertising"),
    "informational": Text("정보성", "informational messages"),
    "*": Text("모든", "everything"),
}


def medium_in_words(name: str) -> Text:
    """What people call a medium; one of a plugin is shown as it is."""
    return MEDIA.get(name, Text(name, name))


def messages_in_words(pairs: Iterable[str]) -> Text:
    """The pairs of a :class:`MessagesField`, such as ``*:email``, as people read them."""
    found = [_pair(*pair.split(":")) for pair in pairs]
    return Text(", ".join(each.ko for each in found), ", ".join(each.en for each in found))


def _pair(message_class: str, medium: str) -> Text:
    kind = _CLASSES.get(message_class, Text(message_class, message_class))
    if medium == "*":
        return Text(f"{kind.ko} 메시지", f"{kind.en} by any medium")
    by = medium_in_words(medium)
    return Text(f"{kind.ko} {by.ko}", f"{kind.en} by {by.en}")
