"""Choosing an algorithm for a place, by what the shop's own customers did next.

Every installed algorithm that fits the place learns from the same past and is asked the same cases. The
best wins; where chance alone explains its lead over a simpler one, the simpler one does.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from structlog import get_logger

from growthcore.api import (
    Algorithm,
    GrowthCoreError,
    InvalidInput,
    Key,
    Placement,
    TrainingStopped,
)
from growthcore.core import Core
from growthcore.recommendations import params
from growthcore.recommendations.evaluation import judging, metrics
from growthcore.recommendations.evaluation.judging import LEAST, Judgement, Question, Report
from growthcore.recommendations.evaluation.metrics import Estimate, Measured

log = get_logger()

_ASKED: Mapping[Placement, Key] = {
    Placement.PRODUCT: Key.PRODUCT,
    Placement.CART: Key.CART,
    Placement.ORDER: Key.CART,
}
"""What a place knows; the others know the customer."""


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """An algorithm with its defaults; without a judgement it failed, or learnt nothing.

    ``behind`` is how many more of the cases the chosen one hits, as a share.
    """

    algorithm: str
    judgement: Judgement | None = None
    behind: Estimate | None = None

    def summary(self) -> dict[str, Any]:
        """As JSON."""
        judged_ = self.judgement.summary() if self.judgement else {}
        return {"algorithm": self.algorithm, "behind": _interval(self.behind), **judged_}


@dataclass(frozen=True, kw_only=True)
class Choice:
    """What was chosen out of the candidates, best first, and its lead over the next best one.

    ``algorithm`` is None where popularity is best and no algorithm of it is installed, or where
    there were too few ``cases``.
    """

    algorithm: str | None
    cases: int
    candidates: Sequence[Candidate]
    lead: Estimate | None = None

    def summary(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "algorithm": self.algorithm,
            "cases": self.cases,
            "lead": _interval(self.lead),
            "candidates": [each.summary() for each in self.candidates],
        }


def choose(
    core: Core, placement: Placement, now: datetime, report: Report = judging.unwatched
) -> Choice:
    """Let the algorithms that fit a place compete. It takes as long as training each of them.

    ``report`` is told how far it is, from 0 to 1, and may raise to end it. Raises
    :class:`InvalidInput` when none fits.
    """
    fitting = [each for each in core.plugins.algorithms.values() if placement in each.placements]
    if not fitting:
        raise InvalidInput({"placement": "No active plugin offers an algorithm that fits there."})
    cut = judging.cut_of(core, now)
    if cut is None:
        return Choice(algorithm=None, cases=0, candidates=[])
    key = _ASKED.get(placement, Key.CUSTOMER)
    question = Question(core, key, cut, now, keeps_bought=True)
    if len(question.cases) < LEAST:
        return Choice(algorithm=None, cases=len(question.cases), candidates=[])
    found: dict[str, Measured | None] = {}
    for each in sorted(fitting, key=simplicity):
        part = partial(_report_part, report, len(found), len(fitting))
        part(0.0)
        found[each.id] = _measured(core, question, each, part)
    return decided(found, question.popularity(), cut)


def decided(found: Mapping[str, Measured | None], popularity: Measured, cut: datetime) -> Choice:
    """The choice, out of what each algorithm's answers were worth; the simplest is named first."""
    judged = {id_: judging.judged(cut, each, popularity) for id_, each in found.items() if each}
    ranked = sorted(judged, key=lambda id_: -_hit(judged[id_]))
    chosen = next((id_ for id_ in judged if not _beaten(found, id_, ranked[0])), None)
    failed = [Candidate(algorithm=id_) for id_ in found if id_ not in judged]
    return Choice(
        algorithm=chosen,
        cases=len(popularity),
        candidates=[
            Candidate(algorithm=id_, judgement=judged[id_], behind=_between(found, chosen, id_))
            for id_ in ranked
        ]
        + failed,
        lead=_lead(found, ranked, chosen),
    )


def _report_part(report: Report, before: int, all_: int, share: float) -> None:
    report((before + share) / all_)


def _measured(
    core: Core, question: Question, algorithm: Algorithm, report: Report
) -> Measured | None:
    try:
        given = params.load(algorithm, {})
        with core.plugins.guarded("algorithm", algorithm.id):
            artifact = question.learn(algorithm, given, report)
            if algorithm.trained and not artifact:
                return None
            return question.put(algorithm, artifact, given)
    except TrainingStopped:
        raise
    except GrowthCoreError as error:
        log.warning("algorithm.not_judged", algorithm=algorithm.id, error=type(error).__name__)
        return None


def simplicity(algorithm: Algorithm) -> tuple[bool, bool, str]:
    """What knows nobody is simplest, then what needs no training."""
    return (algorithm.key is not Key.NONE, algorithm.trained, algorithm.id)


def _hit(judgement: Judgement) -> float:
    return metrics.estimate(judgement.model.hit).mean if judgement.model else 0.0


def _beaten(found: Mapping[str, Measured | None], one: str, best: str) -> bool:
    """Whether the best is better than this one by more than chance."""
    mine, theirs = found[one], found[best]
    if mine is None or theirs is None:
        return True
    return metrics.difference(theirs.hit, mine.hit).low > 0


def _lead(
    found: Mapping[str, Measured | None], ranked: Sequence[str], chosen: str | None
) -> Estimate | None:
    """How far the chosen one is ahead of the best of the others."""
    others = [id_ for id_ in ranked if id_ != chosen]
    return _between(found, chosen, others[0]) if others else None


def _between(
    found: Mapping[str, Measured | None], chosen: str | None, other: str
) -> Estimate | None:
    mine, theirs = found.get(chosen or ""), found.get(other)
    return metrics.difference(mine.hit, theirs.hit) if mine and theirs else None


def _interval(found: Estimate | None) -> dict[str, float] | None:
    if found is None:
        return None
    return {"mean": found.mean, "low": found.low, "high": found.high}
