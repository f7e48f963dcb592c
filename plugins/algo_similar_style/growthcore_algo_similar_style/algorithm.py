"""Products that are alike by what the catalogue says of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
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
    neighbours,
)
from growthcore_algo_similar_style import table
from growthcore_algo_similar_style.schema import Params

_RECENT = 3


class SimilarStyle(Algorithm):
    """Needs no visitors at all: a new product recommends, and is recommended, within a minute."""

    id = "similar_style"
    title = Text("유사 스타일", "Similar style")
    help = Text(
        "이름, 카테고리, 브랜드, 속성이 비슷한 상품을 추천합니다. 방문 데이터가 없어도 되고, 새 상품도 "
        "1분 안에 나옵니다.",
        "Recommends products alike in name, category, brand and attributes. Needs no visits; new "
        "products take part within a minute.",
    )
    key = Key.PRODUCT
    Params = Params
    placements = frozenset(
        {Placement.PRODUCT, Placement.CART, Placement.SEARCH, Placement.MESSAGE, Placement.MAIN}
    )
    reasons: ClassVar[Mapping[str, Text]] = {
        "similar_style": Text("비슷한 스타일", "Similar style")
    }
    refreshes = True

    def fit(self, interactions: Interactions, params: Mapping[str, Any]) -> Arrays:
        """Compare everything on show with everything."""
        return table.learn(interactions.catalogue(), params, interactions.report)

    def refresh(
        self,
        artifact: Arrays,
        interactions: Interactions,
        since: datetime,
        params: Mapping[str, Any],
    ) -> Arrays:
        """Put in the products that came since; how rare a feature is stays as it was at night."""
        return table.add(artifact, interactions.catalogue(), params)

    def recommend(self, request: RecommendRequest) -> Sequence[Scored]:
        """Like the product looked at, else the cart's, else those viewed last; scores are cosines."""
        asked = self._asked(request)
        keys = neighbours.places(request.artifact, asked)
        if not len(keys):
            return ()
        found, sums = neighbours.merged(request.artifact, keys)
        left_out = {*asked, *request.cart}
        products = request.artifact["products"][found].tolist()
        ranked = sorted(zip((sums / len(keys)).tolist(), products, strict=True), reverse=True)
        return [
            Scored(product, score, self.id) for score, product in ranked if product not in left_out
        ][: request.limit]

    @staticmethod
    def _asked(request: RecommendRequest) -> Sequence[int]:
        if request.product_id:
            return [request.product_id]
        return request.cart or request.history.recent_products(
            ["view_item"],
            _RECENT,
            customer_id=request.customer_id,
            visitor_id=request.visitor_id,
        )
