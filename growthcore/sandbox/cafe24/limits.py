"""Leaky buckets: one an endpoint, and one over all calls of the mall."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime
from threading import Lock

from growthcore.sandbox.cafe24.settings import Cafe24Settings
from growthcore.sandbox.cafe24.wire import Refused

_TIME_SHARE = 0.6
"""Of the time the mall has for an app, against the part of its calls, that calls take."""


@dataclass
class Bucket:
    """Holds ``size`` calls and loses ``rate`` a second."""

    size: int
    rate: float
    level: float = 0.0
    at: datetime | None = None

    def leak(self, now: datetime) -> None:
        """Let out what went since it was last looked at."""
        if self.at is not None:
            self.level = max(0.0, self.level - (now - self.at).total_seconds() * self.rate)
        self.at = now

    def take(self, now: datetime) -> bool:
        """Put a call in; False when it does not fit."""
        self.leak(now)
        # A clock of microseconds leaves a trace of a call that just leaked.
        if self.level + 1 > self.size + 1e-6:
            return False
        self.level += 1
        return True

    @property
    def wait(self) -> float:
        """Seconds until a call fits."""
        return max(0.0, (self.level + 1 - self.size) / self.rate)


class Limits:
    """The buckets of a mall."""

    def __init__(self, settings: Cafe24Settings) -> None:
        self._settings = settings
        self._lock = Lock()
        self._buckets: dict[str, Bucket] = {}
        self._calls = Bucket(settings.usage_calls, settings.rate * 10)

    def take(self, endpoint: str, now: datetime) -> dict[str, str]:
        """The headers of a call that is let through. Raises a 429, with the headers of one."""
        size = self._settings.small_buckets.get(endpoint, self._settings.slots)
        with self._lock:
            new = Bucket(size, self._settings.rate)
            bucket = self._buckets.setdefault(endpoint, new)
            fits = bucket.take(now) and self._calls.take(now)
            headers = {"X-Api-Call-Limit": f"{math.ceil(bucket.level)}/{size}"} | self._usage()
            if fits:
                return headers
            if self._settings.retry_after:
                headers["Retry-After"] = str(math.ceil(max(bucket.wait, self._calls.wait)))
        raise Refused(429, self._settings.messages[429], headers)

    def _usage(self) -> dict[str, str]:
        if not self._settings.usage_headers:
            return {}
        used = self._calls.level / self._calls.size * 100
        remain = self._calls.wait / self._settings.remain_unit.total_seconds()
        return {
            "X-Cafe24-Call-Usage": f"{used:.2f}",
            "X-Cafe24-Call-Remain": str(math.ceil(remain)),
            "X-Cafe24-Time-Usage": f"{used * _TIME_SHARE:.2f}",
            "X-Cafe24-Time-Remain": "0",
        }
