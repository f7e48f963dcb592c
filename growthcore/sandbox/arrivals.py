"""Everything that stand-ins took: mails, text messages and KakaoTalk messages in one inbox."""

from __future__ import annotations

from pathlib import Path

from growthcore.sandbox.inbox import Inbox, Summary
from growthcore.sandbox.phone import PhoneInbox, Received

MAIL, SMS, KAKAO = "mail", "sms", "kakao"


class Arrivals:
    """The inbox of ``folder``; an id is one message's, whatever kind it is of."""

    def __init__(self, folder: Path) -> None:
        self.mails = Inbox(folder)
        self.phone = PhoneInbox(folder)

    def messages(
        self, *, limit: int = 50, before: str | None = None, text: str = "", channel: str = ""
    ) -> list[Summary | Received]:
        """The newest first; the next page is what came ``before`` the last one's id.

        ``text`` is a part of what is said or of an address; ``channel`` "mail", "sms" or "kakao".
        """
        found: list[Summary | Received] = []
        if channel in ("", MAIL):
            found += self.mails.messages(limit=limit, before=before, text=text)
        if channel != MAIL:
            found += self.phone.messages(
                limit=limit, before=before, text=text, channel=channel or None
            )
        return sorted(found, key=lambda message: message.id, reverse=True)[:limit]

    def clear(self) -> int:
        """Throw every message away; returns how many there were."""
        return self.mails.clear() + self.phone.clear()

    def __len__(self) -> int:
        return len(self.mails) + len(self.phone)
