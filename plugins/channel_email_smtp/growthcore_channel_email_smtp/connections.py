"""Sessions kept open from batch to batch. Nothing of GrowthCore."""

from __future__ import annotations

import threading
import time
import weakref
from collections.abc import Sequence

from growthcore_channel_email_smtp.server import Misconfigured, Server, Unreachable
from growthcore_channel_email_smtp.smtp import Answer, Envelope, Session, Status, side_by_side

IDLE_SECONDS = 30.0
"""How long a session is kept unused; most servers close it only after minutes."""
_WORTH_IT = 25
"""So many messages at the least for each of several sessions: opening one takes several round trips."""


class Connections:
    """The sessions with one server. Safe to share by threads: each delivery has sessions of its own.

    A message takes a round trip: ``at_once`` is how many sessions a delivery may use in turns.
    """

    def __init__(self, server: Server, *, at_once: int = 1) -> None:
        self._server = server
        self._at_once = at_once
        self._idle: list[tuple[float, Session]] = []
        self._lock = threading.Lock()
        weakref.finalize(self, _close_all, self._idle)

    def deliver(self, envelopes: Sequence[Envelope], *, within: float) -> list[Answer]:
        """Send over kept sessions, or new ones; see :meth:`Session.deliver`.

        Raises :class:`Unreachable` or :class:`Misconfigured` when no session can be had; nothing
        was sent then.
        """
        wanted = max(1, min(self._at_once, len(envelopes) // _WORTH_IT))
        kept = self._take(wanted)
        sessions = self._filled_up(kept, wanted)
        count = len(sessions)
        done = self._deliver(sessions, [envelopes[n::count] for n in range(count)], within)
        if len(kept) == count and all(map(_gone_before, done)):
            return self._deliver([self._server.open()], [envelopes], within)[0]
        return [done[n % count][n // count] for n in range(len(envelopes))]

    def _filled_up(self, kept: Sequence[Session], wanted: int) -> list[Session]:
        """Kept sessions and new ones, at least one. How many the server takes is learned."""
        sessions = list(kept) or [self._server.open()]
        try:
            while len(sessions) < wanted:
                sessions.append(self._server.open())
        except (Unreachable, Misconfigured):
            self._at_once = len(sessions)
        return sessions

    def _deliver(
        self, sessions: Sequence[Session], shares: Sequence[Sequence[Envelope]], within: float
    ) -> list[list[Answer]]:
        pairs = zip(sessions, shares, strict=True)
        try:
            answers = side_by_side([each.delivery(share, within=within) for each, share in pairs])
        except BaseException:
            _close_all([(0.0, each) for each in sessions])
            raise
        with self._lock:
            now = time.monotonic()
            self._idle += [(now, each) for each in sessions if each.usable]
        return answers

    def _take(self, count: int) -> list[Session]:
        """The sessions used last, unless they have been idle for too long; those are closed."""
        now = time.monotonic()
        with self._lock:
            late = [each for each in self._idle if now - each[0] > IDLE_SECONDS]
            fresh = [each for each in self._idle if now - each[0] <= IDLE_SECONDS]
            self._idle[:], taken = fresh[:-count], [session for _, session in fresh[-count:]]
        _close_all(late)
        return taken


def _gone_before(answers: Sequence[Answer]) -> bool:
    """Whether a kept session turned out to be over when it was to be used again."""
    first = answers[0]
    over = first.reply is not None and first.reply.code == 421
    return first.status is Status.NOT_SENT or (over and first.status is Status.TRANSIENT)


def _close_all(sessions: list[tuple[float, Session]]) -> None:
    while sessions:
        sessions.pop()[1].quit()
