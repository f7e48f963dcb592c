"""The products somebody looked at last."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

from growthcore.api import Algorithm, Key, ParamsSchema, RecommendRequest, Scored, Text

_EVENTS = ("view_item",)


class RecentlyViewed(Algorithm):
    """Exact and untrained: it reads what was recorded up to this moment."""

    id = "recently_viewed"
    title = Text("최근 본 상품", "Recently viewed")
    help = Text(
        "학습 없이 바로 쓸 수 있습니다. 장바구니에 있거나 구매한 상품도 보여 줍니다.",
        "Works at once, without training. Shows products in the cart and bought ones too.",
    )
    key = Key.CUSTOMER
    reasons: ClassVar[Mapping[str, Text]] = {"recently_viewed": Text("최근에 봄", "Viewed lately")}
    Params = ParamsSchema
    trained = False
    keeps_bought = True
    keeps_cart = True

    def recommend(self, request: RecommendRequest) -> Sequence[Scored]:
        """Newest first; the score is one over the place."""
        products = request.history.recent_products(
            _EVENTS,
            request.limit,
            customer_id=request.customer_id,
            visitor_id=request.visitor_id,
        )
        return [
            Scored(product, 1 / place, "recently_viewed")
            for place, product in enumerate(products, start=1)
        ]
