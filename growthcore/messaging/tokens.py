"""Signed tokens in the links of messages: short, unforgeable, good for years.

A token is ``base64url(kind, message id, link number, 10 bytes of keyed BLAKE2b (RFC 7693))``; that of a
return path is hexadecimal instead, since mail servers take small letters for capitals.
"""

from __future__ import annotations

import hmac
import struct
from base64 import urlsafe_b64decode
from binascii import Error, b2a_base64
from collections.abc import Sequence
from enum import IntEnum
from hashlib import blake2b
from typing import NamedTuple

_LAYOUT = struct.Struct(">BQH")
_MAC = 10
_URL_SAFE = bytes.maketrans(b"+/", b"-_")


class Kind(IntEnum):
    """What a token is for; one kind never passes for another."""

    OPEN = 1
    CLICK = 2
    UNSUBSCRIBE = 3
    RETURN = 4


class Token(NamedTuple):
    """What a token says. ``link`` is the position in the message's links."""

    kind: Kind
    message_id: int
    link: int = 0


class Signer:
    """Signs with the first key and accepts any, so that keys can be rotated."""

    def __init__(self, keys: Sequence[bytes]) -> None:
        self._keys = list(keys)

    def sign(self, token: Token) -> str:
        """The token as text for a URL."""
        # 21 bytes are 28 characters: there is no padding to take off.
        return b2a_base64(self._signed(token), newline=False).translate(_URL_SAFE).decode("ascii")

    def sign_return(self, message_id: int) -> str:
        """A message's :data:`Kind.RETURN` token as text for an address: 42 characters."""
        return self._signed(Token(Kind.RETURN, message_id)).hex()

    def read(self, text: str, kind: Kind) -> Token | None:
        """The token, or None when it is not one of ours of this kind."""
        try:
            raw = urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4))
        except (Error, UnicodeEncodeError, ValueError):
            return None
        return self._opened(raw, kind)

    def read_return(self, text: str) -> int | None:
        """The message of a :meth:`sign_return` token, or None when it is not one of ours."""
        try:
            token = self._opened(bytes.fromhex(text), Kind.RETURN)
        except ValueError:
            return None
        return token.message_id if token else None

    def _signed(self, token: Token) -> bytes:
        body = _LAYOUT.pack(*token)
        return body + _mac(self._keys[0], body)

    def _opened(self, raw: bytes, kind: Kind) -> Token | None:
        body, mac = raw[: _LAYOUT.size], raw[_LAYOUT.size :]
        if len(raw) != _LAYOUT.size + _MAC or body[0] != kind:
            return None
        if not any(hmac.compare_digest(mac, _mac(key, body)) for key in self._keys):
            return None
        _, message_id, link = _LAYOUT.unpack(body)
        return Token(kind, message_id, link)


def _mac(key: bytes, body: bytes) -> bytes:
    return blake2b(body, digest_size=_MAC, key=key, person=b"message").digest()
