"""Taking up what happened between two trainings, within a minute or so.

Only algorithms that say so are refreshed. What comes out is answered from instead of the active version's
files, under the same version; those stay, to fall back to. The next training begins anew anyway.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import exists, select, update
from sqlalchemy.orm import Session
from structlog import get_logger

from growthcore.api import Algorithm, GrowthCoreError
from growthcore.catalog.models import Product
from growthcore.core import Core
from growthcore.db.unit_of_work import after_commit
from growthcore.events.models import Event
from growthcore.recommendations import artifacts, params, versions
from growthcore.recommendations.artifacts import Draft
from growthcore.recommendations.interactions import StoredInteractions
from growthcore.recommendations.models import Artifact, Model, State

EVERY = timedelta(seconds=40)
"""A model is refreshed no more often."""
REST = 4
"""Nor sooner than so many times as long as it took the last time: a large shop's worker has other work."""

_UNCOMMITTED = timedelta(seconds=10)
"""What was received so shortly before a refresh may not have been there to be read."""

log = get_logger()


def due(core: Core, session: Session) -> list[int]:
    """Models whose algorithm can take up what is new, where there is something new."""
    now = core.clock.now()
    names = [
        each.id for each in core.plugins.algorithms.values() if each.refreshes and each.trained
    ]
    rows = session.execute(
        select(Model, Artifact)
        .join(Artifact, Artifact.model_id == Model.id)
        .where(
            Model.enabled.is_(True),
            Model.algorithm.in_(names),
            Model.training_since.is_(None),
            Artifact.state == State.ACTIVE,
        )
        .order_by(Model.id)
    ).all()
    return [
        model.id
        for model, artifact in rows
        if _is_rested(artifact, now) and _is_news(session, since(artifact))
    ]


def since(artifact: Artifact) -> datetime:
    """Up to when an artifact knows what happened."""
    return artifact.refreshed_at or artifact.trained_at


def _is_rested(artifact: Artifact, now: datetime) -> bool:
    last = max(since(artifact), artifact.refresh_tried_at or since(artifact))
    took = timedelta(seconds=artifact.refresh_seconds or 0.0)
    return last <= now - max(EVERY, REST * took)


def _is_news(session: Session, at: datetime) -> bool:
    # When it was received, not when it happened: shops that are asked every few minutes tell late.
    newest = session.scalar(select(Event.received_at).order_by(Event.id.desc()).limit(1))
    if newest is not None and newest > at - _UNCOMMITTED:
        return True
    return bool(session.scalar(select(exists().where(Product.updated_at > at - _UNCOMMITTED))))


def refresh(core: Core, model_id: int, monotonic: Callable[[], float] = time.monotonic) -> bool:
    """Refresh a model that has rested; whether anything changed. Safe to call twice, and at any time."""
    now, began = core.clock.now(), monotonic()
    with core.db.read() as session:
        model = session.get(Model, model_id)
        active = session.scalar(
            select(Artifact).where(Artifact.model_id == model_id, Artifact.state == State.ACTIVE)
        )
    algorithm = core.plugins.algorithms.get(model.algorithm) if model else None
    if model is None or active is None or algorithm is None or not algorithm.refreshes:
        return False
    # It may have waited in the queue beside another that did it already.
    if not _is_rested(active, now):
        return False
    _note(core, active, refresh_tried_at=now)
    try:
        draft = _refreshed(core, model, active, algorithm, now)
    except (GrowthCoreError, OSError) as error:
        log.warning("model.refresh_failed", model=model.slug, error=type(error).__name__)
        _note(core, active, refresh_seconds=monotonic() - began)
        return False
    try:
        return _keep(core, active, draft, now, monotonic() - began)
    finally:
        if draft is not None:
            draft.discard()


def _note(core: Core, active: Artifact, **values: object) -> None:
    with core.db.unit() as session:
        session.execute(update(Artifact).where(Artifact.id == active.id).values(values))


def _refreshed(
    core: Core, model: Model, active: Artifact, algorithm: Algorithm, now: datetime
) -> Draft | None:
    files = versions.files(core.settings, active)
    if files is None:
        return None
    given = params.load(algorithm, model.params)
    known = artifacts.read_whole(*files)
    with (
        StoredInteractions(core.db, now) as news,
        core.plugins.guarded("algorithm", algorithm.id),
    ):
        arrays = artifacts.check(algorithm.refresh(known.arrays, news, since(active), given))
    if not arrays:
        return None
    return artifacts.write(versions.folder(core.settings, model.slug), arrays, known)


def _keep(core: Core, active: Artifact, draft: Draft | None, now: datetime, took: float) -> bool:
    """Put the files in place, unless a training or another refresh did so in the meantime."""
    root = core.settings.data_dir.resolve()
    with core.db.unit() as session:
        session.get(Model, active.model_id, with_for_update=True)
        row = session.get(Artifact, active.id)
        if row is None or row.path is None or _known(row) != _known(active):
            return False
        row.refreshed_at, row.refresh_seconds = now, took
        if draft is None or draft.sha256 == (row.refreshed_sha256 or row.sha256):
            return False
        place = None
        row.refreshed_path = row.refreshed_sha256 = None
        if draft.sha256 != row.sha256:
            # Else all is again as it was when it was trained.
            place = root / f"{row.path}-{draft.sha256[:12]}"
            draft.publish(place)
            row.refreshed_path = place.relative_to(root).as_posix()
            row.refreshed_sha256 = draft.sha256
        row.size = draft.size
        sweep = partial(versions.remove_refreshes, root / row.path, place)
        after_commit(session, "remove", sweep)
    return True


def _known(artifact: Artifact) -> tuple[str, str | None, str | None]:
    return artifact.state, artifact.sha256, artifact.refreshed_sha256
