"""Judgements of models, for a terminal."""

from __future__ import annotations

from collections.abc import Iterator

from growthcore.recommendations.evaluation import metrics
from growthcore.recommendations.evaluation.choosing import Choice
from growthcore.recommendations.evaluation.judging import LEAST, Judgement
from growthcore.recommendations.evaluation.metrics import Measured

_HEAD = f"{'':<20}{'hit rate':>18}{'NDCG':>8}{'recall':>8}{'MAP':>8}{'coverage':>10}{'novelty':>9}"


def lines(name: str, judgement: Judgement | None) -> Iterator[str]:
    """A model beside popularity."""
    if judgement is None or judgement.model is None or judgement.popularity is None:
        cases = judgement.cases if judgement else 0
        yield f"{cases} cases are too few to judge by; {LEAST} are needed."
        return
    yield f"{judgement.cases:,} cases after {judgement.cut:%Y-%m-%d %H:%M} UTC, ten products each"
    yield _HEAD
    yield _line(name, judgement.model)
    yield _line("popular, 28 days", judgement.popularity)
    if judgement.ahead:
        ahead = judgement.ahead
        yield f"ahead of popularity by {ahead.mean:+.1%} ({ahead.low:+.1%} to {ahead.high:+.1%})"


def _line(name: str, found: Measured) -> str:
    hit, told = metrics.estimate(found.hit), found.summary()
    rate = f"{hit.mean:.1%} ±{hit.high - hit.mean:.1%}"
    rest = "".join(f"{told[each]:>8.3f}" for each in ("ndcg", "recall", "map"))
    return f"{name:<20}{rate:>18}{rest}{told['coverage']:>10.1%}{told['novelty']:>9.1f}"


def chosen_lines(choice: Choice) -> Iterator[str]:
    """A choice and what it was made of."""
    if not choice.candidates:
        yield f"{choice.cases} cases are too few to choose by; {LEAST} are needed."
        return
    yield f"{choice.cases:,} cases, ten products each"
    yield _HEAD
    for each in choice.candidates:
        if each.judgement and each.judgement.model:
            yield _line(each.algorithm, each.judgement.model)
        else:
            yield f"{each.algorithm:<20}it learnt nothing"
    lead = choice.lead
    how = (
        f", ahead of the next by {lead.mean:+.1%} ({lead.low:+.1%} to {lead.high:+.1%})"
        if lead
        else ""
    )
    yield f"chosen: {choice.algorithm}{how}"
