"""Answers made one after the other.

Python computes in one thread at a time. Threads that all compute keep taking turns in the middle of
their work, and with a database inside the process, which lets go of the interpreter for moments, that
takes as long as the answers themselves. So they take turns answer by answer.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

_LONGEST = 0.05
"""Seconds: who waited that long goes on beside whoever is at it, such as with an algorithm that hangs."""


class Turns:
    """Whose turn it is in this process; everybody's at once where ``alone`` is False.

    A database on the other side of a wire is waited for: then others had better go on.
    """

    def __init__(self, *, alone: bool, longest: float = _LONGEST) -> None:
        self._lock = threading.Lock()
        self._alone = alone
        self._longest = longest

    @contextmanager
    def one(self) -> Iterator[None]:
        """Take a turn, or go on without after a while."""
        taken = self._alone and self._lock.acquire(timeout=self._longest)
        try:
            yield
        finally:
            if taken:
                self._lock.release()
