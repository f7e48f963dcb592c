"""Cafe24's call limits: a leaky bucket an endpoint and mall, told by ``X-Api-Call-Limit: 1/40``.

A bucket of 40 slots (the one of SMS has 1) loses 2 a second. A second limit over all endpoints is told
by ``X-Cafe24-Call-Usage`` and ``-Remain``. See "API Limit" at developers.cafe24.com.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from threading import Lock

LEAK = 2.0
"""Slots that are free again after a second."""
LONGEST = 3_600.0
_TOLD = re.compile(r"([0-9]{1,6})/([1-9][0-9]{0,5})")
_SECONDS = re.compile(r"[0-9]{1,6}(\.[0-9]{1,6})?")
_IDS = re.compile(r"(?<=/)[0-9][0-9-]*(?=/|$)")


@dataclass
class _Bucket:
    size: int
    level: float
    at: datetime

    def leak(self, now: datetime) -> None:
        # A clock that is set back leaks nothing.
        gone = max(0.0, (now - self.at).total_seconds()) * LEAK
        self.level, self.at = max(0.0, self.level - gone), now

    @property
    def wait(self) -> float:
        return max(0.0, (self.level + 1 - self.size) / LEAK)


class Pace:
    """What is known of a mall's buckets. Safe to share by threads.

    Other processes fill the same buckets: each answer tells how full they are.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._buckets: dict[str, _Bucket] = {}

    def take(self, endpoint: str, now: datetime, longest: float) -> float:
        """Take a slot and return the seconds to wait for it; over ``longest`` none is taken."""
        with self._lock:
            bucket = self._buckets.get(endpoint)
            if bucket is None:
                return 0.0
            bucket.leak(now)
            wait = bucket.wait
            if wait <= longest:
                bucket.level += 1
            return wait

    def told(self, endpoint: str, headers: Mapping[str, str], now: datetime) -> None:
        """Learn from an answer; slots that were taken meanwhile stay taken."""
        found = _TOLD.fullmatch(headers.get("x-api-call-limit") or "")
        if not found:
            return
        level, size = float(found[1]), int(found[2])
        with self._lock:
            bucket = self._buckets.setdefault(endpoint, _Bucket(size, level, now))
            bucket.leak(now)
            bucket.size, bucket.level = size, max(bucket.level, level)

    def refused(self, endpoint: str, headers: Mapping[str, str], now: datetime) -> float:
        """Seconds to leave an endpoint alone that answered 429."""
        self.told(endpoint, headers, now)
        with self._lock:
            bucket = self._buckets.setdefault(endpoint, _Bucket(1, 1.0, now))
            bucket.level = max(bucket.level, float(bucket.size))
            wait = bucket.wait
        asked = ("retry-after", "x-cafe24-call-remain", "x-cafe24-time-remain")
        return max(wait, *(_seconds(headers.get(name)) for name in asked))


def endpoint_of(method: str, path: str) -> str:
    """What a bucket belongs to: a method and a path, whatever the ids in it."""
    return f"{method} {_IDS.sub('#', path)}"


def _seconds(told: str | None) -> float:
    return min(float(told), LONGEST) if told and _SECONDS.fullmatch(told) else 0.0
