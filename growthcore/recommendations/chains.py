"""The chain that answers: a model, then its backups, each ready to be asked."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session
from structlog import get_logger

from growthcore.api import Algorithm, Arrays, InvalidInput, Placement
from growthcore.core import Core
from growthcore.recommendations import artifacts, backups, params, versions
from growthcore.recommendations.backups import Backup
from growthcore.recommendations.models import Artifact, Model, State
from growthcore.recommendations.rules import attaching
from growthcore.recommendations.rules.evaluation import RuleSet
from growthcore.recommendations.sharing import Sharing

log = get_logger()

_Row = tuple[Model, Artifact | None]


@dataclass(frozen=True, kw_only=True)
class Link:
    """A model that can answer.

    ``place`` is 0 for the one that was asked for, 1 its first backup; it fills at most ``slots`` places
    of an answer, if that is given. ``version`` is that of what it learnt, 0 for what learns nothing.
    """

    model_id: int
    slug: str
    place: int
    slots: int | None
    version: int
    algorithm: Algorithm
    params: Mapping[str, Any]
    artifact: Arrays = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class Chain:
    """Models in the order they are asked; ``skipped`` says of the others, by slug, why not.

    ``model_id`` is the model asked for, ``placement`` where it is shown, ``segment_id`` the segment it is
    for, None for everybody. ``rules`` hold for what all of them propose; they tell them apart by their
    ``place``. ``sharing`` remembers answers that suit many.
    """

    model_id: int
    placement: Placement
    segment_id: int | None
    links: Sequence[Link]
    skipped: Mapping[str, str]
    rules: RuleSet
    sharing: Sharing = field(default_factory=Sharing, repr=False, compare=False)


def load(core: Core, slug: str, *, preview: bool = False) -> Chain:
    """The chain of a model. Raises :class:`InvalidInput` when there is none called so.

    It may be as old as :attr:`Settings.fresh_seconds`. A ``preview`` is of this moment, and asks the
    model itself even while it is switched off.
    """
    if preview:
        return _load(core, slug, preview=True)
    return core.remembered.get(("chain", slug), lambda: _load(core, slug, preview=False))


def _load(core: Core, slug: str, *, preview: bool) -> Chain:
    with core.db.read() as session:
        rows = _rows(session, [slug])
        if slug not in rows:
            raise InvalidInput({"model": f"There is no recommendation model {slug!r}."})
        model = rows[slug][0]
        asked = [Backup(slug), *backups.of(model)]
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
    return Chain(
        model_id=model.id,
        placement=Placement(model.placement),
        segment_id=model.segment_id,
        links=links,
        skipped=skipped,
        rules=rules,
    )


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
    learnt = _learnt(core, artifact) if algorithm.trained else (0, {})
    if learnt is None:
        return "not_trained"
    version, arrays = learnt
    return Link(
        model_id=model.id,
        slug=model.slug,
        place=place,
        slots=slots,
        version=version,
        algorithm=algorithm,
        params=loaded,
        artifact=arrays,
    )


def _learnt(core: Core, artifact: Artifact | None) -> tuple[int, Arrays] | None:
    """The newest version that can be read; those that can't are told of on their rows."""
    while artifact is not None:
        try:
            return artifact.version, _read(core, artifact)
        except artifacts.Unusable as error:
            log.warning("model.artifact_unusable", artifact=artifact.id, error=str(error))
            with core.db.unit() as session:
                artifact = versions.fall_back(session, artifact, str(error))
    return None


def _read(core: Core, artifact: Artifact) -> Arrays:
    files = versions.files(core.settings, artifact)
    if files is None:
        raise artifacts.Unusable("it has no files")
    return artifacts.read(*files)
