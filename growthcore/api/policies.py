"""Send policies: whether a message may go now, later or never, beyond what the law asks.

The law itself (consent, refusals, the night) is the core's and holds whatever policies say.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from growthcore.api.provider import Provider
from growthcore.api.schema import ParamsSchema
from growthcore.api.text import Text
from growthcore.api.values import MessageClass


class Verdict(StrEnum):
    """What is said of one message now."""

    SEND = "send"
    DEFER = "defer"
    SUPPRESS = "suppress"


@dataclass(frozen=True)
class Decision:
    """A verdict. ``until`` is when a deferred message is asked about again.

    ``reason`` is a short code of a-z, 0-9 and _ for reports, beside the policy's own id; none is
    needed where a policy objects for one reason only.
    """

    verdict: Verdict
    reason: str | None = None
    until: datetime | None = None

    @classmethod
    def defer(cls, until: datetime, reason: str | None = None) -> Decision:
        """Wait until then."""
        return cls(Verdict.DEFER, reason, until)

    @classmethod
    def suppress(cls, reason: str | None = None) -> Decision:
        """Never send it."""
        return cls(Verdict.SUPPRESS, reason)

    @property
    def sends(self) -> bool:
        """Whether the message may go."""
        return self.verdict is Verdict.SEND


SEND = Decision(Verdict.SEND)
"""Nothing speaks against it."""


@dataclass(frozen=True, kw_only=True)
class Intent:
    """A message somebody means to send: what a policy may know of it.

    ``channel`` is the medium ("email", "sms"). ``night_consent`` is whether the recipient consented
    separately to advertising at night. ``zone`` is the shop's.
    """

    campaign_id: int
    channel: str
    message_class: MessageClass
    night_consent: bool
    zone: ZoneInfo


@dataclass(frozen=True, kw_only=True)
class Sent:
    """A message the same customer was handed, or may have been handed, by any campaign."""

    campaign_id: int
    channel: str
    message_class: MessageClass
    at: datetime


class Policy(Provider):
    """A rule of the shop about when messages may go.

    In force as soon as it is installed, with the defaults of ``Params``, until somebody changes it
    or switches it off in the send settings; so every parameter needs a default.
    """

    Params: ClassVar[type[ParamsSchema]]

    def window(self, params: Mapping[str, Any]) -> timedelta:
        """How far back :meth:`decide` looks at what the customer was sent; none unless overridden.

        A policy that looks back is asked at the hand-over, with the customer locked so that no other
        worker can send to them meanwhile; it has to answer at once.
        """
        return timedelta()

    @abstractmethod
    def decide(
        self,
        candidate: Intent,
        sends: Sequence[Sent],
        at: datetime,
        params: Mapping[str, Any],
    ) -> Decision:
        """Whether ``candidate`` may go at ``at``, an aware instant, now or in the future.

        ``sends`` are the customer's messages inside the window, oldest first, none after ``at``.
        Pure: the same arguments, the same answer, without any I/O or clock. A deferral is to an
        instant after ``at``, and never a second early: what is deferred is asked again then.
        """

    def narrows(self, before: Mapping[str, Any], after: Mapping[str, Any] | None) -> bool:
        """Whether a change of params (None: switching it off) is one that only an owner may make."""
        return False

    @abstractmethod
    def describe(self, params: Mapping[str, Any]) -> Text:
        """What it does with these params, as a sentence that names each of them."""
