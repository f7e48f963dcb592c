"""The mails that the stand-in for a mail server took."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.parser import BytesHeaderParser
from email.policy import default
from itertools import islice
from pathlib import Path
from typing import Any

from growthcore.sandbox.folder import Folder, arrival

_FROM, _TO = "X-Envelope-From", "X-Envelope-To"
_BREAKS = re.compile(r"[\r\n]+")


@dataclass(frozen=True, kw_only=True)
class Summary:
    """A mail as a list shows it; the addresses are those of the envelope."""

    id: str
    received_at: datetime
    sender: str = field(repr=False)
    recipients: Sequence[str] = field(repr=False)
    subject: str = field(repr=False)

    def holds(self, text: str) -> bool:
        """Whether the subject or an address has this in it, in capitals or not."""
        wanted = text.casefold()
        return any(
            wanted in each.casefold() for each in (self.subject, self.sender, *self.recipients)
        )


@dataclass(frozen=True, kw_only=True)
class Mail(Summary):
    """A mail that was opened. ``headers`` are decoded; ``raw`` is as it came, the envelope before."""

    headers: Mapping[str, str] = field(repr=False)
    html: str | None = field(repr=False)
    text: str | None = field(repr=False)
    raw: bytes = field(repr=False)


class Inbox:
    """The mails in ``folder``, which is made when the first one comes."""

    def __init__(self, folder: Path) -> None:
        self._folder = Folder(path=folder, suffix=".eml")

    def add(
        self, content: bytes, *, sender: str, recipients: Sequence[str], received_at: datetime
    ) -> str:
        """Keep a mail; returns its id. Several processes may add at once."""
        envelope = {_FROM: sender, _TO: ", ".join(recipients)}
        head = "".join(f"{name}: {_BREAKS.sub(' ', v)}\r\n" for name, v in envelope.items())
        return self._folder.add(head.encode("utf-8", "surrogateescape") + content, received_at)

    def messages(
        self, *, limit: int = 50, before: str | None = None, text: str = ""
    ) -> list[Summary]:
        """The newest mails first; the next page is what came ``before`` the last one's id.

        ``text`` is a part of the subject or of an address; without one every mail is listed.
        """
        summaries = (found for id_ in self._folder.newest(before) if (found := self._summary(id_)))
        return list(islice((each for each in summaries if each.holds(text)), limit))

    def _summary(self, id_: str) -> Summary | None:
        """A mail as a list shows it; None when somebody threw it away meanwhile."""
        try:
            with self._folder.file(id_).open("rb") as file:
                headers = BytesHeaderParser(policy=default).parse(file)
        except FileNotFoundError:
            return None
        return Summary(**_summary(id_, headers))

    def get(self, id_: str) -> Mail | None:
        """One mail, opened; None when there is none of this id."""
        if not self._folder.holds(id_):
            return None
        raw = self._folder.file(id_).read_bytes()
        message = message_from_bytes(raw, policy=default)
        return Mail(
            **_summary(id_, message),
            headers={name: str(value) for name, value in message.items()},
            html=_body(message, "html"),
            text=_body(message, "plain"),
            raw=raw,
        )

    def clear(self) -> int:
        """Throw every mail away; returns how many there were."""
        return self._folder.clear()

    def __len__(self) -> int:
        return sum(1 for _ in self._folder.ids())


def _summary(id_: str, message: EmailMessage) -> dict[str, Any]:
    return {
        "id": id_,
        "received_at": arrival(id_),
        "sender": str(message[_FROM] or ""),
        "recipients": str(message[_TO] or "").split(", "),
        "subject": str(message["Subject"] or ""),
    }


def _body(message: EmailMessage, subtype: str) -> str | None:
    part = message.get_body((subtype,))
    if part is None:
        return None
    try:
        return str(part.get_content())
    except LookupError:  # It names a character set that there is not.
        content = part.get_payload(decode=True)
        return content.decode(errors="replace") if isinstance(content, bytes) else ""
