"""Who goes when several campaigns want to write to one customer: the higher ranked, then the next.

Pure. Each message is given the earliest instant inside its own window at which every rule lets it go and
which takes no instant away from a message ranked above it. So the highest rank is sent as much and as
early as the rules allow at all, the next as much and as early as that leaves, and so on.
"""

from __future__ import annotations

from bisect import insort
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from growthcore.api import Decision, Intent, Sent, Verdict

Decide = Callable[[Intent, Sequence[Sent], datetime], Decision]

_STEPS = 200
"""So often a message is moved on before it counts as one that doesn't fit."""
_NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """A message that waits. Rank 0 is the highest; ``latest_at`` is until when it is worth sending."""

    id: int
    rank: int
    intent: Intent
    due_at: datetime
    latest_at: datetime | None = None


@dataclass(frozen=True)
class Slot:
    """When a message goes, None for never, and which campaign made it later than it would have been."""

    at: datetime | None
    winner: int | None = None


@dataclass(frozen=True)
class _Placed:
    sent: Sent
    intent: Intent


def plan(waiting: Iterable[Waiting], sends: Sequence[Sent], decide: Decide) -> dict[int, Slot]:
    """The slot of each message of one customer, by message id.

    ``sends`` is what the customer was sent already. Of equal ranks, whoever ends sooner is placed first,
    so that the order is total.
    """
    placed: list[_Placed] = []
    slots: dict[int, Slot] = {}
    for each in sorted(waiting, key=_order):
        slots[each.id] = slot = _earliest(each, sends, placed, decide)
        if slot.at is not None:
            sent = as_sent(each.intent, slot.at)
            insort(placed, _Placed(sent, each.intent), key=lambda one: one.sent.at)
    return slots


def _order(each: Waiting) -> tuple[int, datetime, datetime, int]:
    return each.rank, each.latest_at or _NEVER, each.due_at, each.id


def _earliest(
    each: Waiting, sends: Sequence[Sent], placed: Sequence[_Placed], decide: Decide
) -> Slot:
    at, winner = each.due_at, None
    for _ in range(_STEPS):
        if each.latest_at is not None and at > each.latest_at:
            break
        before = [one.sent for one in placed if one.sent.at <= at]
        said = decide(each.intent, [*sends, *before], at)
        if said.verdict is Verdict.SUPPRESS:
            break
        if said.until is not None:
            if before and winner is None and decide(each.intent, sends, at).sends:
                winner = before[-1].campaign_id
            at = said.until
            continue
        robbed = _robbed(as_sent(each.intent, at), sends, placed, decide)
        if robbed is None:
            return Slot(at, winner)
        at, winner = robbed.at, winner or robbed.campaign_id
    return Slot(None, winner)


def _robbed(
    mine: Sent, sends: Sequence[Sent], placed: Sequence[_Placed], decide: Decide
) -> Sent | None:
    """The first later message that could no longer go when it is to, if ``mine`` went."""
    for one in placed:
        if one.sent.at > mine.at:
            others = [
                other.sent for other in placed if other is not one and other.sent.at <= one.sent.at
            ]
            if not decide(one.intent, [*sends, *others, mine], one.sent.at).sends:
                return one.sent
    return None


def as_sent(intent: Intent, at: datetime) -> Sent:
    """The message as one that was sent at ``at``."""
    return Sent(
        campaign_id=intent.campaign_id,
        channel=intent.channel,
        message_class=intent.message_class,
        at=at,
    )
