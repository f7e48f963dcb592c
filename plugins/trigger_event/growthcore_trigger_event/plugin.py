"""What the plugin is, and what it offers."""

from __future__ import annotations

from growthcore.api import Category, Manifest, Text, Trigger, hookimpl
from growthcore_trigger_event.trigger import EventTrigger

MANIFEST = Manifest(
    name="trigger_event",
    title=Text("이벤트 발생", "An event happens"),
    api=(1, 0),
    category=Category.TRIGGER,
    description=Text(
        "고객에게 이벤트가 발생하면 캠페인에 진입합니다.",
        "A customer enters a campaign when an event happens.",
    ),
)


@hookimpl
def growthcore_triggers() -> list[type[Trigger]]:
    """Offer the trigger."""
    return [EventTrigger]
