"""Triggers: what makes a customer enter a campaign, and whether it still holds at the send."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar

from growthcore.api.ports import Carts, Consents
from growthcore.api.provider import Provider
from growthcore.api.schema import ParamsSchema
from growthcore.api.text import Text
from growthcore.api.values import Event


@dataclass(frozen=True, kw_only=True)
class Occasion:
    """One reason to enter, once: the same ``key`` never enters the same campaign run again.

    ``at`` is when the reason is complete; the campaign's delay counts from there. ``cart_id`` names
    the cart the message is about, if it is about one.
    """

    key: str
    customer_id: int
    at: datetime
    cart_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Whether a waiting message is still wanted.

    Neither field set: yes. ``until``: not before then. ``dropped``: never, for this short reason.
    """

    until: datetime | None = None
    dropped: str | None = None


WANTED = Wanted()


@dataclass(frozen=True, kw_only=True)
class TriggerPorts:
    """What a trigger may look at."""

    carts: Carts = field(repr=False)
    consents: Consents = field(repr=False)


class Trigger(Provider):
    """A kind of trigger. Takes time only from its arguments.

    With ``timed`` time alone can make customers enter, see :meth:`due`; such a trigger need not listen
    to any event.
    """

    Params: ClassVar[type[ParamsSchema]]
    timed: ClassVar[bool] = False

    @abstractmethod
    def listens_to(self, params: Mapping[str, Any]) -> frozenset[str]:
        """The names of the events that can cause an occasion or move one that waits."""

    @abstractmethod
    def match(
        self, event: Event, params: Mapping[str, Any], ports: TriggerPorts
    ) -> Occasion | None:
        """The occasion this event makes, or None. Called again for the same event it answers alike.

        When the occasion's key already waits, its ``at`` replaces the one it waits for.
        """

    def due(
        self, params: Mapping[str, Any], ports: TriggerPorts, since: datetime, until: datetime
    ) -> Iterable[Occasion]:
        """The occasions that came by time alone from ``since`` on and before ``until``, see ``timed``.

        Asked every hour, and again for the day before, so that what was told late is found:
        answers alike for the same time. May yield any number; read in pieces.
        """
        return ()

    def still_wanted(
        self, occasion: Occasion, params: Mapping[str, Any], ports: TriggerPorts, now: datetime
    ) -> Wanted:
        """Asked at the moment of sending."""
        return WANTED

    @abstractmethod
    def describe(self, params: Mapping[str, Any]) -> Text:
        """The trigger as a sentence."""
