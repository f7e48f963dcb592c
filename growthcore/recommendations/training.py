"""Training: learn outside any transaction, then put the result in the place of the last one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session
from structlog import get_logger

from growthcore.api import Algorithm, Arrays, GrowthCoreError, InvalidInput, TrainingStopped
from growthcore.core import Core
from growthcore.db.unit_of_work import after_commit
from growthcore.operators import audit, workspace
from growthcore.recommendations import artifacts, params, versions, watching
from growthcore.recommendations.artifacts import Draft
from growthcore.recommendations.evaluation import gate
from growthcore.recommendations.interactions import StoredInteractions
from growthcore.recommendations.models import Artifact, Model, State

NIGHT = time(4)
"""When models are trained anew, in the shop's zone: the day before is over, the shop is quiet."""

SOON = timedelta(hours=1)
"""When a training that failed, or found too little, is tried again."""

LEAST_DAYS = 7
"""Days of data from which on figures are trusted; fewer are said."""

log = get_logger()


@dataclass(frozen=True, kw_only=True)
class _Learnt:
    """How a fit ended; ``draft`` are its files, if it gave any.

    ``overruled`` says why it would not have been used, had nobody forced it.
    """

    state: State
    message: str
    interactions: int = 0
    draft: Draft | None = None
    metrics: Mapping[str, Any] | None = None
    overruled: str | None = None


def needs_training(core: Core, session: Session) -> list[int]:
    """The models that are due: new ones at once, others once a night."""
    now = core.clock.now()
    night = _last_night(now, ZoneInfo(workspace.get(session).zone))
    newest = (
        select(Artifact.model_id, func.max(Artifact.version).label("version"))
        .group_by(Artifact.model_id)
        .subquery()
    )
    rows = session.execute(
        select(Model, Artifact)
        .join(newest, newest.c.model_id == Model.id, isouter=True)
        .join(
            Artifact,
            (Artifact.model_id == Model.id) & (Artifact.version == newest.c.version),
            isouter=True,
        )
        .where(Model.enabled.is_(True))
        .order_by(Model.id)
    )
    return [
        model.id
        for model, last in rows
        if _trains(core, model.algorithm)
        and _is_free(core, model, now)
        and _is_due(last, now, night)
    ]


def _last_night(now: datetime, zone: ZoneInfo) -> datetime:
    local = now.astimezone(zone)
    day = local.date() if local.time() >= NIGHT else local.date() - timedelta(days=1)
    return datetime.combine(day, NIGHT, zone)


def _trains(core: Core, algorithm_id: str) -> bool:
    algorithm = core.plugins.algorithms.get(algorithm_id)
    return algorithm is not None and algorithm.trained


def _is_free(core: Core, model: Model, now: datetime) -> bool:
    since = model.training_since
    return since is None or since <= now - watching.lease(core.settings)


def _is_due(last: Artifact | None, now: datetime, night: datetime) -> bool:
    if last is None or last.trained_at < night:
        return True
    soon = (State.FAILED, State.INSUFFICIENT)
    return last.state in soon and last.trained_at <= now - SOON


def train_if_due(core: Core, model_id: int) -> Artifact | None:
    """Train a model, unless somebody else just did or does so. Safe to call twice."""
    with core.db.unit() as session:
        model = _lock(session, model_id)
        if model is None or model_id not in needs_training(core, session):
            return None
        _begin(model, core.clock.now())
    return train(core, model_id)


def stop(core: Core, session: Session, model: Model, *, actor: str) -> None:
    """Have a running training end within seconds; what it learnt is thrown away."""
    model.training_stopped = True
    audit.record(
        session,
        at=core.clock.now(),
        actor=actor,
        action="model.training_stopped",
        kind="model",
        id=model.id,
        details={"slug": model.slug},
    )


def train(core: Core, model_id: int, *, forced_by: str | None = None) -> Artifact:
    """Train a model now; what came of it, be it too little data or a failure, is in the answer.

    Where somebody forces it, it takes the place of the last version even if it is worse.

    Raises :class:`InvalidInput` for an unknown model and for one that is not trained at all.
    """
    now = core.clock.now()
    with core.db.unit() as session:
        model = _lock(session, model_id)
        if model is None:
            raise InvalidInput({"model": f"There is no recommendation model {model_id}."})
        algorithm = core.plugins.algorithms.get(model.algorithm)
        if algorithm is not None and not algorithm.trained:
            text = f"{model.slug} needs no training: it answers from what just happened."
            raise InvalidInput({"model": text})
        _begin(model, now)
    learnt = _learn(core, model, algorithm, now, force=forced_by is not None)
    try:
        return _keep(core, model_id, learnt, now, forced_by)
    finally:
        # Published, it is no longer there.
        if learnt.draft is not None:
            learnt.draft.discard()


def _begin(model: Model, now: datetime) -> None:
    model.training_since, model.training_share, model.training_stopped = now, 0.0, False


def _lock(session: Session, model_id: int) -> Model | None:
    return session.get(Model, model_id, with_for_update=True)


def _learn(
    core: Core, model: Model, algorithm: Algorithm | None, now: datetime, *, force: bool
) -> _Learnt:
    if algorithm is None:
        return _Learnt(
            state=State.FAILED,
            message=f"No active plugin offers the algorithm {model.algorithm}; install or enable it.",
        )
    watch = watching.of_model(core, model.id)
    with StoredInteractions(core.db, now, watch.report) as interactions:
        try:
            arrays = _fit(core, algorithm, model.params, interactions)
            return _written(core, model, arrays, interactions, force=force)
        except TrainingStopped as stopped:
            return _Learnt(
                state=State.STOPPED, message=str(stopped), interactions=interactions.count
            )
        except GrowthCoreError as error:
            log.warning("model.training_failed", model=model.slug, error=type(error).__name__)
            message = f"{error}. The last good version stays in use."
        except OSError as error:
            message = f"The artifact could not be written: {error.strerror}."
        return _Learnt(state=State.FAILED, message=message, interactions=interactions.count)


def _fit(
    core: Core, algorithm: Algorithm, given: Mapping[str, Any], interactions: StoredInteractions
) -> Arrays:
    loaded = params.load(algorithm, given)
    with core.plugins.guarded("algorithm", algorithm.id):
        arrays = algorithm.fit(interactions, loaded)
    return artifacts.check(arrays)


def _written(
    core: Core, model: Model, arrays: Arrays, interactions: StoredInteractions, *, force: bool
) -> _Learnt:
    lines, products = interactions.count, len(interactions.products())
    if not arrays:
        return _Learnt(
            state=State.INSUFFICIENT,
            message=f"Not enough to learn from yet: {lines:,} interactions, {products:,} products on show; "
            f"{LEAST_DAYS} days of data are needed.",
            interactions=interactions.count,
        )
    # All is learnt; what is left is to judge it.
    verdict = gate.verdict(core, model, interactions.until, lambda _: interactions.report(1.0))
    if verdict.refused and not force:
        return _Learnt(
            state=State.REJECTED,
            message=verdict.refused,
            interactions=interactions.count,
            metrics=verdict.metrics,
        )
    return _Learnt(
        state=State.ACTIVE,
        message=f"Learnt from {lines:,} interactions, {products:,} products on show.",
        interactions=interactions.count,
        draft=artifacts.write(versions.folder(core.settings, model.slug), arrays),
        metrics=verdict.metrics,
        overruled=verdict.refused,
    )


def _keep(
    core: Core, model_id: int, learnt: _Learnt, now: datetime, forced_by: str | None
) -> Artifact:
    with core.db.unit() as session:
        model = _lock(session, model_id)
        if model is None:
            raise InvalidInput({"model": "The model was deleted while it was trained."})
        model.training_since = model.training_share = None
        artifact = versions.record(
            session,
            core.settings,
            model,
            state=learnt.state,
            message=learnt.message,
            interactions=learnt.interactions,
            now=now,
            draft=learnt.draft,
            metrics=learnt.metrics,
        )
        if forced_by is not None and learnt.overruled:
            _note_forced(session, model, artifact, learnt.overruled, forced_by)
        dropped = versions.prune(session, model_id)
        after_commit(session, "prune", partial(versions.remove_files, core.settings, dropped))
    return artifact


def _note_forced(session: Session, model: Model, artifact: Artifact, why: str, actor: str) -> None:
    audit.record(
        session,
        at=artifact.trained_at,
        actor=actor,
        action="model.forced",
        kind="model",
        id=model.id,
        details={"slug": model.slug, "version": artifact.version, "although": why},
    )
