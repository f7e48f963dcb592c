"""What goes with one product: by visits, and by orders."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any, ClassVar

from growthcore.api import (
    Algorithm,
    Arrays,
    Interactions,
    Key,
    Placement,
    RecommendRequest,
    Scored,
    Text,
    matrices,
    neighbours,
    news,
)
from growthcore_algo_viewed_together.schema import BoughtParams, ViewedParams


class _Together(Algorithm):
    """Neighbours of the product that is looked at, else of all in the cart."""

    key = Key.PRODUCT
    placements = frozenset({Placement.PRODUCT, Placement.CART, Placement.ORDER, Placement.MESSAGE})
    refreshes = True
    reason: ClassVar[str]

    def fit(self, interactions: Interactions, params: Mapping[str, Any]) -> Arrays:
        """Count what shares rows, and keep what was read for refreshing."""
        return news.fit(interactions, partial(self._learn, params))

    def refresh(
        self,
        artifact: Arrays,
        interactions: Interactions,
        since: datetime,
        params: Mapping[str, Any],
    ) -> Arrays:
        """Count again with what happened since."""
        return news.refresh(artifact, interactions, partial(self._learn, params))

    def _learn(self, params: Mapping[str, Any], interactions: Interactions) -> Arrays:
        rows = self._rows(params, interactions)
        if not rows:
            return {}
        table = neighbours.co_occurring(
            rows,
            k=params["neighbours"],
            alpha=params["popularity"],
            shrink=params["shrink"],
            report=interactions.report,
        )
        return table if (table["neighbours"] >= 0).any() else {}

    @abstractmethod
    def _rows(self, params: Mapping[str, Any], interactions: Interactions) -> matrices.Matrix:
        """What products share."""

    def recommend(self, request: RecommendRequest) -> Sequence[Scored]:
        """Scores are shares of the best neighbour's."""
        artifact, asked = request.artifact, request.product_id
        keys = neighbours.places(artifact, [asked] if asked else request.cart)
        if not len(keys):
            return ()
        found, sums = neighbours.merged(artifact, keys)
        left_out = {asked, *request.cart}
        ranked = sorted(
            zip(sums.tolist(), artifact["products"][found].tolist(), strict=True), reverse=True
        )
        kept = [(score, product) for score, product in ranked if product not in left_out]
        best = kept[0][0] if kept else 1.0
        return [
            Scored(product, score / best, self.reason) for score, product in kept[: request.limit]
        ]


class ViewedTogether(_Together):
    """What is looked at in the same visit."""

    id = "viewed_together"
    title = Text("함께 본 상품", "Viewed together")
    help = Text(
        "한 번의 방문에서 함께 본 상품을 추천합니다. 비교할 상품을 보여 주기에 알맞습니다.",
        "Recommends what is viewed in the same visit: good for showing what to compare with.",
    )
    Params = ViewedParams
    reason = "viewed_together"
    reasons: ClassVar[Mapping[str, Text]] = {"viewed_together": Text("함께 봄", "Viewed together")}

    def _rows(self, params: Mapping[str, Any], interactions: Interactions) -> matrices.Matrix:
        return matrices.sessions(
            interactions,
            "view_item",
            gap=timedelta(minutes=params["gap_minutes"]),
            since=interactions.until - timedelta(days=params["days"]),
            half_life_days=params["half_life_days"],
        )


class BoughtTogether(_Together):
    """What is bought in the same order."""

    id = "bought_together"
    title = Text("함께 구매한 상품", "Bought together")
    help = Text(
        "한 주문에서 함께 구매한 상품을 추천합니다.",
        "Recommends what is bought in the same order.",
    )
    Params = BoughtParams
    reason = "bought_together"
    reasons: ClassVar[Mapping[str, Text]] = {
        "bought_together": Text("함께 구매함", "Bought together")
    }

    def _rows(self, params: Mapping[str, Any], interactions: Interactions) -> matrices.Matrix:
        return matrices.events(
            interactions,
            "purchase",
            since=interactions.until - timedelta(days=params["days"]),
            half_life_days=params["half_life_days"],
        )
