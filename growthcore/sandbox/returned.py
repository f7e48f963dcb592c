"""What comes back of mails to certain addresses, as mail servers send it (RFC 3464, RFC 5965).

What stands before the ``@``, or before a ``+`` in it, decides: ``bounce`` is no mailbox, ``full`` one that
is full, ``complaint`` belongs to somebody who calls every mail spam.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes
from email.message import Message
from email.utils import format_datetime

_HOST = "mx.sandbox.example"


@dataclass(frozen=True)
class _Bounce:
    status: str
    words: str


_BOUNCES: Mapping[str, _Bounce] = {
    "bounce": _Bounce("5.1.1", "550 5.1.1 User unknown"),
    "full": _Bounce("5.2.2", "552 5.2.2 Mailbox full"),
}
_COMPLAINT = "complaint"


def returned(content: bytes, sender: str, recipient: str, at: datetime) -> bytes | None:
    """What comes back of a mail, whole, to its return path ``sender``; None where nothing does."""
    name = recipient.partition("@")[0].partition("+")[0].lower()
    if not sender:
        return None  # A report on a report would never end (RFC 3464 §2).
    if name == _COMPLAINT:
        return _complaint(content, sender, at)
    return _bounce(_BOUNCES[name], content, sender, recipient, at) if name in _BOUNCES else None


def _bounce(bounce: _Bounce, content: bytes, sender: str, recipient: str, at: datetime) -> bytes:
    return _report(
        sender,
        at,
        subject="Undelivered Mail Returned to Sender",
        text=f"This is the mail system at {_HOST}.\n\nThe mail could not be delivered.",
        kind="delivery-status",
        blocks=[
            {"Reporting-MTA": f"dns; {_HOST}", "Arrival-Date": format_datetime(at)},
            {
                "Final-Recipient": f"rfc822; {recipient}",
                "Action": "failed",
                "Status": bounce.status,
                "Diagnostic-Code": f"smtp; {bounce.words}",
            },
        ],
        original=content,
    )


def _complaint(content: bytes, sender: str, at: datetime) -> bytes:
    return _report(
        sender,
        at,
        subject="Complaint",
        text="A recipient called this mail spam.",
        kind="feedback-report",
        blocks=[
            {
                "Feedback-Type": "abuse",
                "User-Agent": "GrowthCore-sandbox/1",
                "Version": "1",
                "Arrival-Date": format_datetime(at),
            }
        ],
        original=content,
    )


def _report(
    to: str,
    at: datetime,
    *,
    subject: str,
    text: str,
    kind: str,
    blocks: list[Mapping[str, str]],
    original: bytes,
) -> bytes:
    """A report of three parts (RFC 6522): for people, for programs, and the fields of the mail."""
    head = {
        "Return-Path": "<>",
        "From": f"Mail Delivery System <MAILER-DAEMON@{_HOST}>",
        "To": to,
        "Date": format_datetime(at),
        "Subject": subject,
        "Auto-Submitted": "auto-generated",
        "MIME-Version": "1.0",
        "Content-Type": f"multipart/report; report-type={kind}; boundary=report",
    }
    status = "\r\n".join(map(_fields, blocks))
    fields = _fields(message_from_bytes(original))
    parts = [("text/plain", text), (f"message/{kind}", status), ("text/rfc822-headers", fields)]
    body = "".join(f"--report\r\nContent-Type: {type_}\r\n\r\n{part}\r\n" for type_, part in parts)
    return f"{_fields(head)}\r\n{body}--report--\r\n".encode("utf-8", "replace")


def _fields(told: Mapping[str, str] | Message) -> str:
    return "".join(f"{name}: {value}\r\n" for name, value in told.items())
