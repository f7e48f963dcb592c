"""Answers made one after the other, and those of a moment together.

Python computes in one thread at a time. Threads that all compute keep taking turns in the middle of
their work, and with a database inside the process, which lets go of the interpreter for moments, that
takes as long as the answers themselves. So they take turns answer by answer, and whoever's turn it is
answers those who wait with a question of the same kind: many answers are made in the time of a few.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Hashable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

from structlog import get_logger

log = get_logger()

A = TypeVar("A")
B = TypeVar("B")

_LONGEST = 0.05
"""Seconds: who waited that long goes on beside whoever is at it, such as with an algorithm that hangs."""
_ANSWERED = 10.0
"""Seconds: an answer takes less, for what an algorithm may take is bounded."""


class _Waiting:
    """A question, woken when it ``is_answered`` or when it is the one to be answered next."""

    __slots__ = ("answer", "is_answered", "leads", "question", "woken")

    def __init__(self, question: Any) -> None:
        self.question = question
        self.answer: Any = None
        self.is_answered = self.leads = False
        self.woken = threading.Lock()
        self.woken.acquire()


class _Queue:
    """Questions of one kind that wait while others of it are answered."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.waiting: deque[_Waiting] = deque()
        self.is_led = False

    def join(self, mine: _Waiting) -> None:
        """Wait in it, or lead where nobody does."""
        with self.lock:
            self.waiting.append(mine)
            mine.leads, self.is_led = not self.is_led, True

    def leave(self, mine: _Waiting) -> bool:
        """Wait no longer; False for one that is being answered already, or leads."""
        with self.lock:
            if mine.leads or mine not in self.waiting:
                return False
            self.waiting.remove(mine)
            return True

    def take(self) -> list[_Waiting]:
        """All who wait."""
        with self.lock:
            taken = list(self.waiting)
            self.waiting.clear()
        return taken

    def pass_on(self) -> None:
        """Have the next one lead."""
        with self.lock:
            if self.waiting:
                self.waiting[0].leads = True
                self.waiting[0].woken.release()
            else:
                self.is_led = False


class Turns:
    """Whose turn it is in this process; everybody's at once where ``alone`` is False.

    A database on the other side of a wire is waited for: then others had better go on.
    """

    def __init__(self, *, alone: bool, longest: float = _LONGEST) -> None:
        self._lock = threading.Lock()
        self._alone = alone
        self._longest = longest
        self._queues: dict[Hashable, _Queue] = {}

    @contextmanager
    def one(self) -> Iterator[None]:
        """Take a turn, or go on without after a while."""
        taken = self._alone and self._lock.acquire(timeout=self._longest)
        try:
            yield
        finally:
            if taken:
                self._lock.release()

    def together(
        self, kind: Hashable, question: A, answer: Callable[[Sequence[A]], Sequence[B]]
    ) -> B:
        """What ``answer`` makes of a question, among others of its ``kind`` that wait.

        There must be few kinds. Raises what ``answer`` raises for this question alone.
        """
        if not self._alone:
            return answer([question])[0]
        mine, queue = _Waiting(question), self._queues.setdefault(kind, _Queue())
        queue.join(mine)
        is_woken = mine.leads or mine.woken.acquire(timeout=self._longest)
        if not is_woken and not queue.leave(mine):
            # What is being answered is waited for: twice the work would make it later still.
            mine.woken.acquire(timeout=_ANSWERED)
        if mine.leads:
            self._lead(queue, answer)
        found: B = mine.answer if mine.is_answered else answer([question])[0]
        return found

    def _lead(self, queue: _Queue, answer: Callable[[Sequence[Any]], Sequence[Any]]) -> None:
        """Answer all who wait. Where that fails, each is answered by itself."""
        asked: Sequence[_Waiting] = ()
        try:
            with self.one():
                # Whoever is about to come in does so now.
                time.sleep(0)
                asked = queue.take()
                try:
                    found = answer([each.question for each in asked])
                except Exception as error:  # noqa: BLE001 - raised to whoever has that question
                    log.info("answers.not_together", answers=len(asked), error=type(error).__name__)
                else:
                    _tell(asked, found)
        finally:
            queue.pass_on()
            for each in asked:
                if not each.leads:
                    each.woken.release()


def _tell(asked: Sequence[_Waiting], found: Sequence[Any]) -> None:
    for each, answer in zip(asked, found, strict=True):
        each.answer, each.is_answered = answer, True
