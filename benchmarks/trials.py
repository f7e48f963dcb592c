"""Putting a plugin's algorithm to the test on a journal: it learns the past, and answers what came after."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from benchmarks.journal import Journal, Memory
from growthcore.api import Algorithm
from growthcore.recommendations.evaluation import cases
from growthcore.recommendations.evaluation.cases import Case, Future
from growthcore.recommendations.evaluation.running import Trial
from growthcore.testing.fakes import context_for


@dataclass(frozen=True, kw_only=True)
class Split:
    """The past that is learnt from, what came after, and what everybody remembers."""

    past: Journal
    after: Future
    memory: Memory


def split(journal: Journal, cut: datetime) -> Split:
    """Cut a journal in two."""
    past = journal.before(cut)
    return Split(past=past, after=cases.future(journal, past), memory=Memory(past))


def answers(
    algorithm_class: type[Algorithm],
    of: Split,
    asked: Sequence[Case],
    *,
    keeps_bought: bool,
    params: Mapping[str, Any] | None = None,
) -> tuple[list[list[int]], float, float]:
    """An algorithm's answers, the seconds it learnt and the milliseconds of each answer."""
    algorithm = algorithm_class(context_for(algorithm_class))
    loaded = algorithm.Params().load(params or {})
    began = time.perf_counter()
    artifact = algorithm.fit(of.past, loaded) if algorithm.trained else {}
    learnt = time.perf_counter() - began
    trial = Trial(
        algorithm=algorithm, artifact=artifact, params=loaded, history=of.memory,
        at=of.past.until, keeps_bought=keeps_bought,
    )  # fmt: skip
    began = time.perf_counter()
    found = trial.answers(asked)
    each = (time.perf_counter() - began) / max(len(asked), 1) * 1e3
    return found, learnt, each
