"""The law's night: advertising between 21:00 and 08:00 needs a consent of its own.

정보통신망법 제50조 제3항; e-mail is exempt by 시행령 제61조 제2항. It is the recipient's night, so it is
Seoul's whatever zone the shop says it is in. Nothing switches it off: the shop's own quiet hours are a
policy (``plugins/policy_quiet_hours``) that holds more than this, never less. Pure.
"""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from growthcore.api import Intent, MessageClass

ZONE = ZoneInfo("Asia/Seoul")
BEGINS, ENDS = time(21), time(8)
FREE_MEDIA = frozenset({"email"})
REASON = "night_ban"


def binds(message_class: str, medium: str) -> bool:
    """Whether such messages need the separate consent at night."""
    return message_class == MessageClass.ADVERTISING and medium not in FREE_MEDIA


def until(intent: Intent, at: datetime) -> datetime | None:
    """When the night that holds this message at ``at`` ends; None when none does."""
    if intent.night_consent or not binds(intent.message_class, intent.channel):
        return None
    local = at.astimezone(ZONE)
    if ENDS <= local.time() < BEGINS:
        return None
    day = local.date() + timedelta(days=local.time() >= BEGINS)
    return datetime.combine(day, ENDS, ZONE)


def begins_after(at: datetime) -> datetime:
    """When the next night begins."""
    local = at.astimezone(ZONE)
    day = local.date() + timedelta(days=local.time() >= BEGINS)
    return datetime.combine(day, BEGINS, ZONE)
