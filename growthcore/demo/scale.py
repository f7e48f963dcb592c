"""How much of everything the demo is made with."""

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import ZoneInfo

SHOP_NAME = "하루결"
ZONE = ZoneInfo("Asia/Seoul")
CURRENCY = "KRW"
ACTOR = "demo"
"""Who the audit log says it was, and the source of the events."""


@dataclass(frozen=True, kw_only=True)
class Scale:
    """Sizes. ``days`` is how far the past goes back; at least 20, so that campaigns have one."""

    products: int = 200
    customers: int = 2_000
    days: int = 60

    @property
    def visits_a_day(self) -> float:
        """Visits of an average day; most customers come once in three weeks, some twice a week."""
        return self.customers * 0.05
