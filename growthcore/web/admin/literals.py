"""A value to compare with, as people enter it, and back; the builder's ``literal.js`` does the same.

Text, numbers and yes or no never compare with each other, so what is kept as text must stay text: it
is quoted where it would read as something else (``06236`` is a postcode and does not).
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import TypeAlias

Scalar: TypeAlias = str | int | float | bool

_WORDS: dict[str, Scalar] = {"true": True, "false": False}
_WHOLE = re.compile(r"-?(?:0|[1-9][0-9]{0,14})")
_DECIMAL = re.compile(r"-?(?:0|[1-9][0-9]{0,14})\.[0-9]{1,15}")
_PARTS = re.compile(r'\s*("(?:[^"\\]|\\.)*"|[^,]*)\s*(?:,|$)')


def read(entered: str) -> Scalar:
    """What was entered."""
    text = entered.strip()
    if text in _WORDS:
        return _WORDS[text]
    if _WHOLE.fullmatch(text):
        return int(text)
    if _DECIMAL.fullmatch(text):
        return float(text)
    return _unquoted(text)


def read_all(entered: str) -> list[Scalar]:
    """Several, parted by commas."""
    parts = (found[1].strip() for found in _PARTS.finditer(entered))
    return [read(part) for part in parts if part]


def show(value: Scalar | Sequence[Scalar] | None) -> str:
    """A value, or several, as they are entered."""
    if value is None:
        return ""
    if isinstance(value, str):
        return _quoted(value, special='"')
    if isinstance(value, Sequence):
        shown = (
            _quoted(each, special='",') if isinstance(each, str) else show(each) for each in value
        )
        return ", ".join(shown)
    return json.dumps(value)


def _quoted(text: str, *, special: str) -> str:
    reads_as_itself = (
        text != "" and read(text) == text and not any(each in text for each in special)
    )
    return text if reads_as_itself else json.dumps(text, ensure_ascii=False)


def _unquoted(text: str) -> str:
    if not text.startswith('"'):
        return text
    try:
        found = json.loads(text)
    except ValueError:
        return text
    return found if isinstance(found, str) else text
