"""What the database said a moment ago."""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable
from typing import Any, TypeVar, cast

T = TypeVar("T")

_MOST = 1_000


class Remembered:
    """Answers a process goes by for ``fresh`` seconds before it asks again.

    Two threads may ask at once. What raised is not remembered.
    """

    def __init__(self, fresh: float, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._fresh = fresh
        self._monotonic = monotonic
        self._answers: dict[Hashable, tuple[float, Any]] = {}

    def get(self, key: Hashable, ask: Callable[[], T]) -> T:
        """The answer to ``key``, which ``ask`` finds."""
        now = self._monotonic()
        found = self._answers.get(key)
        if found is not None and now - found[0] < self._fresh:
            return cast("T", found[1])
        answer = ask()
        if len(self._answers) >= _MOST:
            self._answers = {}
        self._answers[key] = (now, answer)
        return answer
