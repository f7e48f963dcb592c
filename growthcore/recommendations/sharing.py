"""Answers that would be the same for many, remembered for as long as their chain is: a second."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from growthcore.catalog.view import View
from growthcore.recommendations.answers import Recommendation, RecommendedItem

_MOST = 2_000

For = tuple[int, int | None, frozenset[int], int]
"""The model's place in the chain, the product looked at, the rules' segments, and how many items."""


@dataclass(frozen=True, eq=False)
class Kept:
    """The items of an answer, the rules that made it so, and what was passed over."""

    items: Sequence[RecommendedItem]
    rules: frozenset[int]
    passed: Callable[[], Mapping[int, tuple[str, str]]]


class Sharing:
    """What is remembered of one state of the catalogue. Threads share it."""

    def __init__(self) -> None:
        self._of: tuple[View | None, dict[For, Kept]] = None, {}

    def over(self, view: View) -> dict[For, Kept]:
        """What is remembered of this state; of another, nothing."""
        known, kept = self._of
        if known is not view or len(kept) >= _MOST:
            kept = {}
            self._of = view, kept
        return kept


def kept(answer: Recommendation, slug: str) -> Kept:
    """What others get of an answer, which one model alone gave."""
    return Kept(
        tuple(answer.items),
        answer.rules,
        lambda: {id_: told for id_, told in answer.passed.items() if told[0] == slug},
    )
