"""Writing answers down after they were given, those of a moment together."""

from __future__ import annotations

import threading
from collections import Counter, deque
from collections.abc import Callable, Collection, Iterable, Sequence

from sqlalchemy.exc import DBAPIError
from structlog import get_logger

from growthcore.core import Core
from growthcore.recommendations import receipts, records
from growthcore.recommendations.records import Record
from growthcore.recommendations.rules import counting
from growthcore.recommendations.rules.counting import Counts

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
        self._counts: Counts = Counter()
        self._counting = threading.Lock()
        self._counted = -1
        self._writing = threading.Lock()
        self._full = -1

    def write(
        self, given: Sequence[Callable[[], Record]], rules: Iterable[Collection[int]] = ()
    ) -> None:
        """Write answers down now, or leave it to who is writing. What fails is only logged.

        ``rules`` are those that changed each. They are counted whether or not the answers are kept:
        together with those that are, else once a minute.
        """
        now = self._core.clock.now()
        counts = counting.of_answers(rules, now)
        if counts:
            self._count(counts)
        minute = receipts.first_of(now)
        if self._core.settings.receipts_per_minute and self._full != minute:
            self._waiting.extend(record() for record in given)
        while (self._waiting or self._counts_are_due(minute)) and self._writing.acquire(
            blocking=False
        ):
            try:
                self._keep(minute)
            finally:
                self._writing.release()

    def _counts_are_due(self, minute: int) -> bool:
        return bool(self._counts) and self._counted != minute

    def _count(self, counts: Counts) -> None:
        with self._counting:
            self._counts.update(counts)

    def _keep(self, minute: int) -> None:
        batch = [self._waiting.popleft() for _ in range(len(self._waiting))]
        with self._counting:
            counts, self._counts = self._counts, Counter()
        self._counted = minute
        try:
            if not records.keep(self._core, batch, counts):
                self._full = minute
                self._waiting.clear()
        except DBAPIError as error:
            self._count(counts)
            log.warning("recommendation.not_recorded", answers=len(batch), error=str(error.orig))
