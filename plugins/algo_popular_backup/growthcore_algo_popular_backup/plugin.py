"""What the plugin is, and what it offers."""

from __future__ import annotations

from growthcore.api import Algorithm, Category, Manifest, Text, hookimpl
from growthcore_algo_popular_backup.algorithm import PopularBackup

MANIFEST = Manifest(
    name="algo_popular_backup",
    title=Text("인기 상품 (백업)", "Popular products (backup)"),
    api=(1, 0),
    category=Category.ALGORITHM,
    description=Text(
        "지금 인기 있는 상품을 전체와 카테고리별로 추천합니다. 데이터가 없으면 새 상품을 보여 줍니다.",
        "Recommends what is popular now, overall and by category; new products while there is no data.",
    ),
)


@hookimpl
def growthcore_algorithms() -> list[type[Algorithm]]:
    """Offer the algorithm."""
    return [PopularBackup]
