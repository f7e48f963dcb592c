"""When a campaign would really begin to send: what was asked for, and what the night makes of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from growthcore.api import MessageClass
from growthcore.campaigns import checks, definition
from growthcore.campaigns.models import Campaign
from growthcore.core import Core
from growthcore.messaging import gate, policy


@dataclass(frozen=True, kw_only=True)
class SendTime:
    """``asked`` is when a campaign is to begin, ``actual`` when its first message may go.

    ``quiet`` is the shop's night in minutes of the day in ``zone``, or None where none holds the
    campaign's messages. A triggered campaign has no time of its own: both are the present, and
    ``delay`` counts from each trigger.
    """

    asked: datetime
    actual: datetime
    scheduled: bool
    zone: ZoneInfo
    quiet: tuple[int, int] | None
    delay: timedelta | None

    @property
    def held(self) -> bool:
        """Whether the night moves it."""
        return self.actual > self.asked


def send_time(core: Core, session: Session, campaign: Campaign) -> SendTime:
    """The answer by the policy in force now. Raises :class:`InvalidInput` for an incomplete draft."""
    loaded = definition.load(campaign.definition)
    medium = checks.channel_of(core, session, loaded["account_id"]).medium
    rules, now = gate.rules(session), core.clock.now()
    asked = max(campaign.scheduled_for or now, now)
    delivery = loaded["delivery"]
    return SendTime(
        asked=asked,
        actual=policy.quiet_until(loaded["message_class"], medium, rules, asked) or asked,
        scheduled=campaign.scheduled_for is not None,
        zone=rules.zone,
        quiet=_quiet(loaded["message_class"], medium, rules),
        delay=delivery["delay"] if delivery["kind"] == "triggered" else None,
    )


def _quiet(message_class: MessageClass, medium: str, rules: policy.Rules) -> tuple[int, int] | None:
    if not policy.keeps_quiet(message_class, medium, rules):
        return None
    return rules.quiet_from, rules.quiet_until
