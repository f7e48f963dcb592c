"""A stand-in's memory, and the request's place in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, cast
from zoneinfo import ZoneInfo

from flask import current_app, g

from growthcore.api import Clock
from growthcore.sandbox.faults import Faults
from growthcore.sandbox.phone import Button, PhoneInbox, PhoneMessage
from growthcore.sandbox.sens.catalogue import Catalogue
from growthcore.sandbox.sens.messages import Message, Messages
from growthcore.sandbox.sens.settings import Project, SensSettings

KST = ZoneInfo("Asia/Seoul")


@dataclass(kw_only=True)
class Sens:
    """What the stand-in knows. Keep one in step with time by :meth:`deliver`."""

    settings: SensSettings
    clock: Clock
    faults: Faults
    inbox: PhoneInbox | None
    catalogue: Catalogue
    messages: Messages
    files: dict[str, tuple[str, datetime]] = field(default_factory=dict)
    unsubscribed: dict[str, tuple[str, datetime]] = field(default_factory=dict)

    def now(self) -> datetime:
        """The present instant, by the stand-in's own clock."""
        return self.clock.now()

    def deliver(self) -> None:
        """Hand every message whose time has come to the phone; each GET does it too."""
        for message in self.messages.ended(self.now()):
            if message.delivered and self.inbox is not None:
                self.inbox.add(self._as_shown(message), received_at=message.ended_at(self.settings))

    def opt_out(self, number: str) -> None:
        """A person called the 080 number."""
        self.unsubscribed.setdefault(number, ("C", self.now()))

    def _as_shown(self, message: Message) -> PhoneMessage:
        channel = self.catalogue.channel(message.sender)
        return PhoneMessage(
            channel="kakao" if channel else "sms",
            kind=message.kind,
            sender=message.sender,
            sender_name=channel.name if channel else "",
            recipient=message.to,
            title=str(message.fields.get("title") or message.fields.get("subject") or ""),
            text=message.text,
            buttons=_buttons(message.fields.get("buttons") or ()),
            images=tuple(message.fields.get("images", ())),
            provider_id=message.id,
        )

    def written(self, at: datetime) -> str:
        """An instant as SENS writes it: Korean time, without saying so."""
        local = at.astimezone(KST).replace(tzinfo=None)
        return local.isoformat(self.settings.time_separator, "milliseconds")


def _buttons(sent: Sequence[dict[str, Any]]) -> tuple[Button, ...]:
    return tuple(
        Button(name=b.get("name", ""), type=b.get("type", ""), url=b.get("linkMobile"))
        for b in sent
    )


def sens() -> Sens:
    """The stand-in that serves this request."""
    return cast(Sens, current_app.extensions["sens"])


def service() -> str:
    """The id of the service that the request names."""
    return cast(str, g.service)


def project() -> Project:
    """The project that the request's service belongs to."""
    return cast(Project, g.project)
