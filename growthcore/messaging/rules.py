"""When messages may go: the law's night, then every send policy in force, asked in order.

One place for what sends, plans, explains and looks ahead, so that they can never disagree.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from growthcore.api import SEND, Decision, GrowthCoreError, Intent, Policy, Sent, Text, Verdict
from growthcore.messaging import night, retries

_LONGEST_REASON = 60
_DAY = 24 * 60


@dataclass(frozen=True, kw_only=True)
class Active:
    """A policy that is switched on, with its loaded params."""

    policy: Policy = field(repr=False)
    params: Mapping[str, Any]
    window: timedelta


@dataclass(frozen=True, kw_only=True)
class Rules:
    """What is in force. ``zone`` is the shop's; ``guarded`` blames a policy's plugin for its errors."""

    zone: ZoneInfo
    active: Sequence[Active] = ()
    guarded: Callable[[str], AbstractContextManager[None]] = field(repr=False)

    @property
    def window(self) -> timedelta:
        """How far back what a customer was sent matters."""
        return max((each.window for each in self.active), default=timedelta())

    def decide(self, intent: Intent, sends: Sequence[Sent], at: datetime) -> Decision:
        """The first objection, its reason told in full. ``sends`` may reach back further than asked.

        A policy that fails defers for a minute: a delay can be undone, a message cannot.
        """
        held = self.foresee(intent, at)
        if not held.sends:
            return held
        return self._first((each for each in self.active if each.window), intent, sends, at)

    def foresee(self, intent: Intent, at: datetime) -> Decision:
        """The same by what depends on no earlier message: the night, quiet hours."""
        if until := night.until(intent, at):
            return Decision.defer(until, night.REASON)
        return self._first((each for each in self.active if not each.window), intent, (), at)

    def each(
        self, intent: Intent, sends: Sequence[Sent], at: datetime
    ) -> list[tuple[Text, Decision]]:
        """What every policy says on its own, by its title."""
        return [(one.policy.title, self._ask(one, intent, sends, at)) for one in self.active]

    def _first(
        self, policies: Iterable[Active], intent: Intent, sends: Sequence[Sent], at: datetime
    ) -> Decision:
        answers = (self._ask(each, intent, sends, at) for each in policies)
        return next((said for said in answers if not said.sends), SEND)

    def _ask(self, active: Active, intent: Intent, sends: Sequence[Sent], at: datetime) -> Decision:
        name, since = active.policy.id, at - active.window
        seen = [sent for sent in sends if since < sent.at <= at]
        try:
            with self.guarded(name):
                said = _checked(active.policy.decide(intent, seen, at, active.params), at)
        except GrowthCoreError:
            wait = timedelta(seconds=retries.DELAYS[0])
            return Decision.defer(at + wait, f"{name}:failed"[:_LONGEST_REASON])
        if said.sends:
            return SEND
        reason = f"{name}:{said.reason}" if said.reason else name
        return Decision(said.verdict, reason[:_LONGEST_REASON], said.until)

    def earliest(self, intent: Intent, at: datetime) -> datetime:
        """When such a message may go from ``at`` on, as far as no earlier message matters."""
        for _ in range(_DAY):
            said = self.foresee(intent, at)
            if said.until is None:
                break
            at = said.until
        return at

    def quiet(self, intent: Intent, day: datetime) -> tuple[int, int] | None:
        """The first minutes of the day that hold such messages: from and until, in the shop's zone.

        They may reach over midnight. None when none holds them on the day of ``day``.
        """
        midnight = day.astimezone(self.zone).replace(hour=0, minute=0, second=0, microsecond=0)
        held = [
            not self.foresee(intent, midnight + timedelta(minutes=minute)).sends
            for minute in range(_DAY)
        ]
        begins = next((m for m in range(_DAY) if held[m] and not held[m - 1]), None)
        if begins is None:
            return (0, 0) if held[0] else None
        ends = next(m for m in range(begins + 1, begins + _DAY + 1) if not held[m % _DAY])
        return begins, ends % _DAY


def _checked(said: object, at: datetime) -> Decision:
    """A policy's answer. Raises ``TypeError`` or ``ValueError`` for one that can't be followed."""
    if not isinstance(said, Decision):
        raise TypeError("decide() must return a Decision")
    if said.verdict is Verdict.DEFER and (said.until is None or said.until <= at):
        raise ValueError("a deferral is to an instant after the one asked about")
    return said
