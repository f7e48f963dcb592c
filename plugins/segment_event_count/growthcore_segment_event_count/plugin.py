"""What the plugin is, and what it offers."""

from __future__ import annotations

from growthcore.api import Category, Condition, Manifest, Text, hookimpl
from growthcore_segment_event_count.condition import EventCount

MANIFEST = Manifest(
    name="segment_event_count",
    title=Text("이벤트 횟수", "How often something was done"),
    api=(1, 0),
    category=Category.SEGMENT,
    description=Text(
        "지난 기간에 이벤트를 몇 번 했는지로 고객을 고릅니다.",
        "Chooses customers by how often they did something in a span of time.",
    ),
)


@hookimpl
def growthcore_segment_conditions() -> list[type[Condition]]:
    """Offer the condition."""
    return [EventCount]
