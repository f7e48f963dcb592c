"""Threads that do what somebody waits for, for a bounded time, and are left behind after that.

No thread can be ended from outside. So who waits goes on when the time is over, and the thread comes
back if its work ever ends. All of them are daemons: none keeps a process from ending.
"""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from collections.abc import Callable
from queue import Empty, SimpleQueue
from time import monotonic

_IDLE = 60.0
"""Seconds after which a thread that has nothing to do ends."""


class Work(ABC):
    """Steps to be done in another thread, which take a bounded time each.

    ``begun`` is when the step in hand began; under ``lock``, ``left`` says that nobody waits any more.
    """

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.begun = 0.0
        self.left = False
        self.ended = False
        self.error: BaseException | None = None
        self.over = threading.Lock()
        self.over.acquire()

    @abstractmethod
    def do(self) -> None:
        """Do it all, setting ``begun`` at every step; stop once it is ``left``."""


_Inbox = SimpleQueue[Work]


class Threads:
    """As many threads as are waited for, and those left behind.

    ``full`` is called, once, when ``most`` are left behind: only a new process is rid of them.
    """

    def __init__(self, most: int, full: Callable[[], None]) -> None:
        self.left = 0
        self._most = most
        self._full = full
        self._idle: list[_Inbox] = []
        self._lock = threading.Lock()

    @property
    def is_full(self) -> bool:
        """Whether no more should be risked here."""
        return self.left >= self._most

    def run(self, work: Work, seconds: float) -> bool:
        """Have it done; False when a step took longer than that and was left behind.

        Raises what the work raises.
        """
        inbox = self._inbox()
        work.begun = monotonic()
        inbox.put(work)
        while not work.over.acquire(timeout=max(0.0, work.begun + seconds - monotonic())):
            if monotonic() >= work.begun + seconds and self._leave(work):
                return False
        if work.error is not None:
            raise work.error
        return True

    def _inbox(self) -> _Inbox:
        """That of an idle thread, the last one that was busy, or of a new one."""
        with self._lock:
            if self._idle:
                return self._idle.pop()
        inbox: _Inbox = SimpleQueue()
        threading.Thread(
            name="growthcore-call", target=self._serve, args=[inbox], daemon=True
        ).start()
        return inbox

    def _leave(self, work: Work) -> bool:
        with work.lock:
            if work.ended:
                return False
            work.left = True
        with self._lock:
            self.left += 1
            fills = self.left == self._most
        if fills:
            self._full, full = _nothing, self._full
            full()
        return True

    def _serve(self, inbox: _Inbox) -> None:
        while work := self._next(inbox):
            try:
                work.do()
            except BaseException as error:  # noqa: BLE001 - raised where it is waited for
                work.error = error
            self._ended(work, inbox)
            del work  # Nothing it holds is kept while there is nothing to do.

    def _next(self, inbox: _Inbox) -> Work | None:
        """What to do next; None when there was nothing for long."""
        while True:
            try:
                return inbox.get(timeout=_IDLE)
            except Empty:
                with self._lock:
                    # Unless somebody has just taken it to put work in.
                    if inbox in self._idle:
                        self._idle.remove(inbox)
                        return None

    def _ended(self, work: Work, inbox: _Inbox) -> None:
        """Note that, and that the thread of the ``inbox`` is free again."""
        with work.lock:
            work.ended = True
        with self._lock:
            self.left -= work.left
            self._idle.append(inbox)
        work.over.release()


def _nothing() -> None:
    pass
