"""The life of a campaign: which state may follow which. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from growthcore.api import InvalidInput, Text


class State(StrEnum):
    """Where a campaign stands.

    ``COMPLETED`` is a one-time campaign none of whose messages waits any more, until an uncertain one
    is to be sent again; a triggered one runs until it is paused or cancelled.
    """

    DRAFT = "draft"
    SCHEDULED = "scheduled"
    RUNNING = "running"
    PAUSED = "paused"
    COMPLETED = "completed"
    CANCELLED = "cancelled"


TITLES: Mapping[State, Text] = {
    State.DRAFT: Text("임시저장", "Draft"),
    State.SCHEDULED: Text("대기", "Waiting"),
    State.RUNNING: Text("진행 중", "Running"),
    State.PAUSED: Text("일시정지", "Paused"),
    State.COMPLETED: Text("완료", "Completed"),
    State.CANCELLED: Text("중지", "Stopped"),
}

FOLLOWS: Mapping[State, frozenset[State]] = {
    State.DRAFT: frozenset({State.SCHEDULED, State.RUNNING}),
    State.SCHEDULED: frozenset({State.DRAFT, State.RUNNING, State.PAUSED, State.CANCELLED}),
    State.RUNNING: frozenset({State.PAUSED, State.COMPLETED, State.CANCELLED}),
    State.PAUSED: frozenset({State.RUNNING, State.CANCELLED}),
    State.COMPLETED: frozenset(),
    State.CANCELLED: frozenset(),
}

ENDED = frozenset({State.COMPLETED, State.CANCELLED})


def require(before: State, after: State) -> None:
    """Raise :class:`InvalidInput` with a sentence unless ``after`` may follow ``before``."""
    if after in FOLLOWS[before]:
        return
    options = ", ".join(sorted(FOLLOWS[before])) or "nothing"
    raise InvalidInput(
        {"state": f"A campaign that is {before} can't become {after}; it can become {options}."}
    )
