"""Sessions kept open from batch to batch. Nothing of GrowthCore."""

from __future__ import annotations

import threading
import time
import weakref
from collections.abc import Sequence

from growthcore_channel_email_smtp.server import Server
from growthcore_channel_email_smtp.smtp import Answer, Envelope, Session, Status

IDLE_SECONDS = 30.0
"""How long a session is kept unused; most servers close it only after minutes."""


class Connections:
    """The sessions with one server. Safe to share by threads: each delivery has its own session."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._idle: list[tuple[float, Session]] = []
        self._lock = threading.Lock()
        weakref.finalize(self, _close_all, self._idle)

    def deliver(self, envelopes: Sequence[Envelope], *, within: float) -> list[Answer]:
        """Send over a kept session, or a new one; see :meth:`Session.deliver`.

        Raises :class:`Unreachable` or :class:`Misconfigured` when no session can be had; nothing
        was sent then.
        """
        session = self._take()
        if session:
            answers = self._deliver(session, envelopes, within)
            if not _gone_before(answers):
                return answers
        return self._deliver(self._server.open(), envelopes, within)

    def _deliver(
        self, session: Session, envelopes: Sequence[Envelope], within: float
    ) -> list[Answer]:
        try:
            answers = session.deliver(envelopes, within=within)
        except BaseException:
            session.close()
            raise
        if session.usable:
            with self._lock:
                self._idle.append((time.monotonic(), session))
        return answers

    def _take(self) -> Session | None:
        """The session used last, unless it has been idle for too long; those are closed."""
        now = time.monotonic()
        with self._lock:
            late = [each for each in self._idle if now - each[0] > IDLE_SECONDS]
            self._idle[:] = [each for each in self._idle if now - each[0] <= IDLE_SECONDS]
            session = self._idle.pop()[1] if self._idle else None
        _close_all(late)
        return session


def _gone_before(answers: Sequence[Answer]) -> bool:
    """Whether a kept session turned out to be over when it was to be used again."""
    first = answers[0]
    over = first.reply is not None and first.reply.code == 421
    return first.status is Status.NOT_SENT or (over and first.status is Status.TRANSIENT)


def _close_all(sessions: list[tuple[float, Session]]) -> None:
    while sessions:
        sessions.pop()[1].quit()
