"""Header fields: RFC 2047 words, addresses, and nothing that could begin another field."""

from __future__ import annotations

import binascii
import re
from functools import lru_cache

_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_PLAIN = re.compile(r"[!-~]+(?: [!-~]+)*")
_LOCAL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}")
_LABEL = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?")
_LONGEST_ADDRESS = 254
_LONGEST_PLAIN = 60
# A line with an encoded word has at most 76 characters (RFC 2047 §2), a word itself 75: 12 of frame
# and 60 of base64, which hold 45 octets. The first line also holds the field's name.
_WORD = 45


def on_one_line(text: str) -> str:
    """The text with whatever breaks a line, or shows nothing, turned into a blank."""
    return (text if text.isprintable() else _CONTROL.sub(" ", text)).strip()


def encoded(text: str, name: str) -> str:
    """A text as the value of the field ``name``: as it is if plain ASCII, else encoded and folded."""
    text = on_one_line(text)
    if len(text) <= _LONGEST_PLAIN and "=?" not in text and _PLAIN.fullmatch(text):
        return text
    first = (76 - len(name) - 2 - 12) // 4 * 3
    return "\r\n ".join(_words(text.encode("utf-8", "replace"), first))


def mailbox(name: str, address: str, field: str) -> str:
    """A display name and its address, as the value of an address field."""
    shown = encoded(name, field)
    if not shown:
        return address
    if shown.isascii() and not shown.startswith("=?"):
        shown = '"' + shown.replace("\\", r"\\").replace('"', r"\"") + '"'
    fold = " " if len(shown) + len(address) < _LONGEST_PLAIN else "\r\n "
    return f"{shown}{fold}<{address}>"


def ascii_address(address: str) -> str | None:
    """An address as SMTP takes it, its domain in punycode; None when it can't be one."""
    local, _, entered = address.rpartition("@")
    domain = _domain(entered)
    plain = f"{local}@{domain}"
    fits = domain and _LOCAL.fullmatch(local) and len(plain) <= _LONGEST_ADDRESS
    return plain if fits else None


@lru_cache(maxsize=1024)
def _domain(entered: str) -> str | None:
    """A domain in punycode, None when it can't be one; most customers share a few."""
    try:
        domain = entered if entered.isascii() else entered.encode("idna").decode("ascii")
    except UnicodeError:
        return None
    return domain if all(map(_LABEL.fullmatch, domain.split("."))) else None


def _words(data: bytes, room: int) -> list[str]:
    words = []
    while data:
        end = min(room, len(data))
        while end < len(data) and data[end] & 0xC0 == 0x80:
            end -= 1  # A character is never cut.
        words.append(
            f"=?UTF-8?B?{binascii.b2a_base64(data[:end], newline=False).decode('ascii')}?="
        )
        data, room = data[end:], _WORD
    return words
