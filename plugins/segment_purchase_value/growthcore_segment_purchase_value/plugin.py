"""What the plugin is, and what it offers."""

from __future__ import annotations

from growthcore.api import Category, Condition, Manifest, Text, hookimpl
from growthcore_segment_purchase_value.condition import PurchaseValue

MANIFEST = Manifest(
    name="segment_purchase_value",
    title=Text("구매 금액", "How much was bought"),
    api=(1, 0),
    category=Category.SEGMENT,
    description=Text(
        "지난 기간의 구매 금액으로 고객을 고릅니다.",
        "Chooses customers by how much they bought in a span of time.",
    ),
)


@hookimpl
def growthcore_segment_conditions() -> list[type[Condition]]:
    """Offer the condition."""
    return [PurchaseValue]
