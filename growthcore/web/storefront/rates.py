"""A ceiling on how often one caller may call."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable

_MOST_CALLERS = 50_000


class TokenBuckets:
    """A token bucket a caller, in this process only: with *n* processes a caller gets *n* times as much.

    It protects the process from one runaway page, which needs no agreement between processes.
    ``rate`` is in calls a second, ``burst`` how many may come at once. The callers longest unseen
    are forgotten first, so memory is bounded.
    """

    def __init__(
        self, rate: float, burst: int, *, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._rate = rate
        self._burst = float(burst)
        self._monotonic = monotonic
        self._buckets: OrderedDict[Hashable, tuple[float, float]] = OrderedDict()
        self._lock = threading.Lock()

    def take(self, caller: Hashable) -> float:
        """Spend one call of ``caller``'s. Returns 0, or the seconds until it may call again."""
        now = self._monotonic()
        with self._lock:
            tokens, seen = self._buckets.pop(caller, (self._burst, now))
            tokens = min(self._burst, tokens + (now - seen) * self._rate)
            allowed = tokens >= 1
            self._buckets[caller] = (tokens - 1 if allowed else tokens, now)
            if len(self._buckets) > _MOST_CALLERS:
                self._buckets.popitem(last=False)
        return 0.0 if allowed else (1 - tokens) / self._rate
