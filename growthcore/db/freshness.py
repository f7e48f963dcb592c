"""What a process holds of the database, read again once it is no longer fresh."""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import Lock


class Freshness:
    """Calls ``read`` before what it read is twice ``fresh`` seconds old; threads share it.

    Once it is ``fresh`` seconds old, whoever comes first reads, while the others go by what was read
    last, unless that is twice as old: then they wait.
    """

    def __init__(
        self,
        read: Callable[[], None],
        fresh: float,
        *,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._read = read
        self._fresh = fresh
        self._monotonic = monotonic
        self._lock = Lock()
        self._read_at = float("-inf")

    def ensure(self) -> None:
        """Have it read if it is time."""
        age = self._monotonic() - self._read_at
        if age >= 2 * self._fresh:
            with self._lock:
                if self._monotonic() - self._read_at >= 2 * self._fresh:
                    self._take()
        elif age >= self._fresh and self._lock.acquire(blocking=False):
            try:
                self._take()
            finally:
                self._lock.release()

    def _take(self) -> None:
        # What is written meanwhile is read again the next time.
        now = self._monotonic()
        self._read()
        self._read_at = now
