"""What the plugin is, and what it offers."""

from __future__ import annotations

from growthcore.api import Category, Manifest, Policy, Text, hookimpl
from growthcore_policy_cooldown.policy import Cooldown

MANIFEST = Manifest(
    name="policy_cooldown",
    title=Text("중복 발송 방지(쿨다운)", "Cooldown and caps"),
    api=(1, 0),
    category=Category.POLICY,
    description=Text(
        "같은 고객에게 보내는 메시지 사이의 간격과, 일정 기간에 보내는 횟수를 제한합니다.",
        "Limits how soon after one another, and how often in a period, a customer is written to.",
    ),
)


@hookimpl
def growthcore_policies() -> list[type[Policy]]:
    """Offer the policy."""
    return [Cooldown]
