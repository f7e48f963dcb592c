"""The text messages and KakaoTalk messages that stand-ins took, beside the mails."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any, Literal

from growthcore.sandbox.folder import Folder, arrival

_FIRST = 500_000  # Mails in the same microsecond are numbered from 0.


@dataclass(frozen=True, kw_only=True)
class Button:
    """A button of a KakaoTalk message; ``type`` is Kakao's ("WL", "AL", "AC" …)."""

    name: str
    type: str
    url: str | None = field(default=None, repr=False)


@dataclass(frozen=True, kw_only=True)
class PhoneMessage:
    """A message as a phone got it.

    ``kind`` is "SMS", "LMS", "MMS", "ALIMTALK" or "BRAND". ``sender`` is a phone number or a Kakao
    channel's id, ``sender_name`` what the phone shows for it. ``images`` are addresses, of the
    scheme data: where the bytes were sent along.
    """

    channel: Literal["sms", "kakao"]
    kind: str
    sender: str
    recipient: str = field(repr=False)
    text: str = field(repr=False)
    sender_name: str = ""
    title: str = field(default="", repr=False)
    buttons: Sequence[Button] = ()
    images: Sequence[str] = field(default=(), repr=False)
    provider_id: str | None = None

    def holds(self, text: str) -> bool:
        """Whether what it says or a number has this in it, in capitals or not."""
        wanted = text.casefold()
        said = (self.title, self.text, self.sender, self.sender_name, self.recipient)
        return any(wanted in each.casefold() for each in said)


@dataclass(frozen=True, kw_only=True)
class Received(PhoneMessage):
    """A message that was kept."""

    id: str
    received_at: datetime


class PhoneInbox:
    """The phone messages in ``folder``, which may be the one of the mails."""

    def __init__(self, folder: Path) -> None:
        self._folder = Folder(path=folder, suffix=".json", first=_FIRST)

    def add(self, message: PhoneMessage, *, received_at: datetime) -> str:
        """Keep a message; returns its id. Several processes may add at once."""
        content = json.dumps(asdict(message), ensure_ascii=False)
        return self._folder.add(content.encode("utf-8", "surrogatepass"), received_at)

    def messages(
        self,
        *,
        limit: int = 50,
        before: str | None = None,
        text: str = "",
        channel: str | None = None,
    ) -> list[Received]:
        """The newest first; the next page is what came ``before`` the last one's id.

        ``text`` is a part of what it says or of a number; ``channel`` is "sms" or "kakao".
        """
        opened = (found for id_ in self._folder.newest(before) if (found := self.get(id_)))
        wanted = (m for m in opened if channel in (None, m.channel) and m.holds(text))
        return list(islice(wanted, limit))

    def get(self, id_: str) -> Received | None:
        """One message; None when there is none of this id."""
        if not self._folder.holds(id_):
            return None
        try:
            content = self._folder.file(id_).read_bytes()
        except FileNotFoundError:  # Somebody threw it away meanwhile.
            return None
        kept: dict[str, Any] = json.loads(content.decode("utf-8", "surrogatepass"))
        kept["buttons"] = tuple(Button(**button) for button in kept["buttons"])
        return Received(**kept, id=id_, received_at=arrival(id_))

    def clear(self) -> int:
        """Throw every message away; returns how many there were."""
        return self._folder.clear()

    def __len__(self) -> int:
        return sum(1 for _ in self._folder.ids())
