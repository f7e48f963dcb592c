"""Calls of plugin code that somebody waits for: in time, or without it.

What fails three times in a row, or takes too long, is left alone for half a minute; then one call tries
it (a circuit breaker: https://martinfowler.com/bliki/CircuitBreaker.html).
"""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Sequence
from enum import StrEnum
from multiprocessing import parent_process
from time import monotonic
from typing import Generic, TypeVar

from growthcore.plugins.threads import Threads, Work

FAILURES = 3
REST = 30.0
"""Seconds."""
MOST_LEFT = 16
"""So many calls that never returned are one process's share."""

A = TypeVar("A")
B = TypeVar("B")


class Missed(StrEnum):
    """Why a call has no answer; ``RESTING``: it was not made."""

    FAILED = "failed"
    TIMED_OUT = "timed_out"
    RESTING = "resting"


Told = Callable[[Missed | None], None]
"""Told why something is left alone from now on, or None: it works again."""


def renew_process() -> None:
    """Have this process replaced by a new one.

    A web server's is by that, which Granian does without a gap: the new one serves before this one ends.
    Any other ends what it has begun, and then itself; whoever started it starts another.
    """
    server = parent_process()
    if server is not None and server.pid is not None:
        os.kill(server.pid, signal.SIGHUP)
    else:
        os.kill(os.getpid(), signal.SIGTERM)


class Breaker:
    """Whether to call something, by how the last calls went. ``now`` are seconds of any origin."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._lock = threading.Lock()
        self._failures = 0
        self._rests_until = 0.0
        self._tries = False

    def admits(self, *, trial: bool = True) -> bool:
        """Whether to call it; after its rest a single call, and none but as a ``trial``."""
        if self._failures < FAILURES:
            return True
        with self._lock:
            if not trial or self._now() < self._rests_until:
                return False
            self._tries, self._rests_until = True, self._now() + REST
            return True

    def succeeded(self) -> bool:
        """A call went well; True when it rested before."""
        with self._lock:
            rested, self._failures, self._tries = self._failures >= FAILURES, 0, False
        return rested

    def failed(self) -> bool:
        """A call did not; True when it rests from now on."""
        with self._lock:
            self._failures += 1
            if self._failures != FAILURES and not self._tries:
                return False
            self._tries, self._rests_until = False, self._now() + REST
            return True


class Calls:
    """What is called in one process, by name. Safe to share by threads.

    A call may take ``seconds``. ``worn_out`` is called, once, when too many never returned.
    """

    def __init__(
        self,
        seconds: float,
        *,
        worn_out: Callable[[], None] = lambda: None,
        now: Callable[[], float] = monotonic,
    ) -> None:
        self.worn_out = worn_out
        self._seconds = seconds
        self._now = now
        self._threads = Threads(MOST_LEFT, self._wear_out)
        self._breakers: dict[str, Breaker] = {}

    def _wear_out(self) -> None:
        self.worn_out()

    def each(
        self, name: str, call: Callable[[A], B | None], given: Sequence[A], told: Told
    ) -> list[B | Missed]:
        """What ``call`` makes of each, in order; it returns None when it fails."""
        breaker = self._breakers.get(name) or self._breakers.setdefault(name, Breaker(self._now))
        found: list[B | Missed] = []
        while len(found) < len(given):
            if not breaker.admits(trial=not self._threads.is_full):
                return [*found, *[Missed.RESTING] * (len(given) - len(found))]
            batch = _Batch(call, given[len(found) :], breaker, told)
            in_time = self._threads.run(batch, self._seconds)
            found += batch.found
            if not in_time:
                found.append(Missed.TIMED_OUT)
                if breaker.failed():
                    told(Missed.TIMED_OUT)
        return found


class _Batch(Work, Generic[A, B]):
    """Calls one after the other."""

    def __init__(
        self, call: Callable[[A], B | None], given: Sequence[A], breaker: Breaker, told: Told
    ) -> None:
        super().__init__()
        self.found: list[B | Missed] = []
        self._call = call
        self._given = given
        self._breaker = breaker
        self._told = told

    def do(self) -> None:
        """Until all are made, one takes too long, or the rest is not worth trying."""
        for each in self._given:
            if self.found and not self._breaker.admits(trial=False):
                return
            self.begun = monotonic()
            try:
                found = self._call(each)
            except SystemExit:
                found = None
            with self.lock:
                if self.left:
                    return
                self.found.append(Missed.FAILED if found is None else found)
            self._note(found is not None)

    def _note(self, went_well: bool) -> None:
        if went_well and self._breaker.succeeded():
            self._told(None)
        elif not went_well and self._breaker.failed():
            self._told(Missed.FAILED)
