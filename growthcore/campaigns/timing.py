"""When a campaign would really begin to send: what was asked for, and what the night makes of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from growthcore.api import Intent
from growthcore.campaigns import checks, definition
from growthcore.campaigns.models import Campaign
from growthcore.core import Core
from growthcore.messaging import send_policy


@dataclass(frozen=True, kw_only=True)
class SendTime:
    """``asked`` is when a campaign is to begin, ``actual`` when everybody's message may go.

    ``consented`` is the same for who consented to advertising at night, the soonest of all. ``quiet``
    is when the day holds the campaign's messages, in minutes in ``zone``, or None. A triggered
    campaign has no time of its own: it is asked for at present, and ``delay`` counts from each trigger.
    """

    asked: datetime
    actual: datetime
    consented: datetime
    scheduled: bool
    zone: ZoneInfo
    quiet: tuple[int, int] | None
    delay: timedelta | None

    @property
    def held(self) -> bool:
        """Whether the night moves it."""
        return self.actual > self.asked


def send_time(core: Core, session: Session, campaign: Campaign) -> SendTime:
    """The answer by the policies in force now. Raises :class:`InvalidInput` for an incomplete draft."""
    loaded = definition.load(campaign.definition)
    rules, now = send_policy.rules(core, session), core.clock.now()
    asked = max(campaign.scheduled_for or now, now)
    delivery = loaded["delivery"]
    plain = Intent(
        campaign_id=campaign.id,
        channel=checks.channel_of(core, session, loaded["account_id"]).medium,
        message_class=loaded["message_class"],
        night_consent=False,
        zone=rules.zone,
    )
    return SendTime(
        asked=asked,
        actual=rules.earliest(plain, asked),
        consented=rules.earliest(replace(plain, night_consent=True), asked),
        scheduled=campaign.scheduled_for is not None,
        zone=rules.zone,
        quiet=rules.quiet(plain, asked),
        delay=delivery["delay"] if delivery["kind"] == "triggered" else None,
    )
