"""What is popular now: the algorithm that always has an answer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, ClassVar

import numpy as np

from growthcore.api import (
    Algorithm,
    Arrays,
    Interactions,
    Key,
    RecommendRequest,
    Scored,
    Text,
)
from growthcore_algo_popular_backup import counting
from growthcore_algo_popular_backup.schema import Params

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

    def fit(self, interactions: Interactions, params: Mapping[str, Any]) -> Arrays:
        """Count and rank."""
        return counting.rank(interactions, params)

    def recommend(self, request: RecommendRequest) -> Sequence[Scored]:
        """The category's products before all others; scores are shares of the most popular one's."""
        found: dict[int, Scored] = {}
        for scored in (*_of_category(request), *_overall(request)):
            found.setdefault(scored.product_id, scored)
        return list(islice(found.values(), request.limit))


def _overall(request: RecommendRequest) -> Iterator[Scored]:
    artifact, chosen = request.artifact, slice(0, request.limit)
    if not artifact:
        return iter(())
    return _scored(artifact["products"][chosen], artifact["scores"][chosen], "popular", 0.0)


def _of_category(request: RecommendRequest) -> Iterator[Scored]:
    artifact, category = request.artifact, request.category_id
    if not artifact or category is None:
        return iter(())
    place = int(np.searchsorted(artifact["categories"], category))
    if place == len(artifact["categories"]) or artifact["categories"][place] != category:
        return iter(())
    start, end = artifact["offsets"][place : place + 2].tolist()
    chosen = slice(start, min(end, start + request.limit))
    return _scored(
        artifact["category_products"][chosen],
        artifact["category_scores"][chosen],
        "popular_in_category",
        _ABOVE_OVERALL,
    )


def _scored(products: Any, scores: Any, reason: str, above: float) -> Iterator[Scored]:
    top = float(scores[0]) or 1.0
    for product, score in zip(products.tolist(), scores.tolist(), strict=True):
        yield Scored(product, above + score / top, reason if score > 0 else "new")
