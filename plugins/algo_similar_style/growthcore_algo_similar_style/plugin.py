"""What the plugin is, and what it offers."""

from __future__ import annotations

from growthcore.api import Algorithm, Category, Manifest, Text, hookimpl
from growthcore_algo_similar_style.algorithm import SimilarStyle

MANIFEST = Manifest(
    name="algo_similar_style",
    title=Text("유사 스타일", "Similar style"),
    api=(1, 0),
    category=Category.ALGORITHM,
    description=Text(
        "상품명, 카테고리, 브랜드, 속성이 비슷한 상품을 추천합니다. 새 상품도 바로 추천됩니다.",
        "Recommends products whose names, categories, brands and attributes are alike, new ones at once.",
    ),
)


@hookimpl
def growthcore_algorithms() -> list[type[Algorithm]]:
    """Offer the algorithm."""
    return [SimilarStyle]
