"""What the plugin is, and what it offers."""

from __future__ import annotations

from growthcore.api import Algorithm, Category, Manifest, Text, hookimpl
from growthcore_algo_buy_again.algorithm import BuyAgain

MANIFEST = Manifest(
    name="algo_buy_again",
    title=Text("다시 구매", "Buy again"),
    api=(1, 0),
    category=Category.ALGORITHM,
    description=Text(
        "고객이 자주 사던 상품을 다시 살 때에 맞추어 추천합니다.",
        "Recommends what a customer keeps buying, when it is due again.",
    ),
)


@hookimpl
def growthcore_algorithms() -> list[type[Algorithm]]:
    """Offer the algorithm."""
    return [BuyAgain]
