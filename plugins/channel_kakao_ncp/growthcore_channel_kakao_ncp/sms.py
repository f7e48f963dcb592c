"""Text messages as Korean carriers count them: bytes in CP949."""

from __future__ import annotations

import unicodedata

SHORT, LONG = 90, 2000
"""Bytes of an SMS and of an LMS."""

_ALIKE = str.maketrans(
    {
        "₩": "￦", "–": "-", "—": "-", "‐": "-", "−": "-", "•": "·", "〜": "~",
        "\u00a0": " ", "\u200b": None, "\u200d": None, "\ufeff": None, "\ufe0f": None, "\r": None,
    }
)  # fmt: skip


def unsendable(text: str) -> list[str]:
    """The characters no text message can hold, each once, in order."""
    return list(dict.fromkeys(c for c in _plain(text) if not _fits(c)))


def sendable(text: str) -> str:
    """The text as a text message can hold it: look-alikes in place of others, emoji left out."""
    plain = _plain(text)
    return plain if _fits(plain) else "".join(filter(_fits, plain))


def size(text: str) -> int:
    """Bytes of a sendable text."""
    return len(text.encode("cp949"))


def kind(text: str) -> str:
    """What a sendable text goes as."""
    return "SMS" if size(text) <= SHORT else "LMS"


def _plain(text: str) -> str:
    return unicodedata.normalize("NFC", text).translate(_ALIKE)


def _fits(text: str) -> bool:
    try:
        text.encode("cp949")
    except UnicodeEncodeError:
        return False
    return True
