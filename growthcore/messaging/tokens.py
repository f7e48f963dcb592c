"""Signed tokens in the links of messages: short, unforgeable, good for years.

A token is ``base64url(kind, message id, link number, first 10 bytes of HMAC-SHA256)``.
"""

from __future__ import annotations

import hmac
import struct
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error
from collections.abc import Sequence
from enum import IntEnum
from typing import NamedTuple

_LAYOUT = struct.Struct(">BQH")
_MAC = 10


class Kind(IntEnum):
    """What a token is for; one kind never passes for another."""

    OPEN = 1
    CLICK = 2
    UNSUBSCRIBE = 3


class Token(NamedTuple):
    """What a token says. ``link`` is the position in the message's links."""

    kind: Kind
    message_id: int
    link: int = 0


class Signer:
    """Signs with the first key and accepts any, so that keys can be rotated."""

    def __init__(self, keys: Sequence[bytes]) -> None:
        self._keys = keys

    def sign(self, token: Token) -> str:
        """The token as text for a URL."""
        body = _LAYOUT.pack(token.kind, token.message_id, token.link)
        return urlsafe_b64encode(body + _mac(self._keys[0], body)).rstrip(b"=").decode()

    def read(self, text: str, kind: Kind) -> Token | None:
        """The token, or None when it is not one of ours of this kind."""
        try:
            raw = urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4))
        except (Error, UnicodeEncodeError, ValueError):
            return None
        body, mac = raw[: _LAYOUT.size], raw[_LAYOUT.size :]
        if len(raw) != _LAYOUT.size + _MAC or body[0] != kind:
            return None
        if not any(hmac.compare_digest(mac, _mac(key, body)) for key in self._keys):
            return None
        _, message_id, link = _LAYOUT.unpack(body)
        return Token(kind, message_id, link)


def _mac(key: bytes, body: bytes) -> bytes:
    return hmac.digest(key, b"message-token:" + body, "sha256")[:_MAC]
