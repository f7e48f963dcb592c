"""How far a training is, for people to see; and the end of one that was cancelled or takes too long."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta
from functools import partial

from sqlalchemy import select, update

from growthcore.api import TrainingStopped
from growthcore.core import Core
from growthcore.recommendations.models import Model
from growthcore.settings import Settings

EVERY = 2.0
"""Seconds between two looks at the database."""
_GRACE = timedelta(minutes=5)
"""What is left, beyond its limit, to an algorithm that seldom reports."""


def lease(settings: Settings) -> timedelta:
    """After that, whoever trains or compares is ended, and what never ended is another worker's."""
    return timedelta(minutes=settings.training_minutes) + _GRACE


def too_long(settings: Settings) -> TrainingStopped:
    """What ends a training or a comparison at its limit, and says which setting that is."""
    return TrainingStopped(
        f"It took longer than {settings.training_minutes} minutes; learn from fewer days, "
        "or raise GROWTHCORE_TRAINING_MINUTES."
    )


class Watch:
    """What a training reports to, as often as it likes.

    ``note`` writes down how far it is, and says whether somebody wants it to end.
    """

    def __init__(
        self,
        settings: Settings,
        note: Callable[[float], bool],
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._settings, self._note, self._monotonic = settings, note, monotonic
        self._began = self._last = monotonic()

    def report(self, share: float) -> None:
        """Note how far it is. Raises :class:`TrainingStopped` when it is to end."""
        now = self._monotonic()
        if now - self._last < EVERY:
            return
        self._last = now
        if now - self._began > self._settings.training_minutes * 60:
            raise too_long(self._settings)
        if self._note(min(max(share, 0.0), 1.0)):
            raise TrainingStopped("Somebody stopped it. The last good version stays in use.")


def of_model(core: Core, model_id: int) -> Watch:
    """A watch over a model's training."""
    return Watch(core.settings, partial(_noted, core, model_id))


def _noted(core: Core, model_id: int, share: float) -> bool:
    mine = Model.id == model_id
    with core.db.unit() as session:
        if share:
            session.execute(update(Model).where(mine).values(training_share=share))
        return bool(session.scalar(select(Model.training_stopped).where(mine)))
