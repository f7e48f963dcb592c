"""How many messages are handed over at once, so that none of them is still underway at night."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from growthcore.messaging import night

NEAR = timedelta(minutes=15)
"""From so long before the law's night the size of a sub-batch follows the pace."""


@dataclass
class Stride:
    """``most`` at once as a rule; ``bound`` when the law's night holds the messages.

    Near the night a sub-batch is only as large as ends in half the time left, at the pace of the one
    before. The first of all is a single message, which tells the pace.
    """

    most: int
    bound: bool
    pace: timedelta | None = None

    def at(self, now: datetime) -> int:
        """The size of the sub-batch that begins now."""
        left = night.begins_after(now) - now
        if not self.bound or left > NEAR:
            return self.most
        if self.pace is None:
            return 1
        if not self.pace:
            return self.most
        return max(1, min(self.most, left // (2 * self.pace)))

    def measure(self, messages: int, taken: timedelta) -> None:
        """Learn how long a sub-batch took."""
        self.pace = taken / max(messages, 1)
