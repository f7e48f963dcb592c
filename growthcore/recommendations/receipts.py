"""Receipts: what stands behind one item that was shown, in a short signed text.

A receipt is ``base64url(kind, answer, model asked, model that proposed, its version, product, place,
page, 11 bytes of keyed BLAKE2b (RFC 7693))``: 56 characters, made without asking the database. It proves
that we showed this product there, so that what pages say about it can be counted; the number of the
answer leads to what was written down about it (:mod:`.records`).
"""

from __future__ import annotations

import hmac
import secrets
import struct
from base64 import urlsafe_b64decode
from binascii import Error, b2a_base64
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from typing import NamedTuple

from growthcore.api import Placement
from growthcore.core import Core
from growthcore.recommendations.answers import Recommendation

LENGTH = 56
_KIND = 2
_LAYOUT = struct.Struct(">BQIIIQBB")
_MAC = 11
_URL_SAFE = bytes.maketrans(b"+/", b"-_")
_RANDOM_BITS = 37
"""Beside 26 bits of minutes, which last until 2097, in a number that every database keeps."""
_PAGES = tuple(Placement)
_PAGE_NUMBERS = {page: number for number, page in enumerate(_PAGES)}
_MINUTE = timedelta(minutes=1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Receipt(NamedTuple):
    """What a receipt says. ``slot`` counts from 1, ``version`` is 0 for what needs no training."""

    answer: int
    model_id: int
    source_id: int
    version: int
    product_id: int
    slot: int
    page: Placement

    @property
    def served_at(self) -> datetime:
        """The minute of the answer."""
        return _EPOCH + (self.answer >> _RANDOM_BITS) * _MINUTE


@dataclass(frozen=True)
class Minted:
    """The receipts of one answer, in the order of its items, and where they were shown."""

    answer: int
    page: Placement
    receipts: Sequence[str]


class Signer:
    """Signs with the first key and accepts any, so that keys can be rotated."""

    def __init__(self, keys: Sequence[bytes]) -> None:
        self._keys = list(keys)

    def sign(self, receipts: Sequence[Receipt]) -> list[str]:
        """Receipts as texts."""
        key = self._keys[0]
        bodies = [
            _LAYOUT.pack(_KIND, *receipt[:-1], _PAGE_NUMBERS[receipt.page]) for receipt in receipts
        ]
        # 42 bytes are 56 characters: there is no padding to take off, so all can be written at once.
        signed = b2a_base64(b"".join([body + _mac(key, body) for body in bodies]), newline=False)
        text = signed.translate(_URL_SAFE).decode("ascii")
        return [text[at : at + LENGTH] for at in range(0, len(text), LENGTH)]

    def read(self, text: str) -> Receipt | None:
        """The receipt, or None when it is not one of ours."""
        raw = _raw(text)
        body, mac = raw[: _LAYOUT.size], raw[_LAYOUT.size :]
        if not any(hmac.compare_digest(mac, _mac(key, body)) for key in self._keys):
            return None
        return _opened(body)


def signer(core: Core) -> Signer:
    """What signs this shop's receipts."""
    return core.remembered.get("receipts.signer", lambda: Signer(core.keys.derive("receipts")))


def mint(signing: Signer, at: datetime, answer: Recommendation, page: Placement) -> Minted:
    """Receipts of an answer that is shown on ``page``."""
    number = first_of(at) | secrets.randbits(_RANDOM_BITS)
    model = answer.model_id
    shown = [
        Receipt(number, model, item.source_id, item.version, item.product.id, slot, page)
        for slot, item in enumerate(answer.items, 1)
    ]
    return Minted(number, page, signing.sign(shown))


def first_of(at: datetime) -> int:
    """The least number an answer of that minute, or of a later one, can have."""
    return (at - _EPOCH) // _MINUTE << _RANDOM_BITS


def kept(text: str) -> Receipt | None:
    """A receipt out of what we keep ourselves: its signature is not looked at again."""
    raw = _raw(text)
    return _opened(raw[: _LAYOUT.size]) if raw else None


def _raw(text: str) -> bytes:
    if len(text) != LENGTH:
        return b""
    try:
        return urlsafe_b64decode(text.encode("ascii"))
    except (Error, UnicodeEncodeError, ValueError):
        return b""


def _opened(body: bytes) -> Receipt | None:
    if len(body) != _LAYOUT.size or body[0] != _KIND:
        return None
    _, answer, model, source, version, product, slot, page = _LAYOUT.unpack(body)
    if page >= len(_PAGES):
        return None
    return Receipt(answer, model, source, version, product, slot, _PAGES[page])


def _mac(key: bytes, body: bytes) -> bytes:
    return blake2b(body, digest_size=_MAC, key=key, person=b"receipt").digest()
