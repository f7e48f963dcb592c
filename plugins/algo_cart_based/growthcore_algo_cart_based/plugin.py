"""What the plugin is, and what it offers."""

from __future__ import annotations

from growthcore.api import Algorithm, Category, Manifest, Text, hookimpl
from growthcore_algo_cart_based.algorithm import CartBased

MANIFEST = Manifest(
    name="algo_cart_based",
    title=Text("장바구니 기반 추천", "Cart-based recommendations"),
    api=(1, 0),
    category=Category.ALGORITHM,
    description=Text(
        "장바구니 전체를 보고 함께 사면 좋은 상품을 추천합니다.",
        "Recommends what goes with the whole cart.",
    ),
)


@hookimpl
def growthcore_algorithms() -> list[type[Algorithm]]:
    """Offer the algorithm."""
    return [CartBased]
