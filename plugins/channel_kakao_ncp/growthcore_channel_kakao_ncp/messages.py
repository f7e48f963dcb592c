"""What SENS says of a message, read out of its JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import Any, Self

import msgspec

KST = timezone(timedelta(hours=9), "KST")
ACCEPTED = "A000"
_TEXTS = (
    "messageId",
    "requestId",
    "to",
    "templateCode",
    "content",
    "requestStatusCode",
    "requestStatusDesc",
    "messageStatusCode",
    "messageStatusName",
    "messageStatusDesc",
)


@dataclass(frozen=True, kw_only=True)
class Failover:
    """The text message that a message went on as. ``status`` is "success" or "fail" in the end."""

    refused: bool
    service_id: str | None
    message_id: str | None
    status: str | None
    code: str | None


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """A message as an answer to sending, a list or a single look tells it.

    ``code`` is ``messageStatusCode``, None while it is on its way.
    """

    id: str
    request_id: str
    to: str
    template: str
    content: str
    request_code: str
    request_desc: str
    code: str | None
    status: str | None
    desc: str | None
    completed_at: datetime | None
    falls_back: bool
    failover: Failover | None

    def __repr__(self) -> str:
        # Without the number and the text.
        return f"Message({self.id!r}, {self.request_code!r}, {self.code!r})"

    @property
    def accepted(self) -> bool:
        """Whether SENS took it."""
        return self.request_code == ACCEPTED

    @classmethod
    def read(cls, said: Mapping[str, Any], request_id: str = "") -> Self:
        """Out of one element; what is missing is empty."""
        failover = said.get("failover")
        # An answer has a hundred of them: all the texts in one go.
        values = map(said.get, _TEXTS)
        (
            id_,
            own_request,
            to,
            template,
            content,
            request_code,
            request_desc,
            code,
            status,
            desc,
        ) = ["" if value is None else str(value) for value in values]
        return cls(
            id=id_,
            request_id=own_request or request_id,
            to=to,
            template=template,
            content=content,
            request_code=request_code,
            request_desc=request_desc,
            code=code or None,
            status=status or None,
            desc=desc or None,
            completed_at=instant(said.get("completeTime")),
            falls_back=flag(said.get("useSmsFailover")),
            failover=_failover(failover) if isinstance(failover, Mapping) else None,
        )


def _failover(said: Mapping[str, Any]) -> Failover:
    return Failover(
        refused=_text(said, "requestStatusName") == "fail",
        service_id=_text(said, "smsServiceId") or None,
        message_id=_text(said, "messageId") or None,
        status=_text(said, "messageStatusName") or None,
        code=_text(said, "messageStatusCode") or None,
    )


def _text(said: Mapping[str, Any], name: str) -> str:
    value = said.get(name)
    return "" if value is None else str(value)


def flag(value: Any) -> bool:
    """A boolean, which some answers give as text."""
    return value is True or (value is not None and str(value).lower() == "true")


def instant(text: Any) -> datetime | None:
    """A time such as ``2026-01-01T09:00:00.000``, also with a space: Korean unless it says else."""
    if not isinstance(text, str):
        return None
    try:
        read = datetime.fromisoformat(text)
    except ValueError:
        return None
    return (read if read.tzinfo else read.replace(tzinfo=KST)).astimezone(UTC)


def local(at: datetime) -> str:
    """An instant as the lists take it."""
    return at.astimezone(KST).strftime("%Y-%m-%d %H:%M:%S")
