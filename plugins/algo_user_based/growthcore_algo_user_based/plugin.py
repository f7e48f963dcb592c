"""What the plugin is, and what it offers."""

from __future__ import annotations

from growthcore.api import Algorithm, Category, Manifest, Text, hookimpl
from growthcore_algo_user_based.algorithm import UserBased, UserBasedKnown

MANIFEST = Manifest(
    name="algo_user_based",
    title=Text("사용자 기반 추천", "For you"),
    api=(1, 0),
    category=Category.ALGORITHM,
    description=Text(
        "고객이 보고 산 것으로 가장 좋아할 상품을 추천합니다.",
        "Recommends what a customer most likely wants, from what they viewed and bought.",
    ),
)


@hookimpl
def growthcore_algorithms() -> list[type[Algorithm]]:
    """Offer the algorithms."""
    return [UserBased, UserBasedKnown]
