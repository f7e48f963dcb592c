"""What the plugin is, and what it offers."""

from __future__ import annotations

from growthcore.api import Category, Manifest, Policy, Text, hookimpl
from growthcore_policy_quiet_hours.policy import QuietHours

MANIFEST = Manifest(
    name="policy_quiet_hours",
    title=Text("야간 발송 금지", "Quiet hours"),
    api=(1, 0),
    category=Category.POLICY,
    description=Text(
        "쇼핑몰이 정한 시간에는 캠페인 메시지를 보내지 않고, 끝나는 시각까지 미룹니다.",
        "Holds campaign messages during the hours the shop chooses, until those end.",
    ),
)


@hookimpl
def growthcore_policies() -> list[type[Policy]]:
    """Offer the policy."""
    return [QuietHours]
