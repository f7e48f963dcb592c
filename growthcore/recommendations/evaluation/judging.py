"""Judging a model by what the shop's own customers did next.

The past is cut: an algorithm learns what happened before, and is asked about what came after. Beside it
stands popularity: what most people bought in the last 28 days before the cut.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

import numpy as np
from sqlalchemy import func, select

from growthcore.api import Algorithm, Arrays, History, Interactions, Key, matrices
from growthcore.core import Core
from growthcore.events import vocabulary
from growthcore.events.models import EventItem
from growthcore.recommendations.evaluation import cases, metrics
from growthcore.recommendations.evaluation.cases import EVENT, Case
from growthcore.recommendations.evaluation.metrics import Estimate, Measured
from growthcore.recommendations.evaluation.running import Trial, left_out, measured
from growthcore.recommendations.history import StoredHistory
from growthcore.recommendations.interactions import StoredInteractions

MOST = 2_000
"""Cases that are asked at the most, drawn by lot."""
LEAST = 50
"""With fewer, nothing can be said."""
_LONGEST = timedelta(days=28)
_SHARE = 5
"""A fifth of the past, and at most 28 days of it, is held back to judge by."""
_POPULAR = timedelta(days=28)

Report = Callable[[float], None]
"""Told how far the learning is; it may raise to end it."""


def unwatched(_: float) -> None:
    """Nobody is told."""


@dataclass(frozen=True, kw_only=True)
class Judgement:
    """How good an algorithm is on ``cases`` cases after ``cut``, beside popularity.

    ``ahead`` is how many more of the cases it hits, as a share; without enough cases everything but
    their number is missing.
    """

    cut: datetime
    cases: int
    model: Measured | None = None
    popularity: Measured | None = None
    ahead: Estimate | None = None

    @property
    def worse(self) -> bool:
        """Whether it is worse than popularity, beyond chance."""
        return self.ahead is not None and self.ahead.high < 0

    def summary(self) -> dict[str, Any]:
        """As it is kept beside an artifact: JSON."""
        if self.model is None or self.popularity is None or self.ahead is None:
            return {"cut": self.cut.isoformat(), "cases": self.cases}
        return {
            "cut": self.cut.isoformat(),
            "cases": self.cases,
            "model": self.model.summary(),
            "popularity": self.popularity.summary(),
            "ahead": self.ahead.mean,
            "ahead_low": self.ahead.low,
            "ahead_high": self.ahead.high,
        }


def cut_of(core: Core, now: datetime) -> datetime | None:
    """Where the shop's purchases are cut in two; None while there are none."""
    with core.db.read() as session:
        names = vocabulary.name_ids(session, [EVENT])
        first = session.scalar(
            select(func.min(EventItem.occurred_at)).where(EventItem.name_id.in_(names.values()))
        )
    if first is None:
        return None
    return now - min(_LONGEST, (now - first) / _SHARE)


class Question:
    """Cases made of what happened after a cut, to be put to several algorithms."""

    def __init__(
        self, core: Core, key: Key, cut: datetime, now: datetime, *, keeps_bought: bool
    ) -> None:
        self.cut = cut
        self.keeps_bought = keeps_bought
        self._core = core
        with StoredInteractions(core.db, now) as all_, StoredInteractions(core.db, cut) as past:
            after = cases.future(all_, past)
            self.cases: Sequence[Case] = cases.cases(
                key, past, after, keeps_bought=keeps_bought, most=MOST
            )
        people = [case.person for case in self.cases]
        self._history = StoredHistory(core.db, cut, people, ahead=timedelta(0))

    def learn(
        self, algorithm: Algorithm, params: Mapping[str, Any], report: Report = unwatched
    ) -> Arrays:
        """What the algorithm learns up to the cut. Run it under guard."""
        if not algorithm.trained:
            return {}
        with StoredInteractions(self._core.db, self.cut, report) as past:
            return algorithm.fit(past, params)

    def put(self, algorithm: Algorithm, artifact: Arrays, params: Mapping[str, Any]) -> Measured:
        """What the algorithm's answers are worth. Run it under guard."""
        trial = Trial(
            algorithm=algorithm,
            artifact=artifact,
            params=params,
            history=self._history,
            at=self.cut,
            keeps_bought=self.keeps_bought,
        )
        return self._measured(trial.answers(self.cases))

    def popularity(self) -> Measured:
        """What the same list for everybody is worth: what most people bought of late."""
        with StoredInteractions(self._core.db, self.cut) as past:
            found = popular_answers(past, self.cases, self._history, keeps_bought=self.keeps_bought)
        return self._measured(found)

    def _measured(self, found: Sequence[Sequence[int]]) -> Measured:
        with StoredInteractions(self._core.db, self.cut) as past:
            return measured(found, self.cases, past)


def popular_answers(
    past: Interactions, asked: Sequence[Case], history: History, *, keeps_bought: bool
) -> list[list[int]]:
    """The list for everybody, less what a page would not show in each case."""
    ranking, found = popular(past), []
    for case in asked:
        out = left_out(case, history, keeps_bought=keeps_bought)
        rest = (product for product in ranking if product not in out)
        found.append(list(islice(rest, metrics.K)))
    return found


def popular(past: Interactions) -> list[int]:
    """What most people bought in the last 28 days of the past, the most first."""
    people = matrices.people(past, {EVENT: 1.0}, since=past.until - _POPULAR)
    counts = people.values.getnnz(axis=0)
    order = np.lexsort((-people.products, -counts))
    ranked: list[int] = people.products[order[counts[order] > 0]].tolist()
    return ranked


def judge(
    core: Core,
    algorithm: Algorithm,
    params: Mapping[str, Any],
    now: datetime,
    report: Report = unwatched,
) -> Judgement | None:
    """Judge what an algorithm would have learnt by the cut; None in a shop without purchases.

    It learns once more, from the past alone: that takes as long as a training.
    """
    cut = cut_of(core, now)
    if cut is None:
        return None
    question = Question(core, algorithm.key, cut, now, keeps_bought=algorithm.keeps_bought)
    if len(question.cases) < LEAST:
        return Judgement(cut=cut, cases=len(question.cases))
    with core.plugins.guarded("algorithm", algorithm.id):
        found = question.put(algorithm, question.learn(algorithm, params, report), params)
    return judged(cut, found, question.popularity())


def judged(cut: datetime, found: Measured, popularity: Measured) -> Judgement:
    """Answers beside popularity."""
    return Judgement(
        cut=cut,
        cases=len(found),
        model=found,
        popularity=popularity,
        ahead=metrics.difference(found.hit, popularity.hit),
    )
