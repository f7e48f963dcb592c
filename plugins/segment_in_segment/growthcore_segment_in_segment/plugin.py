"""What the plugin is, and what it offers."""

from __future__ import annotations

from growthcore.api import Category, Condition, Manifest, Text, hookimpl
from growthcore_segment_in_segment.condition import InSegment

MANIFEST = Manifest(
    name="segment_in_segment",
    title=Text("다른 세그먼트", "Another segment"),
    api=(1, 0),
    category=Category.SEGMENT,
    description=Text(
        "저장된 다른 세그먼트에 속한 고객을 고릅니다.",
        "Chooses the members of another saved segment.",
    ),
)


@hookimpl
def growthcore_segment_conditions() -> list[type[Condition]]:
    """Offer the condition."""
    return [InSegment]
