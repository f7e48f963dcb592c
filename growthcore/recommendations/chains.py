"""The chain that answers: a model, then its backups, each ready to be asked."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session
from structlog import get_logger

from growthcore.api import Algorithm, Arrays, InvalidInput
from growthcore.core import Core
from growthcore.recommendations import artifacts, backups, params, versions
from growthcore.recommendations.backups import Backup
from growthcore.recommendations.models import Artifact, Model, State
from growthcore.recommendations.rules import attaching
from growthcore.recommendations.rules.evaluation import RuleSet

log = get_logger()

_Row = tuple[Model, Artifact | None]


@dataclass(frozen=True, kw_only=True)
class Link:
    """A model that can answer; ``place`` is 0 for the one that was asked for, 1 its first backup.

    It fills at most ``slots`` places of an answer, if that is given.
    """

    slug: str
    place: int
    slots: int | None
    algorithm: Algorithm
    params: Mapping[str, Any]
    artifact: Arrays = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class Chain:
    """Models in the order they are asked; ``skipped`` says of the others, by slug, why not.

    ``rules`` hold for what they propose; they tell the models apart by their ``place``.
    """

    links: Sequence[Link]
    skipped: Mapping[str, str]
    rules: RuleSet


def load(core: Core, slug: str, *, preview: bool = False) -> Chain:
    """The chain of a model. Raises :class:`InvalidInput` when there is none called so.

    A ``preview`` asks the model itself even while it is switched off.
    """
    with core.db.read() as session:
        rows = _rows(session, [slug])
        if slug not in rows:
            raise InvalidInput({"model": f"There is no recommendation model {slug!r}."})
        asked = [Backup(slug), *backups.of(rows[slug][0])]
        slugs = [each.slug for each in asked]
        rows |= _rows(session, slugs[1:]) if slugs[1:] else {}
        rules = attaching.load(session, slugs)
    links, skipped = [], {}
    for place, each in enumerate(asked):
        row, anyway = rows.get(each.slug), preview and place == 0
        link = _link(core, row, place, each.slots, anyway=anyway) if row else "unknown"
        if isinstance(link, Link):
            links.append(link)
        else:
            skipped[each.slug] = link
    return Chain(links=links, skipped=skipped, rules=rules)


def _rows(session: Session, slugs: Collection[str]) -> dict[str, _Row]:
    statement = (
        select(Model, Artifact)
        .join(
            Artifact,
            (Artifact.model_id == Model.id) & (Artifact.state == State.ACTIVE),
            isouter=True,
        )
        .where(Model.slug.in_(slugs))
    )
    return {model.slug: (model, artifact) for model, artifact in session.execute(statement)}


def _link(core: Core, row: _Row, place: int, slots: int | None, *, anyway: bool) -> Link | str:
    """The model, ready to be asked, or a short code for why it can't be."""
    model, artifact = row
    algorithm = core.plugins.algorithms.get(model.algorithm)
    if not (model.enabled or anyway):
        return "disabled"
    if algorithm is None:
        return "algorithm_missing"
    try:
        loaded = params.load(algorithm, model.params)
    except InvalidInput:
        return "params_outdated"
    arrays = _arrays(core, artifact) if algorithm.trained else {}
    if arrays is None:
        return "not_trained"
    return Link(
        slug=model.slug,
        place=place,
        slots=slots,
        algorithm=algorithm,
        params=loaded,
        artifact=arrays,
    )


def _arrays(core: Core, artifact: Artifact | None) -> Arrays | None:
    """The newest version that can be read; those that can't are told of on their rows."""
    while artifact is not None:
        try:
            return _read(core, artifact)
        except artifacts.Unusable as error:
            log.warning("model.artifact_unusable", artifact=artifact.id, error=str(error))
            with core.db.unit() as session:
                artifact = versions.fall_back(session, artifact, str(error))
    return None


def _read(core: Core, artifact: Artifact) -> Arrays:
    if artifact.path is None or artifact.sha256 is None:
        raise artifacts.Unusable("it has no files")
    return artifacts.read(core.settings.data_dir.resolve() / artifact.path, artifact.sha256)
