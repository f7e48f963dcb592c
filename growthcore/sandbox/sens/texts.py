"""Text messages as carriers take them: their kind, their length, and what becomes of them."""

from __future__ import annotations

from dataclasses import dataclass

from growthcore.sandbox.sens.settings import SensSettings

DELIVERED = "0"
UNENCODABLE = "4100"
UNSUBSCRIBED = "4200"
SHORT, LONG, SUBJECT = 90, 2000, 40


@dataclass(frozen=True, kw_only=True)
class Carried:
    """A text as it arrives: cut where it was too long. ``code`` is how it ends, None never."""

    text: str
    subject: str | None
    code: str | None


def kind_of(text: str, settings: SensSettings) -> str:
    """SMS or LMS, by the bytes of ``text``."""
    return "SMS" if len(_encoded(text, settings)) <= SHORT else "LMS"


def carried(
    kind: str, text: str, subject: str | None, digits: str, settings: SensSettings
) -> Carried:
    """What a carrier makes of a text; four ``digits`` of the number decide how it ends."""
    limit = SHORT if kind == "SMS" else LONG
    return Carried(
        text=_cut(text, limit, settings),
        subject=_cut(subject, SUBJECT, settings) if subject and kind != "SMS" else None,
        code=_code(digits, text, settings),
    )


def says(code: str, settings: SensSettings) -> str:
    """What ``statusMessage`` says of a code."""
    known = {DELIVERED: "성공", UNENCODABLE: "표현할 수 없는 문자", UNSUBSCRIBED: "수신 거부"}
    return {**settings.sms_codes, **known}.get(code, "실패")


def _code(digits: str, text: str, settings: SensSettings) -> str | None:
    if digits in settings.silent_suffixes:
        return None
    if digits in settings.sms_codes:
        return digits
    return DELIVERED if _encodable(text, settings) else UNENCODABLE


def _encodable(text: str, settings: SensSettings) -> bool:
    try:
        # Python spells out in 8 bytes a syllable that is not in EUC-KR; phones do not read that.
        return all(len(each.encode(settings.carrier_charset)) <= 2 for each in text)
    except UnicodeEncodeError:
        return False


def _encoded(text: str, settings: SensSettings) -> bytes:
    return text.encode(settings.carrier_charset, "replace")


def _cut(text: str, limit: int, settings: SensSettings) -> str:
    encoded = _encoded(text, settings)
    if len(encoded) <= limit:
        return text
    return encoded[:limit].decode(settings.carrier_charset, "ignore")
