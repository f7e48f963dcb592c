"""Messages that were handed to the stand-in, and how far they are at an instant."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from heapq import heappop, heappush
from itertools import count
from threading import RLock
from typing import Any, Literal
from uuid import uuid4

from growthcore.sandbox.sens.codes import ACCEPTED
from growthcore.sandbox.sens.settings import SensSettings

State = Literal["waiting", "processing", "ended"]


def new_id() -> str:
    """A random id of the form SENS has."""
    return str(uuid4())


@dataclass(kw_only=True)
class Message:
    """One message to one number.

    ``refused`` is the code of a recipient that was not accepted, ``outcome`` what becomes of one
    that was (None: never told). ``fields`` are the request's own, for lists.
    """

    service: str
    request_id: str
    kind: str
    sender: str
    to: str
    country: str
    text: str = field(repr=False)
    requested_at: datetime
    due_at: datetime
    outcome: str | None
    delivered: bool
    refused: str | None = None
    reserved: bool = False
    cancelled: bool = False
    fields: dict[str, Any] = field(default_factory=dict, repr=False)
    failover: Message | None = None
    failover_refused: str | None = None
    id: str = field(default_factory=new_id)

    @property
    def accepted(self) -> bool:
        """Whether the recipient was taken."""
        return self.refused is None

    @property
    def request_code(self) -> str:
        """``requestStatusCode``."""
        return self.refused or ACCEPTED

    def ended_at(self, settings: SensSettings) -> datetime:
        """When its end is told."""
        return self.due_at + settings.unreported + settings.in_flight

    def state(self, now: datetime, settings: SensSettings) -> State:
        """How far it is."""
        if not self.accepted or self.cancelled or now < self.due_at + settings.unreported:
            return "waiting"
        if self.outcome is None or now < self.ended_at(settings):
            return "processing"
        return "ended"


class Messages:
    """Every message of a stand-in, in memory; threads may use it at once."""

    def __init__(self, settings: SensSettings) -> None:
        self._settings = settings
        self._lock = RLock()
        self._numbers = count()
        self._by_id: dict[str, Message] = {}
        self._by_request: dict[str, list[Message]] = {}
        self._ending: list[tuple[datetime, int, Message]] = []

    def add(self, messages: list[Message]) -> None:
        """Keep the messages of one request, and what they fall back to."""
        with self._lock:
            for message in messages:
                self._by_id[message.id] = message
                self._by_request.setdefault(message.request_id, []).append(message)
                if message.accepted and message.outcome is not None:
                    end = (message.ended_at(self._settings), next(self._numbers), message)
                    heappush(self._ending, end)
                if message.failover:
                    self.add([message.failover])

    def get(self, service: str, id_: str, now: datetime) -> Message | None:
        """One message of a service."""
        self._forget(now)
        found = self._by_id.get(id_)
        return found if found and found.service == service and found.requested_at <= now else None

    def of_request(self, service: str, request_id: str, now: datetime) -> list[Message]:
        """The messages of one request, as they were sent."""
        self._forget(now)
        found = self._by_request.get(request_id, ())
        return [m for m in found if m.service == service and m.requested_at <= now]

    def newest(self, service: str, now: datetime) -> Iterator[Message]:
        """The messages of a service, the newest first."""
        self._forget(now)
        with self._lock:
            kept = list(self._by_id.values())
        return (m for m in reversed(kept) if m.service == service and m.requested_at <= now)

    def ended(self, now: datetime) -> list[Message]:
        """Those that ended since it was asked last, in order."""
        with self._lock:
            ended = []
            while self._ending and self._ending[0][0] <= now:
                message = heappop(self._ending)[2]
                if not message.cancelled:
                    ended.append(message)
            return ended

    def cancel(self, messages: list[Message]) -> None:
        """Never let these go out."""
        with self._lock:
            for message in messages:
                message.cancelled = True
                if message.failover:
                    message.failover.cancelled = True

    def _forget(self, now: datetime) -> None:
        horizon = now - self._settings.kept
        with self._lock:
            while self._by_id:
                oldest = next(iter(self._by_id.values()))
                if max(oldest.requested_at, oldest.due_at) >= horizon:
                    return
                del self._by_id[oldest.id]
                self._by_request.pop(oldest.request_id, None)
