"""What the plugin is, and what it offers."""

from __future__ import annotations

from growthcore.api import Category, Condition, Manifest, Text, hookimpl
from growthcore_segment_customer_attribute.condition import CustomerAttribute

MANIFEST = Manifest(
    name="segment_customer_attribute",
    title=Text("고객 속성", "Customer attribute"),
    api=(1, 0),
    category=Category.SEGMENT,
    description=Text(
        "등급, 생일 등 고객 속성으로 고객을 고릅니다.",
        "Chooses customers by an attribute such as grade or birthday.",
    ),
)


@hookimpl
def growthcore_segment_conditions() -> list[type[Condition]]:
    """Offer the condition."""
    return [CustomerAttribute]
