"""Versions of a model's artifact: which is active, which may take its place, which are dropped."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from growthcore.recommendations import artifacts
from growthcore.recommendations.artifacts import Draft
from growthcore.recommendations.models import Artifact, Model, State
from growthcore.settings import Settings

_KEPT: Mapping[str, int] = {
    State.ACTIVE: 1,
    State.SUPERSEDED: 2,
    State.FAILED: 5,
    State.INSUFFICIENT: 1,
    State.REJECTED: 3,
    State.STOPPED: 1,
}
"""How many rows of each state stay, the newest ones; superseded ones are what is fallen back to."""

_LONGEST_MESSAGE = 500


def folder(settings: Settings, slug: str) -> Path:
    """Where the versions of a model lie."""
    return settings.data_dir.resolve() / "models" / slug


def files(settings: Settings, artifact: Artifact) -> tuple[Path, str] | None:
    """The folder to answer from and its checksum: of the last refresh, else of the training."""
    if artifact.refreshed_path is not None and artifact.refreshed_sha256 is not None:
        path, sha256 = artifact.refreshed_path, artifact.refreshed_sha256
    elif artifact.path is not None and artifact.sha256 is not None:
        path, sha256 = artifact.path, artifact.sha256
    else:
        return None
    return settings.data_dir.resolve() / path, sha256


def record(
    session: Session,
    settings: Settings,
    model: Model,
    *,
    state: State,
    message: str,
    interactions: int,
    now: datetime,
    draft: Draft | None = None,
    metrics: Mapping[str, Any] | None = None,
) -> Artifact:
    """Note how a training ended, as the model's next version; ``draft`` becomes the active one.

    The caller has locked the model's row, so that nobody else takes the same number.
    """
    last = select(func.max(Artifact.version)).where(Artifact.model_id == model.id)
    version = (session.scalar(last) or 0) + 1
    artifact = Artifact(
        model_id=model.id,
        version=version,
        state=state,
        message=message[:_LONGEST_MESSAGE],
        interactions=interactions,
        trained_at=now,
        metrics=dict(metrics) if metrics else None,
    )
    if draft is not None:
        _supersede(session, model.id)
        place = folder(settings, model.slug) / str(version)
        draft.publish(place)
        artifact.path = place.relative_to(settings.data_dir.resolve()).as_posix()
        artifact.sha256, artifact.size = draft.sha256, draft.size
    session.add(artifact)
    return artifact


def _supersede(session: Session, model_id: int) -> None:
    session.execute(
        update(Artifact)
        .where(Artifact.model_id == model_id, Artifact.state == State.ACTIVE)
        .values(state=State.SUPERSEDED)
    )


def fall_back(session: Session, artifact: Artifact, why: str) -> Artifact | None:
    """Give the place of files that can't be read to the newest ones before them.

    Those are what the training made, where a refresh is at fault, else the artifact before. Returns
    what is active now. Somebody else may have noticed first.
    """
    message = f"It can no longer be read: {why}."[:_LONGEST_MESSAGE]
    session.get(Model, artifact.model_id, with_for_update=True)
    if artifact.refreshed_sha256 is not None:
        return _undo_refresh(session, artifact)
    _move(session, artifact.id, State.ACTIVE, State.FAILED, message=message)
    of_model = select(Artifact).where(Artifact.model_id == artifact.model_id)
    good = session.scalar(
        of_model.where(Artifact.state == State.SUPERSEDED).order_by(Artifact.version.desc())
    )
    active = of_model.where(Artifact.state == State.ACTIVE)
    if good is not None and session.scalar(active) is None:
        _move(session, good.id, State.SUPERSEDED, State.ACTIVE)
    return session.scalar(active)


def _undo_refresh(session: Session, artifact: Artifact) -> Artifact | None:
    """Go back to what was trained; the next refresh begins from there."""
    session.execute(
        update(Artifact)
        .where(Artifact.id == artifact.id, Artifact.refreshed_sha256 == artifact.refreshed_sha256)
        .values(
            refreshed_at=None, refreshed_path=None, refreshed_sha256=None, refresh_tried_at=None
        )
    )
    active = Artifact.model_id == artifact.model_id, Artifact.state == State.ACTIVE
    return session.scalar(select(Artifact).where(*active).execution_options(populate_existing=True))


def _move(session: Session, artifact_id: int, old: State, new: State, **also: str) -> None:
    session.execute(
        update(Artifact)
        .where(Artifact.id == artifact_id, Artifact.state == old)
        .values(state=new, **also)
    )


def prune(session: Session, model_id: int) -> Sequence[str]:
    """Drop rows past what is kept; the paths of their files, to remove after the commit."""
    statement = select(Artifact).where(Artifact.model_id == model_id)
    counts: Counter[str] = Counter()
    dropped = []
    for artifact in session.scalars(statement.order_by(Artifact.version.desc())):
        counts[artifact.state] += 1
        if counts[artifact.state] > _KEPT[artifact.state]:
            session.delete(artifact)
            dropped.append(artifact.path)
    return [path for path in dropped if path]


def remove_files(settings: Settings, paths: Sequence[str]) -> None:
    """Remove the files of dropped versions, of their trainings and of their refreshes."""
    for path in paths:
        trained = settings.data_dir.resolve() / path
        artifacts.remove(trained)
        remove_refreshes(trained)


def remove_refreshes(trained: Path, but: Path | None = None) -> None:
    """Remove what refreshes left beside a version, but for the one in use."""
    for each in trained.parent.glob(f"{trained.name}-*"):
        if each != but:
            artifacts.remove(each)
