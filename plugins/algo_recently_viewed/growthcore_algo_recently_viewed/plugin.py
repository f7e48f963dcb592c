"""What the plugin is, and what it offers."""

from __future__ import annotations

from growthcore.api import Algorithm, Category, Manifest, Text, hookimpl
from growthcore_algo_recently_viewed.algorithm import RecentlyViewed

MANIFEST = Manifest(
    name="algo_recently_viewed",
    title=Text("최근 본 상품", "Recently viewed"),
    api=(1, 0),
    category=Category.ALGORITHM,
    description=Text(
        "고객이나 방문자가 최근에 본 상품을 최신 순으로 보여 줍니다. 방금 본 상품도 포함됩니다.",
        "Shows what a customer or visitor looked at last, newest first, a second ago included.",
    ),
)


@hookimpl
def growthcore_algorithms() -> list[type[Algorithm]]:
    """Offer the algorithm."""
    return [RecentlyViewed]
