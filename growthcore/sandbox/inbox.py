"""Mails in a folder, a file each. A file is named by the mail's id, which sorts by arrival."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.parser import BytesHeaderParser
from email.policy import default
from itertools import count, islice
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from growthcore.api.db import EPOCH

_ID = re.compile(r"[0-9]{20}-[0-9]{6}")
_FROM, _TO = "X-Envelope-From", "X-Envelope-To"
_MICROSECOND = timedelta(microseconds=1)
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
        self._folder = folder

    def add(
        self, content: bytes, *, sender: str, recipients: Sequence[str], received_at: datetime
    ) -> str:
        """Keep a mail; returns its id. Several processes may add at once."""
        self._folder.mkdir(parents=True, exist_ok=True)
        envelope = {_FROM: sender, _TO: ", ".join(recipients)}
        head = "".join(f"{name}: {_BREAKS.sub(' ', v)}\r\n" for name, v in envelope.items())
        at = (received_at - EPOCH) // _MICROSECOND
        # Nobody sees half a file, and nobody's file is overwritten.
        with NamedTemporaryFile(dir=self._folder, prefix=".") as file:
            file.write(head.encode("utf-8", "surrogateescape") + content)
            file.flush()  # Whole before it can be seen.
            return next(id_ for n in count() if self._link(file.name, id_ := f"{at:020}-{n:06}"))

    def _link(self, source: str, id_: str) -> bool:
        try:
            os.link(source, self._path(id_))
        except FileExistsError:
            return False
        return True

    def messages(
        self, *, limit: int = 50, before: str | None = None, text: str = ""
    ) -> list[Summary]:
        """The newest mails first; the next page is what came ``before`` the last one's id.

        ``text`` is a part of the subject or of an address; without one every mail is listed.
        """
        ids = sorted((i for i in self._ids() if before is None or i < before), reverse=True)
        summaries = (found for id_ in ids if (found := self._summary(id_)))
        return list(islice((each for each in summaries if each.holds(text)), limit))

    def _summary(self, id_: str) -> Summary | None:
        """A mail as a list shows it; None when somebody threw it away meanwhile."""
        try:
            with self._path(id_).open("rb") as file:
                headers = BytesHeaderParser(policy=default).parse(file)
        except FileNotFoundError:
            return None
        return Summary(**_summary(id_, headers))

    def get(self, id_: str) -> Mail | None:
        """One mail, opened; None when there is none of this id."""
        if not _ID.fullmatch(id_) or not self._path(id_).exists():
            return None
        raw = self._path(id_).read_bytes()
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
        ids = list(self._ids())
        for id_ in ids:
            self._path(id_).unlink(missing_ok=True)
        return len(ids)

    def __len__(self) -> int:
        return sum(1 for _ in self._ids())

    def _ids(self) -> Iterator[str]:
        if not self._folder.is_dir():
            return
        with os.scandir(self._folder) as entries:
            for entry in entries:
                id_ = entry.name.removesuffix(".eml")
                if id_ != entry.name and _ID.fullmatch(id_):
                    yield id_

    def _path(self, id_: str) -> Path:
        return self._folder / f"{id_}.eml"


def _summary(id_: str, message: EmailMessage) -> dict[str, Any]:
    return {
        "id": id_,
        "received_at": EPOCH + int(id_[:20]) * _MICROSECOND,
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
