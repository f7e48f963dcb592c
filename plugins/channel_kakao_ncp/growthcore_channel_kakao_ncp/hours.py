"""The hours in which Kakao delivers: 08:00 to 20:50, Korean time; outside them it answers 3022.

Source: guide-gov.ncloud-docs.com, "Brand Message"; the same hours at docs.nhncloud.com.
"""

from __future__ import annotations

from datetime import datetime, time, timedelta

from growthcore_channel_kakao_ncp.messages import KST

_OPENS, _CLOSES = time(8), time(20, 50)


def is_closed(now: datetime) -> bool:
    """Whether nothing is delivered now."""
    local = now.astimezone(KST).time()
    return local < _OPENS or local >= _CLOSES


def until_open(now: datetime) -> float:
    """Seconds until the next morning's opening."""
    local = now.astimezone(KST)
    opens = datetime.combine(local.date(), _OPENS, KST)
    return ((opens if opens > local else opens + timedelta(days=1)) - local).total_seconds()
