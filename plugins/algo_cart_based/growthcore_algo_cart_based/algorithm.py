"""What goes with the whole cart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any, ClassVar

import numpy as np

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
from growthcore_algo_cart_based.schema import Params

_EVENT = "purchase"
_SMALLEST = 1e-9


class CartBased(Algorithm):
    """Neighbours over baskets of everything in the cart, blended with what its owner keeps buying."""

    id = "cart_based"
    title = Text("장바구니 기반", "Cart-based")
    help = Text(
        "장바구니에 담긴 상품 전체와 함께 팔리는 상품을 추천합니다. 서로 대신하는 상품은 빼고, "
        "고객이 자주 사는 상품을 더합니다.",
        "Recommends what sells together with everything in the cart: no stand-ins for what is in it, "
        "and what the customer keeps buying.",
    )
    key = Key.CART
    Params = Params
    placements = frozenset({Placement.CART, Placement.ORDER, Placement.MESSAGE})
    # What is bought over and over belongs to a full cart; `leave_out_bought` is for other shops.
    keeps_bought = True
    refreshes = True
    reasons: ClassVar[Mapping[str, Text]] = {
        "goes_with_cart": Text("장바구니 상품과 함께 팔림", "Sells with what is in the cart"),
        "bought_before": Text("자주 구매함", "Bought before"),
    }

    def fit(self, interactions: Interactions, params: Mapping[str, Any]) -> Arrays:
        """Count what shares baskets, and keep what was read for refreshing."""
        return news.fit(interactions, partial(_learn, params))

    def refresh(
        self,
        artifact: Arrays,
        interactions: Interactions,
        since: datetime,
        params: Mapping[str, Any],
    ) -> Arrays:
        """Count again with what happened since."""
        return news.refresh(artifact, interactions, partial(_learn, params))

    def recommend(self, request: RecommendRequest) -> Sequence[Scored]:
        """Scores are sums of two shares: of the cart's best neighbour, and of the habit's best."""
        artifact = request.artifact
        cart = {*request.cart, *filter(None, [request.product_id])}
        keys = neighbours.places(artifact, sorted(cart))
        if not len(keys):
            return ()
        found, sums = neighbours.merged(artifact, keys)
        best = max(float(sums.max(initial=0.0)), _SMALLEST)
        beside = dict(
            zip(artifact["products"][found].tolist(), (sums / best).tolist(), strict=True)
        )
        habit = self._habit(request)
        both = {
            product: beside.get(product, 0.0) + habit.get(product, 0.0)
            for product in beside.keys() | habit.keys()
            if product not in cart
        }
        chosen = sorted(both, key=lambda product: (-both[product], -product))
        bought = self._bought(request)
        kept = [product for product in chosen if product not in bought][: request.limit]
        return [
            Scored(
                product,
                both[product],
                "goes_with_cart"
                if beside.get(product, 0.0) >= habit.get(product, 0.0)
                else "bought_before",
            )
            for product in kept
        ]

    @staticmethod
    def _habit(request: RecommendRequest) -> Mapping[int, float]:
        """What the owner keeps buying: shares of the most, times its weight."""
        weight = request.params["habit"]
        if not weight or request.params["leave_out_bought"]:
            return {}
        found = request.history.decayed_products(
            {_EVENT: 1.0},
            request.params["habit_half_life_days"],
            request.params["neighbours"],
            customer_id=request.customer_id,
            visitor_id=request.visitor_id,
        )
        most = found[0][1] if found else 1.0
        return {product: weight * score / most for product, score in found}

    @staticmethod
    def _bought(request: RecommendRequest) -> frozenset[int]:
        if not request.params["leave_out_bought"]:
            return frozenset()
        return frozenset(
            request.history.recent_products(
                [_EVENT], 200, customer_id=request.customer_id, visitor_id=request.visitor_id
            )
        )


def _learn(params: Mapping[str, Any], interactions: Interactions) -> Arrays:
    baskets = matrices.events(
        interactions,
        _EVENT,
        since=interactions.until - timedelta(days=params["days"]),
        half_life_days=params["half_life_days"],
    )
    if not baskets:
        return {}
    categories = interactions.categories()
    kinds = [categories.get(product, 0) for product in baskets.products.tolist()]
    return neighbours.co_occurring(
        baskets,
        k=params["neighbours"],
        alpha=params["popularity"],
        shrink=params["shrink"],
        kinds=np.array(kinds, dtype=np.int64),
        report=interactions.report,
    )
