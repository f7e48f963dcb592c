"""Models that fail to answer, told to whoever looks: each process finds out for itself, and tells."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import update
from sqlalchemy.orm import Session
from structlog import get_logger

from growthcore.core import Core, Queue
from growthcore.plugins.calls import REST, Missed
from growthcore.recommendations.models import Model

log = get_logger()

_LASTS = timedelta(seconds=3 * REST)
"""Whoever has the trouble tells of it anew each time it tries; who may have ended, does not."""


def tell(core: Core, slug: str, why: Missed | None) -> None:
    """Say that a model is not asked for a while, or is again. Nobody waits for that to be written."""
    if why is None:
        log.info("recommendation.recovered", model=slug)
    else:
        log.warning("recommendation.resting", model=slug, why=str(why))
    core.jobs.enqueue(Queue.BACKGROUND, "note_trouble", slug, str(why or ""))


def note(session: Session, slug: str, why: str, *, at: datetime) -> None:
    """Write down why a model is not asked, or with no reason that it is again."""
    trouble = {"trouble": why or None, "troubled_at": at if why else None}
    session.execute(update(Model).where(Model.slug == slug).values(trouble))


def of(model: Model, *, now: datetime) -> str | None:
    """Why a model is not asked at this time, somewhere at least."""
    is_new = model.troubled_at is not None and now - model.troubled_at < _LASTS
    return model.trouble if is_new else None
