"""What an algorithm proposes: asked under guard, and checked before it is believed."""

from __future__ import annotations

import math
from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from operator import index
from typing import Any

from structlog import get_logger

from growthcore.api import GrowthCoreError, RecommendRequest, Scored
from growthcore.core import Core
from growthcore.plugins.calls import Missed
from growthcore.plugins.records import PluginFailure
from growthcore.recommendations import troubles
from growthcore.recommendations.chains import Link

log = get_logger()


def ask(
    core: Core, link: Link, requests: Sequence[RecommendRequest]
) -> list[Sequence[Scored] | Missed]:
    """What a model proposes for each, best first, or why it does not.

    Its algorithm fails also when it answers nonsense, or too late. That is counted against its plugin
    and logged; it costs nobody else anything, and soon it is not asked any more for a while.
    """

    def answer(request: RecommendRequest) -> Sequence[Scored] | None:
        try:
            with core.plugins.guarded("algorithm", link.algorithm.id):
                return _checked(link.algorithm.recommend(request))[: request.limit]
        except GrowthCoreError as error:
            log.warning("recommendation.failed", model=link.slug, error=str(error))
            return None

    found = core.calls.each(link.slug, answer, requests, partial(troubles.tell, core, link.slug))
    for _ in range(found.count(Missed.TIMED_OUT)):
        _count_timeout(core, link)
    return found


def _count_timeout(core: Core, link: Link) -> None:
    log.warning("recommendation.timed_out", model=link.slug)
    with suppress(PluginFailure), core.plugins.guarded("algorithm", link.algorithm.id):
        raise TimeoutError("recommend() took too long")


def _checked(answer: Any) -> Sequence[Scored]:
    if not isinstance(answer, Sequence) or isinstance(answer, str | bytes):
        raise TypeError(f"recommend() returned {type(answer).__name__}, not a list of Scored")
    checked = [each if _is_plain(each) else _checked_item(each) for each in answer]
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
