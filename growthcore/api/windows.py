"""Spans of time a condition looks at, relative or absolute."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from growthcore.api.text import Text


@dataclass(frozen=True)
class Bounds:
    """A half-open span: after ``since`` (exclusive), up to ``until`` (inclusive). None is unbounded."""

    since: datetime | None
    until: datetime


@dataclass(frozen=True, kw_only=True)
class Window:
    """A relative window (the last ``length``, ending ``ago`` before now) or an absolute one.

    Relative windows roll to the second. Absolute days are whole days in the shop's zone, both
    ends included. Neither means all time.
    """

    length: timedelta | None = None
    ago: timedelta = timedelta()
    first_day: date | None = None
    last_day: date | None = None

    def bounds(self, at: datetime, zone: ZoneInfo) -> Bounds:
        """The instants this window covers when asked at ``at``; never later than ``at``."""
        if self.first_day or self.last_day:
            since, until = self._days(zone)
            return Bounds(since, min(until or at, at))
        since = at - self.ago - self.length if self.length else None
        return Bounds(since, at - self.ago)

    def _days(self, zone: ZoneInfo) -> tuple[datetime | None, datetime | None]:
        # Instants are kept to the microsecond, so "after the one before midnight" is "from midnight".
        tick = timedelta(microseconds=1)
        since = until = None
        if self.first_day:
            since = datetime.combine(self.first_day, time(), zone) - tick
        if self.last_day:
            until = datetime.combine(self.last_day + timedelta(days=1), time(), zone) - tick
        return since, until

    @property
    def rolls(self) -> bool:
        """Whether the passing of time alone changes what the window covers."""
        return self.length is not None or bool(self.ago)

    def describe(self) -> Text:
        """The window in words, to stand before or after a condition."""
        if self.first_day or self.last_day:
            first, last = self.first_day or "", self.last_day or ""
            return Text(f"{first} ~ {last}", f"from {first or 'the start'} to {last or 'today'}")
        if self.length is None:
            return Text("전체 기간", "of all time")
        if self.ago:
            far = self.ago + self.length
            return Text(
                f"{_span(self.ago).ko} 전 ~ {_span(far).ko} 전",
                f"between {_span(self.ago).en} and {_span(far).en} ago",
            )
        return Text(f"지난 {_span(self.length).ko}", f"in the last {_span(self.length).en}")


def _span(length: timedelta) -> Text:
    """A length in its largest whole unit."""
    seconds = int(length.total_seconds())
    for size, ko, en in ((86400, "일", "day"), (3600, "시간", "hour"), (60, "분", "minute")):
        if seconds % size == 0:
            count = seconds // size
            return Text(f"{count}{ko}", f"{count} {en}{'' if count == 1 else 's'}")
    return Text(f"{seconds}초", f"{seconds} seconds")
