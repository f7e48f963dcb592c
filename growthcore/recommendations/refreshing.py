"""Taking up what happened between two trainings, within a minute or so.

Only algorithms that say so are refreshed. What comes out takes the place of the active version's files,
under the same version: the next training begins anew anyway.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import exists, select
from sqlalchemy.orm import Session
from structlog import get_logger

from growthcore.api import Algorithm, Arrays, GrowthCoreError
from growthcore.catalog.models import Product
from growthcore.core import Core
from growthcore.db.unit_of_work import after_commit
from growthcore.events.models import EventItem
from growthcore.recommendations import artifacts, params, versions
from growthcore.recommendations.artifacts import Draft
from growthcore.recommendations.interactions import StoredInteractions
from growthcore.recommendations.models import Artifact, Model, State

EVERY = timedelta(seconds=40)
"""A model is refreshed no more often."""

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
        if since(artifact) <= now - EVERY and _is_news(session, since(artifact))
    ]


def since(artifact: Artifact) -> datetime:
    """Up to when an artifact knows what happened."""
    return artifact.refreshed_at or artifact.trained_at


def _is_news(session: Session, at: datetime) -> bool:
    events = exists().where(EventItem.occurred_at > at)
    products = exists().where(Product.updated_at > at)
    return bool(session.scalar(select(events | products)))


def refresh(core: Core, model_id: int) -> bool:
    """Refresh a model; whether anything changed. Safe to call twice, and at any time."""
    now = core.clock.now()
    with core.db.read() as session:
        model = session.get(Model, model_id)
        active = session.scalar(
            select(Artifact).where(Artifact.model_id == model_id, Artifact.state == State.ACTIVE)
        )
    algorithm = core.plugins.algorithms.get(model.algorithm) if model else None
    if model is None or active is None or algorithm is None or not algorithm.refreshes:
        return False
    try:
        arrays = _refreshed(core, model, active, algorithm, now)
        draft = (
            artifacts.write(versions.folder(core.settings, model.slug), arrays) if arrays else None
        )
    except (GrowthCoreError, OSError) as error:
        log.warning("model.refresh_failed", model=model.slug, error=type(error).__name__)
        return False
    try:
        return _keep(core, model, active, draft, now)
    finally:
        if draft is not None:
            draft.discard()


def _refreshed(
    core: Core, model: Model, active: Artifact, algorithm: Algorithm, now: datetime
) -> Arrays:
    if active.path is None or active.sha256 is None:
        return {}
    given = params.load(algorithm, model.params)
    known = artifacts.read(core.settings.data_dir.resolve() / active.path, active.sha256)
    with (
        StoredInteractions(core.db, now) as news,
        core.plugins.guarded("algorithm", algorithm.id),
    ):
        arrays = algorithm.refresh(known, news, since(active), given)
    return artifacts.check(arrays)


def _keep(core: Core, model: Model, active: Artifact, draft: Draft | None, now: datetime) -> bool:
    """Put the files in place, unless a training did so in the meantime."""
    root = core.settings.data_dir.resolve()
    with core.db.unit() as session:
        session.get(Model, model.id, with_for_update=True)
        row = session.get(Artifact, active.id)
        if row is None or row.state != State.ACTIVE or row.sha256 != active.sha256:
            return False
        row.refreshed_at = now
        if draft is None:
            return False
        place = versions.folder(core.settings, model.slug) / f"{row.version}-{int(now.timestamp())}"
        draft.publish(place)
        if row.path:
            after_commit(session, "remove", partial(artifacts.remove, root / row.path))
        row.path = place.relative_to(root).as_posix()
        row.sha256, row.size = draft.sha256, draft.size
    return True
