"""Whether what was learnt may take the place of what is in use.

A new version must not be worse than the one in use, on what customers did since that one was trained:
neither has seen it, for the new one's algorithm learns once more up to that moment, and the one in use is
asked as it was then, without the news it took up since. What picks products for a person or a cart must
not be worse than popularity either, or its backups serve better. "Worse" always means beyond what chance
explains.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from growthcore.api import Key
from growthcore.core import Core
from growthcore.plugins.records import PluginFailure
from growthcore.recommendations import artifacts, params
from growthcore.recommendations.evaluation import judging, metrics
from growthcore.recommendations.evaluation.judging import LEAST, Question, Report
from growthcore.recommendations.models import Artifact, Model, State

_PERSONAL = (Key.CUSTOMER, Key.CART)


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """``refused`` says why a version may not be used, if so; ``metrics`` how good it is, if known."""

    refused: str | None = None
    metrics: Mapping[str, Any] | None = None


def verdict(core: Core, model: Model, now: datetime, report: Report = judging.unwatched) -> Verdict:
    """Judge what a training gives, before it is used. Call it outside any transaction.

    It learns twice more; ``report`` is called all the while, and may raise to end it.
    """
    algorithm = core.plugins.algorithms[model.algorithm]
    given = params.load(algorithm, model.params)
    judgement = judging.judge(core, algorithm, given, now, report)
    summary = judgement.summary() if judgement else None
    if judgement is not None and judgement.worse and algorithm.key in _PERSONAL:
        return Verdict(refused=_worse_than_popularity(judgement), metrics=summary)
    refused = _worse_than_before(core, model, given, now, report)
    return Verdict(refused=refused, metrics=summary)


def _worse_than_popularity(judgement: judging.Judgement) -> str:
    found, popular = judgement.model, judgement.popularity
    assert found is not None and popular is not None  # noqa: S101, PT018 - it is worse
    return (
        f"It finds what {metrics.estimate(found.hit).mean:.1%} of {judgement.cases:,} customers wanted, "
        f"popular products {metrics.estimate(popular.hit).mean:.1%}; it is not used."
    )


def _worse_than_before(
    core: Core,
    model: Model,
    given: Mapping[str, Any],
    now: datetime,
    report: Report,
) -> str | None:
    algorithm = core.plugins.algorithms[model.algorithm]
    with core.db.read() as session:
        active = session.scalar(
            select(Artifact).where(Artifact.model_id == model.id, Artifact.state == State.ACTIVE)
        )
    if active is None or active.path is None or active.sha256 is None:
        return None
    question = Question(
        core, algorithm.key, active.trained_at, now, keeps_bought=algorithm.keeps_bought
    )
    if len(question.cases) < LEAST:
        return None
    try:
        old = artifacts.read(core.settings.data_dir.resolve() / active.path, active.sha256)
        with core.plugins.guarded("algorithm", algorithm.id):
            before = question.put(algorithm, old, given)
    except (artifacts.Unusable, PluginFailure):
        return None  # What can't be read, or not by this version of the plugin, is worth nothing.
    with core.plugins.guarded("algorithm", algorithm.id):
        after = question.put(algorithm, question.learn(algorithm, given, report), given)
    change = metrics.difference(after.hit, before.hit)
    if change.high >= 0:
        return None
    return (
        f"Of {len(question.cases):,} customers since the last training it finds what "
        f"{metrics.estimate(after.hit).mean:.1%} wanted, the version in use "
        f"{metrics.estimate(before.hit).mean:.1%}; that one stays."
    )
