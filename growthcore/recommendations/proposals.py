"""What an algorithm proposes: asked under guard, and checked before it is believed."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from operator import index
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt
from structlog import get_logger

from growthcore.api import Algorithm, GrowthCoreError, Ranked, RecommendRequest, Scored
from growthcore.catalog.view import Whole
from growthcore.core import Core
from growthcore.db.chunks import chunks
from growthcore.plugins.calls import Missed
from growthcore.plugins.records import PluginFailure
from growthcore.recommendations import troubles
from growthcore.recommendations.candidates import MOST_ID, keys
from growthcore.recommendations.chains import Link

log = get_logger()

A = TypeVar("A")
B = TypeVar("B")

MOST_AT_ONCE = 1_000

Proposed = tuple[Ranked, Sequence[Missed | None]]
"""What was proposed for each request, and why nothing was for those that went wrong."""


def ask(core: Core, link: Link, requests: Sequence[RecommendRequest]) -> Proposed:
    """What a model proposes for each, best first, or why it does not.

    Its algorithm fails also when it answers nonsense, or too late. That is counted against its plugin
    and logged; it costs nobody else anything, and soon it is not asked any more for a while.
    """
    if ranks_together(link.algorithm):
        return _together(core, link, requests)
    return _one_by_one(core, link, requests)


def ranks_together(algorithm: Algorithm) -> bool:
    """Whether an algorithm has a way of its own to answer many requests."""
    return type(algorithm).recommend_many is not Algorithm.recommend_many


def _one_by_one(core: Core, link: Link, requests: Sequence[RecommendRequest]) -> Proposed:
    def answer(request: RecommendRequest) -> Sequence[Scored]:
        return _checked(link.algorithm.recommend(request))[: request.limit]

    found = _called(core, link, answer, requests)
    return (
        Ranked.of([() if isinstance(each, Missed) else each for each in found]),
        [each if isinstance(each, Missed) else None for each in found],
    )


def _together(core: Core, link: Link, requests: Sequence[RecommendRequest]) -> Proposed:
    """As many at once as an algorithm takes; where that fails, each by itself."""

    def answer(portion: Sequence[RecommendRequest]) -> Ranked:
        return _checked_columns(link.algorithm.recommend_many(portion), portion)

    portions: list[Sequence[RecommendRequest]] = []
    found: list[Ranked | Missed] = []
    for portion in chunks(requests, MOST_AT_ONCE):
        (told,) = _called(core, link, answer, [portion])
        if told is Missed.FAILED and len(portion) > 1:
            alone = [[request] for request in portion]
            portions += alone
            found += _called(core, link, answer, alone)
        else:
            portions.append(portion)
            found.append(told)
    missed = [
        each if isinstance(each, Missed) else None
        for each, portion in zip(found, portions, strict=True)
        for _ in portion
    ]
    return _joined(found, [len(portion) for portion in portions]), missed


def _called(
    core: Core, link: Link, call: Callable[[A], B], given: Sequence[A]
) -> Sequence[B | Missed]:
    def guarded(asked: A) -> B | None:
        try:
            with core.plugins.guarded("algorithm", link.algorithm.id):
                return call(asked)
        except GrowthCoreError as error:
            log.warning("recommendation.failed", model=link.slug, error=str(error))
            return None

    found = core.calls.each(link.slug, guarded, given, partial(troubles.tell, core, link.slug))
    for _ in range(found.count(Missed.TIMED_OUT)):
        _count_timeout(core, link)
    return found


def _count_timeout(core: Core, link: Link) -> None:
    log.warning("recommendation.timed_out", model=link.slug)
    with suppress(PluginFailure), core.plugins.guarded("algorithm", link.algorithm.id):
        raise TimeoutError("recommend() took too long")


def _joined(found: Sequence[Ranked | Missed], sizes: Sequence[int]) -> Ranked:
    """The rows of several, one after the other; ``sizes`` are how many each was asked for."""
    told = [Ranked.of([]) if isinstance(each, Missed) else each for each in found]
    if len(told) == 1:
        return told[0]
    rows, codes, row = [], [], 0
    reasons: list[str] = []
    for each, size in zip(told, sizes, strict=True):
        rows.append(each.rows + row)
        codes.append(each.codes + len(reasons))
        reasons += each.reasons
        row += size
    return Ranked(
        rows=_end_to_end(rows, np.int64),
        products=_end_to_end([each.products for each in told], np.int64),
        scores=_end_to_end([each.scores for each in told], np.float64),
        codes=_end_to_end(codes, np.int64),
        reasons=reasons,
    )


def _end_to_end(parts: Sequence[npt.NDArray[Any]], kind: type[np.generic]) -> npt.NDArray[Any]:
    return np.concatenate([np.zeros(0, kind), *parts])


def _checked_columns(answer: Any, requests: Sequence[RecommendRequest]) -> Ranked:
    if not isinstance(answer, Ranked):
        raise TypeError(f"recommend_many() returned {type(answer).__name__}, not Ranked")
    told = Ranked(
        rows=_whole(answer.rows),
        products=_whole(answer.products),
        scores=np.asarray(answer.scores, np.float64),
        codes=_whole(answer.codes),
        reasons=answer.reasons,
    )
    sizes = {each.shape for each in (told.rows, told.products, told.scores, told.codes)}
    if sizes != {(len(told),)}:
        raise ValueError("recommend_many() returned columns of different lengths")
    if len(told) and (wrong := _wrong(told, len(requests))):
        raise ValueError(f"recommend_many() returned {wrong}")
    return _within_limits(told, [request.limit for request in requests])


def _wrong(told: Ranked, asked: int) -> str | None:
    """What is wrong with columns that are not empty."""
    rows, codes = told.rows, told.codes
    each = np.sort(keys(rows, told.products))
    found = {
        "rows that do not rise": (rows[1:] < rows[:-1]).any(),
        "rows that nobody asked for": rows[0] < 0 or rows[-1] >= asked,
        "a code that no reason has": codes.min() < 0 or codes.max() >= len(told.reasons),
        "a reason that is no text": not all(isinstance(one, str) for one in told.reasons),
        "a score that is no finite number": not np.isfinite(told.scores).all(),
        "a product that cannot be": (told.products < 1).any() or (told.products >= MOST_ID).any(),
        "a product twice": (each[1:] == each[:-1]).any(),
    }
    return next((what for what, is_so in found.items() if is_so), None)


def _whole(column: Any) -> Whole:
    told = np.asarray(column)
    if told.dtype.kind not in "iu":
        raise TypeError(
            "recommend_many() returned rows, products or codes that are no whole numbers"
        )
    return told.astype(np.int64, copy=False)


def _within_limits(told: Ranked, limits: Sequence[int]) -> Ranked:
    """The first so many of each row: nearly always all there are."""
    most, counts = np.array(limits, np.int64), np.bincount(told.rows, minlength=len(limits))
    if (counts <= most).all():
        return told
    kept = np.arange(len(told)) - (counts.cumsum() - counts)[told.rows] < most[told.rows]
    return Ranked(
        rows=told.rows[kept],
        products=told.products[kept],
        scores=told.scores[kept],
        codes=told.codes[kept],
        reasons=told.reasons,
    )


def _checked(answer: Any) -> Sequence[Scored]:
    if not isinstance(answer, Sequence) or isinstance(answer, str | bytes):
        raise TypeError(f"recommend() returned {type(answer).__name__}, not a list of Scored")
    checked = [each if _is_plain(each) else _checked_item(each) for each in answer]
    if not all(1 <= each.product_id < MOST_ID for each in checked):
        raise ValueError("recommend() returned a product that cannot be")
    if len({each.product_id for each in checked}) < len(checked):
        raise ValueError("recommend() returned a product twice")
    return checked


def _is_plain(item: Any) -> bool:
    """Whether an item is sound as it is: what nearly all are, told quickly."""
    return (
        type(item) is Scored
        and type(item.product_id) is int
        and type(item.score) is float
        and type(item.reason) is str
        and math.isfinite(item.score)
    )


def _checked_item(item: Any) -> Scored:
    if not isinstance(item, Scored):
        raise TypeError(f"recommend() returned {type(item).__name__} in its list, not Scored")
    if not math.isfinite(item.score):
        raise ValueError("recommend() returned a score that is no finite number")
    if not isinstance(item.reason, str):
        raise TypeError("recommend() returned a reason that is no text")
    # Out of an array come numpy's own numbers, which no database driver takes.
    return Scored(index(item.product_id), float(item.score), item.reason)
