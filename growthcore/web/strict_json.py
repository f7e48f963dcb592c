"""JSON to the letter: no NaN, no lone surrogates, no bottomless nesting, no NUL in text."""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec import Raw


class Unreadable(ValueError):
    """The JSON cannot be read or does not fit; the message says where and how, in English."""


def decode(data: bytes | Raw, decoder: msgspec.json.Decoder[Any]) -> Any:
    """Decode into the decoder's type. Raises :class:`Unreadable`."""
    try:
        return decoder.decode(data)
    except RecursionError as error:
        raise Unreadable("it is nested too deeply") from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Unreadable(str(error)) from error


def refuse_nul(data: bytes | Raw, decoded: Any) -> None:
    """Raise :class:`Unreadable` when text holds NUL, which PostgreSQL cannot store.

    JSON can write one only as an escape that is quick to look for.
    """
    if b"\\u0000" in bytes(data) and _has_nul(msgspec.to_builtins(decoded)):
        raise Unreadable(r"it holds \u0000, which no text can hold")


def _has_nul(value: Any) -> bool:
    match value:
        case str():
            return "\0" in value
        case dict():
            return any(_has_nul(part) for pair in value.items() for part in pair)
        case list():
            return any(_has_nul(part) for part in value)
    return False
