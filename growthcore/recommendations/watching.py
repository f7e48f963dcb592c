"""How far a training is, for people to see; and the end of one that was cancelled or takes too long."""

from __future__ import annotations

import time
from collections.abc import Callable

from sqlalchemy import select, update

from growthcore.api import TrainingStopped
from growthcore.core import Core
from growthcore.recommendations.models import Model

EVERY = 2.0
"""Seconds between two looks at the database."""
LONGEST = 50 * 60.0
"""Seconds a training may take: less than the lease, after which another worker begins it anew."""


class Watch:
    """What a training reports to, as often as it likes."""

    def __init__(
        self, core: Core, model_id: int, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._core, self._model_id, self._monotonic = core, model_id, monotonic
        self._began = self._last = monotonic()

    def report(self, share: float) -> None:
        """Note how far it is. Raises :class:`TrainingStopped` when it is to end."""
        now = self._monotonic()
        if now - self._last < EVERY:
            return
        self._last = now
        if now - self._began > LONGEST:
            minutes = int(LONGEST // 60)
            raise TrainingStopped(f"It took longer than {minutes} minutes; learn from fewer days.")
        if self._noted(min(max(share, 0.0), 1.0)):
            raise TrainingStopped("Somebody stopped it. The last good version stays in use.")

    def _noted(self, share: float) -> bool:
        """Whether somebody wants it to end."""
        mine = Model.id == self._model_id
        with self._core.db.unit() as session:
            if share:
                session.execute(update(Model).where(mine).values(training_share=share))
            return bool(session.scalar(select(Model.training_stopped).where(mine)))
