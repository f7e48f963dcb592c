"""Requests that arrive at once are written at once.

A transaction costs far more than the rows of one request, and SQLite lets one writer in at a time.
So a request that has to wait for its turn is carried along by the one whose turn it is. There is no
thread of its own to start, to fork or to stop: whoever waits longest leads.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from sqlalchemy.exc import DBAPIError, OperationalError

from growthcore.web.storefront.intake import Answer, Intake

T = TypeVar("T")
A = TypeVar("A")


@dataclass(eq=False)
class _Turn(Generic[T, A]):
    """One request's part. ``alone``: written with others it failed, so it is written by itself."""

    item: T
    size: int
    answer: A | None = None
    error: OperationalError | None = None
    alone: bool = False


class Together(Generic[T, A]):
    """Carries items through ``write``, which takes several and answers each, in order.

    ``size`` says how much of :attr:`most` an item takes up. A failure costs only whose it is: the
    items of a failed write are written again one by one, each by its own thread. A database that is
    busy or away fails them all, for them to come again.
    """

    def __init__(
        self, write: Callable[[Sequence[T]], Sequence[A]], *, size: Callable[[T], int], most: int
    ) -> None:
        self._write = write
        self._size = size
        self._most = most
        self._waiting: list[_Turn[T, A]] = []
        self._arriving = threading.Lock()
        self._writing = threading.Lock()

    def __call__(self, item: T) -> A:
        """Write ``item``, perhaps with others; returns once that is committed."""
        turn: _Turn[T, A] = _Turn(item, self._size(item))
        with self._arriving:
            self._waiting.append(turn)
        while turn.answer is None:
            with self._writing:
                if turn.error:
                    raise turn.error
                if turn.alone:
                    turn.answer = self._write([item])[0]
                elif turn.answer is None:
                    self._lead()
        return turn.answer

    def _lead(self) -> None:
        turns = self._next()
        try:
            answers = self._write([turn.item for turn in turns])
        except OperationalError as error:
            for turn in turns:
                turn.error = error
        except DBAPIError:
            _part(turns)
        else:
            for turn, answer in zip(turns, answers, strict=True):
                turn.answer = answer
        finally:
            # Whatever else went wrong is the leader's to report; the others must not wait for it.
            _part([turn for turn in turns if turn.answer is None])

    def _next(self) -> list[_Turn[T, A]]:
        with self._arriving:
            taken, room = 1, self._most - self._waiting[0].size
            while taken < len(self._waiting) and self._waiting[taken].size <= room:
                room -= self._waiting[taken].size
                taken += 1
            turns, self._waiting = self._waiting[:taken], self._waiting[taken:]
        return turns


def _part(turns: Sequence[_Turn[T, A]]) -> None:
    for turn in turns:
        turn.alone = True


Writer = Together[Intake, Answer]
