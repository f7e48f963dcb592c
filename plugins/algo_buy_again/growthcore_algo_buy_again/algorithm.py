"""What a customer keeps buying."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
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
)
from growthcore_algo_buy_again.schema import Params

_EVENT = "purchase"
_PRIOR = 10.0
"""Buyers of an average product that every product is credited with, so that few buyers say little."""
_MOST = 1000


class BuyAgain(Algorithm):
    """The customer's own purchases, halved with every half-life, by how often others buy it again."""

    id = "buy_again"
    title = Text("다시 구매", "Buy again")
    help = Text(
        "고객이 자주, 최근에 산 상품 가운데 다시 사는 사람이 많은 것부터 보여 줍니다. 식품이나 "
        "생활용품처럼 되풀이해 사는 상품에 알맞습니다.",
        "Shows what the customer bought often and lately, first what many people buy again: for "
        "groceries and other supplies.",
    )
    key = Key.CUSTOMER
    Params = Params
    keeps_bought = True
    placements = frozenset({Placement.MAIN, Placement.CART, Placement.MESSAGE})
    reasons: ClassVar[Mapping[str, Text]] = {"bought_before": Text("자주 구매함", "Bought before")}

    def fit(self, interactions: Interactions, params: Mapping[str, Any]) -> Arrays:
        """Count, of each product's buyers, how many bought it again.

        ``products`` ascending and ``again``, the share who did, drawn to the mean of all products.
        """
        since = interactions.until - timedelta(days=params["days"])
        people = matrices.people(interactions, {_EVENT: 1.0}, since=since)
        if not people:
            return {}
        buyers = people.values.getnnz(axis=0)
        again = (people.values > 1).getnnz(axis=0)
        mean = (again.sum() + 1) / (buyers.sum() + 2)
        shares = (again + _PRIOR * mean) / (buyers + _PRIOR)
        return {"products": people.products, "again": shares.astype(np.float32)}

    def recommend(self, request: RecommendRequest) -> Sequence[Scored]:
        """Scores are shares of the best."""
        found = request.history.decayed_products(
            {_EVENT: 1.0},
            request.params["half_life_days"],
            _MOST,
            customer_id=request.customer_id,
            visitor_id=request.visitor_id,
        )
        left_out = {request.product_id, *request.cart}
        again = self._again(request, [product for product, _ in found])
        scores = {
            product: score * again.get(product, 0.0) ** request.params["again"]
            for product, score in found
            if product in again and product not in left_out
        }
        chosen = sorted(scores, key=lambda product: (-scores[product], -product))[: request.limit]
        best = max(scores.values(), default=1.0)
        return [Scored(product, scores[product] / best, "bought_before") for product in chosen]

    @staticmethod
    def _again(request: RecommendRequest, products: Sequence[int]) -> Mapping[int, float]:
        """How often each is bought again; products gone from the shop are left out."""
        places = neighbours.places(request.artifact, products)
        if not len(places):
            return {}
        known = request.artifact["products"][places].tolist()
        return dict(zip(known, request.artifact["again"][places].tolist(), strict=True))
