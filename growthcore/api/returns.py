"""What becomes of messages that were taken: told when asked, or by what comes back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Delivery(StrEnum):
    """What became of an accepted message in the end."""

    DELIVERED = "delivered"
    UNDELIVERED = "undelivered"


@dataclass(frozen=True, kw_only=True)
class Report:
    """The final word on a message that was accepted earlier.

    ``kind`` is the :class:`MessageKind` it went as in the end (``"SMS"`` after a fallback), ``cost``
    in minor units of the shop's currency, ``at`` when it arrived or failed.
    """

    delivery: Delivery
    reason: str | None = None
    detail: str | None = None
    kind: str | None = None
    cost: int | None = None
    at: datetime | None = None


class ReturnKind(StrEnum):
    """What came back.

    ``BOUNCE``: the address takes nothing, now or later. ``SOFT_BOUNCE``: this message did not arrive,
    another one may. ``COMPLAINT``: the recipient called it unwanted.
    """

    BOUNCE = "bounce"
    SOFT_BOUNCE = "soft_bounce"
    COMPLAINT = "complaint"


@dataclass(frozen=True, kw_only=True)
class Returned:
    """Something that came back about one message.

    ``token`` is the message's :attr:`OutgoingMessage.return_token`, so that nobody can make it up.
    ``reason`` is a short code (``mailbox_unknown``), ``detail`` what the other side said, without
    addresses. ``at`` is when it happened, None where that is not told.
    """

    token: str
    kind: ReturnKind
    reason: str
    detail: str | None = None
    at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class SoftBounces:
    """When an address is given up: after so many soft bounces within so many days, with no sign of life.

    A sign of life is a mail that a person opened or clicked in. A ``count`` of 0 is never.
    """

    count: int = 3
    days: int = 30


Keep = Callable[[Returned], bool]
"""Keeps what came back, for good once it returned. False: tell it again, the message is on its way."""
