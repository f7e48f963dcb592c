"""Messages in MIME, put together from parts that were made ready once."""

from __future__ import annotations

import binascii
import re
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from functools import lru_cache
from struct import Struct

from growthcore.api import MessageClass
from growthcore_channel_email_smtp.attachments import BOUNDARY as MIXED
from growthcore_channel_email_smtp.attachments import Attachments
from growthcore_channel_email_smtp.bounces import FIELD
from growthcore_channel_email_smtp.dkim import Signer
from growthcore_channel_email_smtp.headers import encoded, mailbox
from growthcore_channel_email_smtp.senders import From

_NOT_IN_URL = re.compile(r"[^!-~]|[<>]")
# Base64 has no underscore, so the boundary is in no body.
_BOUNDARY = "=_growthcore"
# RFC 2045 allows so many characters of base64 a line.
_LINE = 76


@dataclass(frozen=True, kw_only=True)
class Mail:
    """What one recipient reads, before it is put into MIME. ``sender`` is empty for the default."""

    subject: str
    html: str
    text: str
    unsubscribe_url: str
    sender: str = ""
    attachments: Attachments | None = None


class Frame:
    """All of a message that is the same for every recipient of a sender's.

    ``return_path`` is where bounces go, if not to the sender.
    """

    def __init__(self, sender: From, signer: Signer | None = None, return_path: str = "") -> None:
        self._sender = return_path or sender.address
        self._return_path = return_path.partition("@")
        self._domain = sender.domain
        self.slow = signer is not None and signer.slow
        self._signer = signer
        self._from = [f"From: {mailbox(sender.name, sender.address, 'From')}"]
        if sender.reply_to:
            self._from.append(f"Reply-To: {sender.reply_to}")
        alternative = f'Content-Type: multipart/alternative; boundary="{_BOUNDARY}"'
        self._type = ["MIME-Version: 1.0", alternative]
        self._mixed = ["MIME-Version: 1.0", f'Content-Type: multipart/mixed; boundary="{MIXED}"']
        self._letter = f"--{MIXED}\r\n{alternative}\r\n\r\n".encode("ascii")
        self._text = f"--{_BOUNDARY}\r\n{_part('plain')}".encode("ascii")
        self._html = f"--{_BOUNDARY}\r\n{_part('html')}".encode("ascii")
        self._end = f"--{_BOUNDARY}--\r\n".encode("ascii")

    def sender(self, token: str) -> str:
        """The sender of the envelope, which a message's own ``token`` is put into, if it has one."""
        local, at, domain = self._return_path
        return f"{local}+{token}{at}{domain}" if token and local else self._sender

    def message(
        self,
        mail: Mail,
        *,
        to: str,
        reference: str,
        message_class: MessageClass,
        at: datetime,
        token: str = "",
    ) -> bytes:
        """The whole message, signed where there is a key; ``to`` as :func:`ascii_address` gives it."""
        fields = [
            *self._from,
            f"To: {to}",
            f"Subject: {encoded(mail.subject, 'Subject')}",
            f"Date: {_date(at)}",
            f"Message-ID: <{_NOT_IN_URL.sub('', reference)}@{self._domain}>",
            *_unsubscribe(mail.unsubscribe_url, message_class),
            *(self._mixed if mail.attachments else self._type),
        ]
        text, html = _base64(mail.text), _base64(mail.html)
        if token:
            fields.append(f"{FIELD}: {token}")
        body = b"".join((self._text, text, self._html, html, self._end))
        if mail.attachments:
            body = b"".join((self._letter, body, mail.attachments.parts))
        if self._signer:
            fields.insert(0, self._signer.header(fields, body, int(at.timestamp())))
        return "\r\n".join(fields).encode("ascii") + b"\r\n\r\n" + body


@lru_cache(maxsize=8)
def _date(at: datetime) -> str:
    """An instant as RFC 5322 has it; the same for a whole batch."""
    return format_datetime(at)


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
    whole = len(data) // _LINE
    lines = [*_cut(whole).unpack_from(data), data[whole * _LINE :]]
    return b"\r\n".join(lines if lines[-1] else lines[:-1]) + b"\r\n"


@lru_cache(maxsize=512)
def _cut(lines: int) -> Struct:
    """Cuts so many whole lines at once, which takes a quarter of the time of slices."""
    return Struct(f"{_LINE}s" * lines)
