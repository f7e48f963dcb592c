"""Writing answers down after they were given, those of a moment together."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable

from sqlalchemy.exc import DBAPIError
from structlog import get_logger

from growthcore.core import Core
from growthcore.recommendations import receipts, records
from growthcore.recommendations.records import Record

log = get_logger()

_MOST = 1_000
"""More than wait for a writer than this are left out: they explain, nothing counts on them."""


class Journal:
    """Keeps the answers of one process.

    Whoever comes while nobody writes does, and goes on with what arrives meanwhile: no thread of
    its own, and a transaction holds as many answers as there are at once. Once a minute is full,
    nothing is asked any more until the next.
    """

    def __init__(self, core: Core) -> None:
        self._core = core
        self._waiting: deque[Record] = deque(maxlen=_MOST)
        self._writing = threading.Lock()
        self._full = -1

    def write(self, record: Callable[[], Record]) -> None:
        """Write an answer down now, or leave it to who is writing. What fails is only logged."""
        if not self._core.settings.receipts_per_minute or self._full == self._minute():
            return
        self._waiting.append(record())
        while self._waiting and self._writing.acquire(blocking=False):
            try:
                self._keep()
            finally:
                self._writing.release()

    def _keep(self) -> None:
        batch = [self._waiting.popleft() for _ in range(len(self._waiting))]
        minute = self._minute()
        try:
            if batch and not records.keep(self._core, batch):
                self._full = minute
                self._waiting.clear()
        except DBAPIError as error:
            log.warning("recommendation.not_recorded", answers=len(batch), error=str(error.orig))

    def _minute(self) -> int:
        return receipts.first_of(self._core.clock.now())
