"""The text message endpoints of Cafe24's Admin API (developers.cafe24.com, version 2026-03-01).

They work in Korean malls. A message that was taken gets a queue code; there is no asking what became
of it, and no MMS.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any, Protocol

MOST_RECIPIENTS = 100
_PAGE, _LAST_OFFSET = 100, 8_000


class Refused(Exception):
    """An answer that is no success; ``message`` is in Cafe24's words."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message


class Response(Protocol):
    """An HTTP answer."""

    @property
    def status(self) -> int:
        """The HTTP status."""

    @property
    def data(self) -> bytes:
        """The whole body."""


class Caller(Protocol):
    """What makes authorised requests below ``/api/v2``."""

    def request(
        self,
        method: str,
        path: str,
        *,
        query: Sequence[tuple[str, str]] = (),
        body: Mapping[str, Any] | None = None,
    ) -> Response:
        """Send one request and read its answer."""


@dataclass(frozen=True, kw_only=True)
class Message:
    """A text for one or more numbers, written ``010-1234-5678``; ``title`` is for LMS only."""

    sender_no: int
    kind: str
    text: str = field(repr=False)
    title: str | None = field(default=None, repr=False)
    recipients: Sequence[str] = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class Credit:
    """What is left to send with."""

    amount: Decimal
    sms: int
    lms: int


@dataclass(frozen=True)
class SmsApi:
    """The endpoints. Each raises :class:`Refused`, and what ``caller`` raises."""

    caller: Caller

    def send(self, message: Message) -> str | None:
        """Hand a message over; its queue code. Numbers that refuse the mall's texts are left out."""
        request = {
            "sender_no": message.sender_no,
            "content": message.text,
            "recipients": list(message.recipients),
            "exclude_unsubscriber": "T",
            "type": message.kind,
        }
        if message.title:
            request["title"] = message.title
        told = self._told("POST", "/admin/sms", body={"request": request}).get("sms")
        code = told.get("queue_code") if isinstance(told, Mapping) else None
        return str(code) if code else None

    def senders(self) -> Iterator[Mapping[str, Any]]:
        """Every sender: ``sender_no``, ``sender``, ``auth_status``, perhaps a ``memo``."""
        for offset in range(0, _LAST_OFFSET + 1, _PAGE):
            query = [("limit", str(_PAGE)), ("offset", str(offset))]
            found = self._told("GET", "/admin/sms/senders", query=query).get("senders") or []
            yield from found
            if len(found) < _PAGE:
                return

    def setting(self) -> Mapping[str, Any]:
        """How the mall sends: ``use_sms`` T or F, ``unsubscribe_phone``, ``default_sender``."""
        return self._resource("/admin/sms/setting")

    def credit(self) -> Credit:
        """What is left."""
        told = self._resource("/admin/sms/balance")
        try:
            return Credit(
                amount=Decimal(str(told["balance"])),
                sms=int(told["sms_count"]),
                lms=int(told["lms_count"]),
            )
        except (KeyError, TypeError, ValueError, InvalidOperation) as error:
            raise Refused(200, "the balance can't be read") from error

    def _resource(self, path: str) -> Mapping[str, Any]:
        told = self._told("GET", path).get("sms")
        return told if isinstance(told, Mapping) else {}

    def _told(
        self,
        method: str,
        path: str,
        query: Sequence[tuple[str, str]] = (),
        body: Mapping[str, Any] | None = None,
    ) -> Mapping[str, Any]:
        response = self.caller.request(method, path, query=query, body=body)
        told = _object(response.data)
        if 200 <= response.status < 300:
            return told
        error = told.get("error")
        said = error.get("message") if isinstance(error, Mapping) else None
        raise Refused(response.status, str(said or f"HTTP {response.status}")[:200])


def _object(data: bytes) -> Mapping[str, Any]:
    try:
        found = json.loads(data)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
