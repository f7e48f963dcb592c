"""Messages in MIME, put together from parts that were made ready once."""

from __future__ import annotations

import binascii
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from growthcore.api import MessageClass
from growthcore_channel_email_smtp.headers import ascii_address, encoded, mailbox

_NOT_IN_URL = re.compile(r"[^!-~]|[<>]")
# Base64 has no underscore, so the boundary is in no body.
_BOUNDARY = "=_growthcore"
# RFC 2045 allows so many characters of base64 a line.
_LINE = 76


@dataclass(frozen=True, kw_only=True)
class Mail:
    """What one recipient reads, before it is put into MIME."""

    subject: str
    html: str
    text: str
    unsubscribe_url: str


class Frame:
    """All of a message that is the same for every recipient of an account."""

    def __init__(self, config: Mapping[str, Any]) -> None:
        self.sender = ascii_address(config["sender_address"]) or ""
        self._domain = self.sender.rpartition("@")[2]
        fields = [f"From: {mailbox(config['sender_name'], self.sender, 'From')}"]
        if config["reply_to"]:
            fields.append(f"Reply-To: {ascii_address(config['reply_to'])}")
        self._head = "\r\n".join(fields) + "\r\nTo: "
        self._text = (
            "\r\nMIME-Version: 1.0\r\n"
            f'Content-Type: multipart/alternative; boundary="{_BOUNDARY}"\r\n\r\n'
            f"--{_BOUNDARY}\r\n{_part('plain')}"
        ).encode("ascii")
        self._html = f"--{_BOUNDARY}\r\n{_part('html')}".encode("ascii")
        self._end = f"--{_BOUNDARY}--\r\n".encode("ascii")

    def message(
        self, mail: Mail, *, to: str, reference: str, message_class: MessageClass, date: str
    ) -> bytes:
        """The whole message. ``to`` is as :func:`ascii_address` gives it, ``date`` as RFC 5322 has it."""
        fields = [
            f"{self._head}{to}",
            f"Subject: {encoded(mail.subject, 'Subject')}",
            f"Date: {date}",
            f"Message-ID: <{_NOT_IN_URL.sub('', reference)}@{self._domain}>",
            *_unsubscribe(mail.unsubscribe_url, message_class),
        ]
        head = "\r\n".join(fields).encode("ascii")
        parts = (head, self._text, _base64(mail.text), self._html, _base64(mail.html), self._end)
        return b"".join(parts)


def _unsubscribe(url: str, message_class: MessageClass) -> list[str]:
    """RFC 2369 and, where one click should be enough, RFC 8058.

    Informational mail keeps the way to the page, but offers no single click: that would take back a
    consent which this mail has nothing to do with.
    """
    if not url:
        return []
    fields = [f"List-Unsubscribe: <{_NOT_IN_URL.sub('', url)}>"]
    if message_class is MessageClass.ADVERTISING:
        fields.append("List-Unsubscribe-Post: List-Unsubscribe=One-Click")
    return fields


def _part(subtype: str) -> str:
    return (
        f'Content-Type: text/{subtype}; charset="utf-8"\r\n'
        "Content-Transfer-Encoding: base64\r\n\r\n"
    )


def _base64(text: str) -> bytes:
    data = binascii.b2a_base64(text.encode("utf-8", "replace"), newline=False)
    lines = [data[at : at + _LINE] for at in range(0, len(data), _LINE)]
    return b"\r\n".join(lines) + b"\r\n"
