"""What is popular now: the algorithm that always has an answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from growthcore.api import (
    Algorithm,
    Arrays,
    Interactions,
    Key,
    Ranked,
    RecommendRequest,
    Scored,
    Text,
    news,
)
from growthcore_algo_popular_backup import counting
from growthcore_algo_popular_backup.schema import Params

_Ranking = tuple[npt.NDArray[np.int64], npt.NDArray[np.float64], npt.NDArray[np.int64]]
_REASONS = ("popular", "popular_in_category", "new")
_POPULAR, _IN_CATEGORY, _NEW = range(3)
# Added to scores within the asked category, so that they fall over the whole answer.
_ABOVE_OVERALL = 1.0


class PopularBackup(Algorithm):
    """Ranks products by what everybody did lately; newer products where nobody did anything."""

    id = "popular_backup"
    title = Text("인기 상품", "Popular products")
    help = Text(
        "누구에게나 추천할 수 있어 다른 모델의 백업으로 알맞습니다. "
        "최근 28일의 조회, 장바구니, 구매를 셉니다.",
        "Answers for everybody, so it suits as another model's backup. "
        "Counts views, carts and purchases of the last 28 days.",
    )
    key = Key.NONE
    reasons: ClassVar[Mapping[str, Text]] = {
        "popular": Text("지금 인기", "Popular now"),
        "popular_in_category": Text("같은 카테고리에서 인기", "Popular in the category"),
        "new": Text("새 상품", "New"),
    }
    Params = Params
    refreshes = True

    def fit(self, interactions: Interactions, params: Mapping[str, Any]) -> Arrays:
        """Count and rank, and keep what was read for refreshing."""
        return news.fit(interactions, partial(counting.rank, params=params))

    def refresh(
        self,
        artifact: Arrays,
        interactions: Interactions,
        since: datetime,
        params: Mapping[str, Any],
    ) -> Arrays:
        """Rank again with what happened since."""
        return news.refresh(artifact, interactions, partial(counting.rank, params=params))

    def recommend(self, request: RecommendRequest) -> Sequence[Scored]:
        """The category's products before all others; scores are shares of the most popular one's."""
        return self.recommend_many([request]).scored()

    def recommend_many(self, requests: Sequence[RecommendRequest]) -> Ranked:
        """One ranking a category that is asked about, for all who ask about it."""
        artifact = requests[0].artifact
        if not artifact:
            return Ranked.of([])
        asked = [(each.category_id, each.limit) for each in requests]
        rankings = {each: _ranking(artifact, *each) for each in set(asked)}
        chosen = [rankings[each] for each in asked]
        products, scores, codes = (np.concatenate(each) for each in zip(*chosen, strict=True))
        return Ranked(
            rows=np.repeat(np.arange(len(chosen)), [len(each[0]) for each in chosen]),
            products=products,
            scores=scores,
            codes=codes,
            reasons=_REASONS,
        )


def _ranking(artifact: Arrays, category: int | None, limit: int) -> _Ranking:
    products = artifact["products"][:limit]
    overall = _scored(products, artifact["scores"][:limit], _POPULAR, 0.0)
    start, end = _part(artifact, category)
    if start == end:
        return overall
    chosen = slice(start, min(end, start + limit))
    first = _scored(
        artifact["category_products"][chosen],
        artifact["category_scores"][chosen],
        _IN_CATEGORY,
        _ABOVE_OVERALL,
    )
    rest = ~np.isin(products, first[0])
    both = [np.concatenate([a, b[rest]])[:limit] for a, b in zip(first, overall, strict=True)]
    return both[0], both[1], both[2]


def _part(artifact: Arrays, category: int | None) -> tuple[int, int]:
    """Where a category's ranking begins and ends."""
    if category is None:
        return 0, 0
    place = int(artifact["categories"].searchsorted(category))
    if place == len(artifact["categories"]) or artifact["categories"][place] != category:
        return 0, 0
    start, end = artifact["offsets"][place : place + 2].tolist()
    return start, end


def _scored(products: Any, scores: Any, code: int, above: float) -> _Ranking:
    top = float(scores[0]) or 1.0
    return products, above + scores / top, np.where(scores > 0, code, _NEW)
