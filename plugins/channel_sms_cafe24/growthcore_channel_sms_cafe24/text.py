"""Texts as Korean carriers take them: in CP949, counted in its bytes, and what to do about the rest.

Carriers speak EUC-KR; CP949 adds the 8,822 Hangul syllables that EUC-KR lacks. Python's ``euc_kr`` is
of no use here: it spells such a syllable out in 8 bytes. Limits: 90 bytes for SMS, 2,000 for LMS, 40
for a title (Cafe24 Admin API, "Send a SMS").
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

SMS_BYTES = 90
LMS_BYTES = 2_000
TITLE_BYTES = 40

_LOOKALIKES = str.maketrans(
    {
        "₩": "￦",
        **dict.fromkeys("‐‑‒–—−﹣", "-"),
        **dict.fromkeys("•‧⋅∙◦", "·"),
        **dict.fromkeys("〜˜", "～"),
        **dict.fromkeys("\t\u00a0\u2000\u2001\u2002\u2003\u2004\u2005", " "),
        **dict.fromkeys("\u2006\u2007\u2008\u2009\u200a\u202f\u205f", " "),
        **dict.fromkeys("\u2028\u2029", "\n"),
        # Zero-width, directions, variation selectors: nothing is lost with them.
        **dict.fromkeys("\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\ufe0e\ufe0f", ""),
    }
)
_CONTROLS = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]")
_SUGGESTED = {
    "©": "(c)",
    "✓": "√",
    "✔": "√",
    "❤": "♥",
    "✨": "★",
    "⭐": "★",
    "🌟": "★",
    "➡": "→",
    "⬅": "←",
    "📞": "☎",
    "‹": "<",
    "›": ">",
    "«": "《",
    "»": "》",
}


@dataclass(frozen=True, kw_only=True)
class Character:
    """A character and where it stands, counted from 1. ``suggestion`` "" means to leave it out."""

    character: str
    line: int
    column: int
    suggestion: str = ""


def normalised(text: str) -> str:
    """The text in NFC, with lookalikes replaced and line ends as LF, which counts one byte."""
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    return _CONTROLS.sub("", unicodedata.normalize("NFC", text.translate(_LOOKALIKES)))


def size(text: str) -> int:
    """Bytes in CP949; a character that it lacks counts 2, as the ones people replace it by do."""
    return len(text) + sum(not each.isascii() for each in text)


def kind(text: str) -> str:
    """``SMS`` up to 90 bytes, else ``LMS``."""
    return "SMS" if size(text) <= SMS_BYTES else "LMS"


def unsendable(text: str) -> list[Character]:
    """Every character that no carrier takes, with what to write instead."""
    return [
        Character(character=each, line=line, column=column, suggestion=suggestion(each))
        for each, line, column in _placed(text)
        if not is_sendable(each)
    ]


def doubtful(text: str) -> list[Character]:
    """Every character of CP949 that EUC-KR lacks, such as 똠: older handsets may not show it."""
    return [
        Character(character=each, line=line, column=column)
        for each, line, column in _placed(text)
        if is_sendable(each) and not _in_euc_kr(each)
    ]


def is_sendable(text: str) -> bool:
    """Whether carriers take every character."""
    try:
        text.encode("cp949")
    except UnicodeEncodeError:
        return False
    return True


def suggestion(character: str) -> str:
    """What could stand for a character that can't be sent; "" when nothing."""
    without_marks = "".join(
        each for each in unicodedata.normalize("NFKD", character) if not unicodedata.combining(each)
    )
    for each in (_SUGGESTED.get(character, ""), without_marks):
        if each and is_sendable(each):
            return each
    return ""


def plain(value: str) -> str:
    """A customer's own text as it can be sent: José as Jose, emoji left out, letters kept.

    A letter without a substitute stays, so that the message is refused rather than mangled.
    """
    substituted = map(_substituted, normalised(value))
    kept = (each for each in substituted if is_sendable(each) or _is_letter(each))
    return normalised("".join(kept)).strip()


def _substituted(character: str) -> str:
    return character if is_sendable(character) else suggestion(character) or character


def _is_letter(text: str) -> bool:
    return any(unicodedata.category(each)[0] in "LN" for each in text)


def _in_euc_kr(character: str) -> bool:
    encoded = character.encode("cp949")
    return len(encoded) == 1 or min(encoded) >= 0xA1


def _placed(text: str) -> Iterator[tuple[str, int, int]]:
    for line, written in enumerate(text.split("\n"), 1):
        for column, each in enumerate(written, 1):
            yield each, line, column
