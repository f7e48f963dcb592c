"""What the plugin is, and what it offers."""

from __future__ import annotations

from growthcore.api import Algorithm, Category, Manifest, Text, hookimpl
from growthcore_algo_viewed_together.algorithm import BoughtTogether, ViewedTogether

MANIFEST = Manifest(
    name="algo_viewed_together",
    title=Text("함께 본 상품, 함께 구매한 상품", "Viewed together, bought together"),
    api=(1, 0),
    category=Category.ALGORITHM,
    description=Text(
        "한 상품과 함께 본 상품, 함께 구매한 상품을 추천합니다.",
        "Recommends what is viewed, or bought, together with a product.",
    ),
)


@hookimpl
def growthcore_algorithms() -> list[type[Algorithm]]:
    """Offer the algorithms."""
    return [BoughtTogether, ViewedTogether]
