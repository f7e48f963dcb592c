"""The life of a message: which state may follow which.

Pure rules; the ledger enforces them by compare-and-set, and the database by a check.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class State(StrEnum):
    """Where a message stands.

    ``DUE`` waits for its time, ``CLAIMED`` belongs to a worker that has not begun to hand it over,
    ``SENDING`` may already be with the provider. The rest are ends, though an operator or a late
    receipt may still settle ``UNCERTAIN``.
    """

    DUE = "due"
    CLAIMED = "claimed"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    SUPPRESSED = "suppressed"
    UNCERTAIN = "uncertain"


STATES = tuple(state.value for state in State)

FOLLOWS: Mapping[State, frozenset[State]] = {
    State.DUE: frozenset({State.CLAIMED, State.SUPPRESSED}),
    State.CLAIMED: frozenset({State.DUE, State.SENDING, State.SUPPRESSED, State.FAILED}),
    State.SENDING: frozenset({State.SENT, State.FAILED, State.DUE, State.UNCERTAIN}),
    State.UNCERTAIN: frozenset({State.SENT, State.FAILED, State.DUE}),
    State.SENT: frozenset(),
    State.FAILED: frozenset({State.SENT}),
    State.SUPPRESSED: frozenset(),
}
"""What may follow each state.

``UNCERTAIN → DUE`` is an operator's "send again" or the provider's word that the message was certainly
not taken, never the core's own guess. ``FAILED → SENT`` is an operator's replay that was accepted.
"""

PENDING = frozenset({State.DUE, State.CLAIMED, State.SENDING})
FINAL = frozenset({State.SENT, State.FAILED, State.SUPPRESSED, State.UNCERTAIN})


def may_follow(before: State, after: State) -> bool:
    """Whether a message in ``before`` may become ``after``."""
    return after in FOLLOWS[before]
