"""The system clock: the one place that asks it."""

from __future__ import annotations

from datetime import UTC, datetime


class SystemClock:
    """Real time. The engine only ever sees it as the ``Clock`` it was handed."""

    def now(self) -> datetime:
        """The present instant in UTC."""
        return datetime.now(UTC)


class FixedClock:
    """A clock that stands still until it is set: demonstrations on old data, and tests."""

    def __init__(self, at: datetime) -> None:
        self.at = at.astimezone(UTC)

    def now(self) -> datetime:
        """The instant it was set to."""
        return self.at
