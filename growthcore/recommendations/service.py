"""What can be done with a recommendation model."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import count
from typing import Any

from sqlalchemy import delete as delete_rows
from sqlalchemy import select
from sqlalchemy.orm import Session

from growthcore.api import InvalidInput
from growthcore.core import Core, Queue
from growthcore.db.unit_of_work import after_commit
from growthcore.operators import audit
from growthcore.recommendations import artifacts, params, versions
from growthcore.recommendations.backups import Kept
from growthcore.recommendations.backups import check as check_backups
from growthcore.recommendations.backups import of as backups_of
from growthcore.recommendations.models import Artifact, Model, State

_SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,49}")
_RESERVED = frozenset({"new", "rules"})
"""Words that stand where a slug stands in the admin's addresses."""


@dataclass(frozen=True, kw_only=True)
class Standing:
    """A model with the artifact it answers from and its last training, if there are any."""

    model: Model
    active: Artifact | None
    last: Artifact | None


def get(session: Session, slug: str) -> Model:
    """The model of that slug. Raises :class:`InvalidInput` when there is none."""
    model = session.scalar(select(Model).where(Model.slug == slug))
    if model is None:
        raise InvalidInput({"model": f"There is no recommendation model {slug!r}."})
    return model


def standings(session: Session) -> list[Standing]:
    """Every model, by slug, and how it stands."""
    last: dict[int, Artifact] = {}
    active: dict[int, Artifact] = {}
    for artifact in session.scalars(select(Artifact).order_by(Artifact.version)):
        last[artifact.model_id] = artifact
        if artifact.state == State.ACTIVE:
            active[artifact.model_id] = artifact
    return [
        Standing(model=model, active=active.get(model.id), last=last.get(model.id))
        for model in session.scalars(select(Model).order_by(Model.slug))
    ]


def standing(session: Session, model: Model) -> Standing:
    """How one model stands."""
    of_model = select(Artifact).where(Artifact.model_id == model.id)
    active = session.scalar(of_model.where(Artifact.state == State.ACTIVE))
    last = session.scalars(of_model.order_by(Artifact.version.desc()).limit(1)).first()
    return Standing(model=model, active=active, last=last)


def backed_by(session: Session, slug: str) -> list[Model]:
    """The models that have it as a backup."""
    return [
        each
        for each in session.scalars(select(Model).order_by(Model.slug))
        if slug in {backup.slug for backup in backups_of(each)}
    ]


def slugs(session: Session) -> dict[int, str]:
    """The slug of every model there is, by its number."""
    return {id_: slug for id_, slug in session.execute(select(Model.id, Model.slug))}  # noqa: C416


def free_slug(session: Session, algorithm: str) -> str:
    """A slug nobody has yet, made of the algorithm's id."""
    base = re.sub(r"[^a-z0-9]+", "-", algorithm.lower()).strip("-")[:45] or "model"
    taken = set(session.scalars(select(Model.slug).where(Model.slug.startswith(base))))
    return next(each for each in _numbered(base) if each not in taken)


def _numbered(base: str) -> Iterator[str]:
    yield base
    yield from (f"{base}-{number}" for number in count(2))


def create(
    core: Core,
    session: Session,
    slug: str,
    *,
    algorithm: str,
    name: str = "",
    given: Mapping[str, Any] | None = None,
    backups: Sequence[Kept] = (),
    enabled: bool = True,
    actor: str,
) -> Model:
    """Make a model; it is trained for the first time right after the commit.

    ``given`` are the algorithm's params, ``backups`` the models that fill what this one leaves empty,
    as :mod:`.backups` keeps them. Raises :class:`InvalidInput` by field.
    """
    if not _SLUG.fullmatch(slug):
        raise InvalidInput({"slug": "A slug has 1-50 of a-z, 0-9 and -, and begins with no -."})
    if slug in _RESERVED:
        raise InvalidInput({"slug": f"{slug!r} is taken by a page; choose another slug."})
    if session.scalar(select(Model.id).where(Model.slug == slug)):
        raise InvalidInput({"slug": f"There is a model {slug!r} already; choose another slug."})
    now = core.clock.now()
    model = Model(slug=slug, algorithm=algorithm, enabled=enabled, created_at=now)
    _set(core, session, model, name=name or slug, given=given or {}, backups=backups)
    session.add(model)
    session.flush()  # the audit entry and the wake-up name its id
    _audit(core, session, actor, "model.created", model)
    if core.plugins.algorithms[algorithm].trained:
        wake = partial(core.jobs.enqueue, Queue.BACKGROUND, "train", model.id)
        after_commit(session, f"train {model.id}", wake)
    return model


def change(
    core: Core,
    session: Session,
    slug: str,
    *,
    name: str,
    given: Mapping[str, Any],
    backups: Sequence[Kept],
    enabled: bool,
    actor: str,
) -> Model:
    """Change everything but slug and algorithm. New params take effect with the next training.

    Raises :class:`InvalidInput` by field.
    """
    model = get(session, slug)
    _set(core, session, model, name=name, given=given, backups=backups)
    model.enabled = enabled
    _audit(core, session, actor, "model.changed", model)
    return model


def switch(core: Core, session: Session, slug: str, *, on: bool, actor: str) -> Model:
    """Have it answer, or no longer. Raises :class:`InvalidInput` for an unknown model."""
    model = get(session, slug)
    model.enabled, model.changed_at = on, core.clock.now()
    _audit(core, session, actor, "model.switched_on" if on else "model.switched_off", model)
    return model


def delete(core: Core, session: Session, slug: str, *, actor: str) -> None:
    """Remove a model with everything it learnt.

    Raises :class:`InvalidInput` when it is unknown or another model's backup.
    """
    model = get(session, slug)
    if others := backed_by(session, slug):
        used = ", ".join(each.slug for each in others)
        raise InvalidInput({"model": f"It is a backup of {used}; take it out there first."})
    session.execute(delete_rows(Artifact).where(Artifact.model_id == model.id))
    session.delete(model)
    _audit(core, session, actor, "model.deleted", model)
    files = partial(artifacts.remove, versions.folder(core.settings, slug))
    after_commit(session, f"remove {slug}", files)


def _set(
    core: Core,
    session: Session,
    model: Model,
    *,
    name: str,
    given: Mapping[str, Any],
    backups: Sequence[Kept],
) -> None:
    if not 1 <= len(name.strip()) <= 100:
        raise InvalidInput({"name": "Give the model a name of 1 to 100 characters."})
    algorithm = core.plugins.algorithms.get(model.algorithm)
    if algorithm is None:
        installed = ", ".join(sorted(core.plugins.algorithms)) or "none"
        text = f"There is no algorithm {model.algorithm!r}; installed: {installed}."
        raise InvalidInput({"algorithm": text})
    params.load(algorithm, given)
    model.backups = check_backups(session, model.slug, backups)
    model.name, model.params = name.strip(), dict(given)
    model.changed_at = core.clock.now()


def _audit(core: Core, session: Session, actor: str, action: str, model: Model) -> None:
    details = {"slug": model.slug, "algorithm": model.algorithm}
    audit.record(
        session,
        at=core.clock.now(),
        actor=actor,
        action=action,
        kind="model",
        id=model.id,
        details=details,
    )
