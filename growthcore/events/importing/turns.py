"""Transactions of an import, one after another, that leave everybody else their turn."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from sqlalchemy.orm import Session

from growthcore.db.unit_of_work import Database

# A transaction is what the collector may have to wait for, so its rows follow from the seconds it
# may take.
FIRST_ROWS: Final = 500
MOST_ROWS: Final = 5_000
SECONDS: Final = 0.25
# SQLite has one writer, and between transactions others must get in: whoever waits for the lock asks
# again at most every 0.1 seconds.
BETWEEN: Final = {"sqlite": 0.11, "postgresql": 0.0}


class Turns:
    """The import's turns at writing. ``rows`` is how many the next one should take.

    Only the time inside a transaction counts: while rows are read, or the lock is waited for, nobody
    waits for the import.
    """

    def __init__(
        self,
        db: Database,
        *,
        monotonic: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.rows = FIRST_ROWS
        self._db = db
        self._between = BETWEEN[db.dialect]
        self._free_since = float("-inf")
        self._monotonic = monotonic
        self._sleep = sleep

    @contextmanager
    def take(self, rows: int) -> Iterator[Session]:
        """A transaction that writes ``rows`` rows, begun once others could have had a turn."""
        early = self._free_since + self._between - self._monotonic()
        if early > 0:
            self._sleep(early)
        began = None
        try:
            with self._db.unit() as session:
                session.connection()  # On SQLite the lock is ours from here on.
                began = self._monotonic()
                yield session
        finally:
            self._free_since = self._monotonic()
            if began is not None:
                self._learn(rows, self._free_since - began)

    def _learn(self, rows: int, seconds: float) -> None:
        fitting = rows * SECONDS / max(seconds, 0.001)
        self.rows = max(1, min(int(fitting), 2 * self.rows, MOST_ROWS))
