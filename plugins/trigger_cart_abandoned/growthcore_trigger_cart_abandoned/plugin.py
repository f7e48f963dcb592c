"""What the plugin is, and what it offers."""

from __future__ import annotations

from growthcore.api import Category, Manifest, Text, Trigger, hookimpl
from growthcore_trigger_cart_abandoned.trigger import CartAbandoned

MANIFEST = Manifest(
    name="trigger_cart_abandoned",
    title=Text("장바구니 이탈", "Cart abandoned"),
    api=(1, 0),
    category=Category.TRIGGER,
    description=Text(
        "장바구니에 상품을 담아 두고 일정 시간 활동이 없으면 캠페인에 진입합니다.",
        "A customer enters a campaign when a cart with products in it was left alone for a while.",
    ),
)


@hookimpl
def growthcore_triggers() -> list[type[Trigger]]:
    """Offer the trigger."""
    return [CartAbandoned]
