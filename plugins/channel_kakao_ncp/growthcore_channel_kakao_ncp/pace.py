"""Keeping to so many calls a second."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from threading import Lock


class Pace:
    """Lets ``calls`` go in any second and has the next one wait; threads may share it.

    ``clock`` gives seconds, ``sleep`` waits them.
    """

    def __init__(
        self,
        calls: int,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._recent: deque[float] = deque(maxlen=calls)
        self._clock, self._sleep = clock, sleep
        self._lock = Lock()

    def wait(self) -> None:
        """Return when the next call may go."""
        with self._lock:
            full = len(self._recent) == self._recent.maxlen
            if full and (left := self._recent[0] + 1 - self._clock()) > 0:
                self._sleep(left)
            self._recent.append(self._clock())
