"""Bounces and complaints read: delivery reports (RFC 3464), feedback reports (RFC 5965), plain bounces.

Which message it is about is told by the signed token in the return path it came to (VERP), or in the
``X-GrowthCore-Return`` field of the message that is given back. A ``Message-ID`` is not believed: anybody
who once got a mail could make up others.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import Message
from email.policy import compat32
from email.utils import parsedate_to_datetime

from growthcore.api import Keep, Returned, ReturnKind
from growthcore_channel_email_smtp.mailboxes import AT_ONCE, Mailbox
from growthcore_channel_email_smtp.status import code_of, verdict

FIELD = "X-GrowthCore-Return"
"""The field of a mail that holds its return token."""

_MARK = r"([0-9a-f]{42})"
_IN_ADDRESS = re.compile(rf"\+{_MARK}@", re.IGNORECASE)
_IN_FIELD = re.compile(rf"^[>\s]*{FIELD}:\s*{_MARK}\s*$", re.IGNORECASE | re.MULTILINE)
_CAME_TO = ("Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To", "To", "Received")
_GIVEN_BACK = ("message/rfc822", "message/global", "text/rfc822-headers", "message/global-headers")
_STATUS = ("message/delivery-status", "message/global-delivery-status")
_COMPLAINTS = frozenset({"abuse", "fraud", "opt-out", "opt-out-list"})
_ADDRESS = re.compile(r"<?[^\s<>:;,\"'()\[\]]+@[^\s<>:;,\"'()\[\]]+>?")
_UNPRINTABLE = re.compile(r"[^\x20-\x7e]+")
_LONGEST = 200


def collected(mailbox: Mailbox, keep: Keep) -> bool:
    """Hand over what came back; whether there is more to read. Raises what the mailbox does."""
    read_here, later = 0, 0
    for letter in mailbox.unread():
        read_here += 1
        returned = read(letter.raw)
        if returned is None or keep(returned):
            letter.done()
        else:
            later += 1
    return read_here == AT_ONCE and later < AT_ONCE


def read(raw: bytes) -> Returned | None:
    """What a mail tells of one of ours; None for any other mail.

    Delays, deliveries and automatic answers of people who are away are no bounces.
    """
    mail = message_from_bytes(raw, policy=compat32)
    parts = list(mail.walk())
    token = _token(mail, parts)
    if token is None:
        return None
    if _kind(mail) == "feedback-report":
        return _complaint(token, parts)
    statuses = [part for part in parts if part.get_content_type() in _STATUS]
    if statuses:
        return _reported(token, mail, _recipients(statuses))
    return _plain(token, mail, parts)


def _kind(mail: Message) -> str:
    if mail.get_content_type() != "multipart/report":
        return ""
    return str(mail.get_param("report-type") or "").lower()


def _token(mail: Message, parts: Iterable[Message]) -> str | None:
    for name in _CAME_TO:
        for value in mail.get_all(name, ()):
            if found := _IN_ADDRESS.search(str(value)):
                return found[1].lower()
    for part in parts:
        if part is not mail and (found := _IN_FIELD.search(_given_back(part))):
            return found[1].lower()
    return _told_in_words(mail)


def _given_back(part: Message) -> str:
    """The field of ours among those of the message that was given back, or its fields as text."""
    if FIELD in part:
        return f"{FIELD}: {part[FIELD]}"
    fields = part.get_content_type() in _GIVEN_BACK and not part.is_multipart()
    return _text(part) if fields else ""


def _told_in_words(mail: Message) -> str | None:
    """The token where the message is quoted in a mail that has no parts."""
    found = None if mail.is_multipart() else _IN_FIELD.search(_text(mail))
    return found[1].lower() if found else None


def _complaint(token: str, parts: Iterable[Message]) -> Returned | None:
    report = next(
        (each for each in parts if each.get_content_type() == "message/feedback-report"), None
    )
    if report is None:
        return None
    told = _fields(report)
    kind = str(told.get("Feedback-Type", "")).strip().lower()
    if kind not in _COMPLAINTS:
        return None
    at = _date(told.get("Received-Date") or told.get("Arrival-Date"))
    return Returned(token=token, kind=ReturnKind.COMPLAINT, reason=kind, at=at)


def _recipients(statuses: Iterable[Message]) -> Iterator[Message]:
    """The blocks of fields about a recipient; each part begins with one about the message."""
    for status in statuses:
        blocks = status.get_payload()
        for block in blocks if isinstance(blocks, list) else ():
            if isinstance(block, Message) and "Action" in block:
                yield block


def _reported(token: str, mail: Message, recipients: Iterable[Message]) -> Returned | None:
    failed = next((each for each in recipients if _failed(each)), None)
    if failed is None:
        return None
    words = str(failed.get("Diagnostic-Code", "")).partition(";")
    said = words[2] or words[0]
    code = code_of(str(failed.get("Status", "")), said) or "5.0.0"
    return _bounce(token, code, said, _date(failed.get("Last-Attempt-Date")) or _date(mail["Date"]))


def _failed(recipient: Message) -> bool:
    return str(recipient["Action"]).strip().lower().startswith("failed")


def _plain(token: str, mail: Message, parts: Iterable[Message]) -> Returned | None:
    """A bounce in words only: from nobody, or from who speaks for the mail system."""
    automatic = str(mail.get("Auto-Submitted", "no")).split(";")[0].strip().lower()
    sender = str(mail.get("From", "")).lower()
    system = "mailer-daemon" in sender or "postmaster" in sender
    if automatic == "auto-replied" or not (
        system or str(mail.get("Return-Path", "")).strip() == "<>"
    ):
        return None
    words = next((_text(part) for part in parts if part.get_content_type() == "text/plain"), "")
    # Without any code nobody knows more than that it came back.
    code = code_of("", words) or "4.0.0"
    return _bounce(token, code, "", _date(mail["Date"]))


def _bounce(token: str, code: str, words: str, at: datetime | None) -> Returned:
    hard, reason = verdict(code)
    kind = ReturnKind.BOUNCE if hard else ReturnKind.SOFT_BOUNCE
    return Returned(token=token, kind=kind, reason=reason, detail=_told(code, words), at=at)


def _told(code: str, words: str) -> str:
    """Code and words on one line, addresses taken out."""
    line = _UNPRINTABLE.sub(" ", " ".join(words.split()))
    return f"{code} {_ADDRESS.sub('...', line)}".strip()[:_LONGEST]


def _fields(part: Message) -> Message:
    """The fields that a part consists of: what a parser takes for one more message, or plain text."""
    inside = part.get_payload()
    if isinstance(inside, list) and inside and isinstance(inside[0], Message):
        return inside[0]
    return message_from_bytes(_text(part).encode("utf-8", "replace"), policy=compat32)


def _text(part: Message) -> str:
    content = part.get_payload(decode=True)
    return content.decode("utf-8", "replace") if isinstance(content, bytes) else ""


def _date(value: object) -> datetime | None:
    if value is None:
        return None
    try:
        at = parsedate_to_datetime(str(value))
        return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
