"""What the plugin is, and what it offers."""

from __future__ import annotations

from growthcore.api import Category, Condition, Manifest, Text, hookimpl
from growthcore_segment_consent.condition import ConsentGiven

MANIFEST = Manifest(
    name="segment_consent",
    title=Text("수신 동의", "Consent"),
    api=(1, 0),
    category=Category.SEGMENT,
    description=Text(
        "채널별 수신 동의 여부로 고객을 고릅니다.",
        "Chooses customers by what they consented to.",
    ),
)


@hookimpl
def growthcore_segment_conditions() -> list[type[Condition]]:
    """Offer the condition."""
    return [ConsentGiven]
