"""Consents that have to be confirmed before more advertising: 정보통신망법 article 50 (8).

Its decree, article 62-3: the sender tells before the same day of each second year after the consent what
was consented to and when, and how to keep or withdraw it. Silence keeps the consent. Told is who was
sent a message since that says it: one with a variable that :attr:`Variable.confirms_consent`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, String, cast, exists, func, or_, select
from sqlalchemy.orm import Session

from growthcore.campaigns.lifecycle import State
from growthcore.campaigns.models import Campaign, CampaignVersion
from growthcore.core import Core
from growthcore.customers.models import Consent
from growthcore.messaging import states
from growthcore.messaging.models import Message
from growthcore.segments import service as segments

YEARS: Final = 2
# The law speaks of days in Korea.
_ZONE = ZoneInfo("Asia/Seoul")


def overdue(core: Core, session: Session, medium: str, audience: Mapping[str, Any] | None) -> int:
    """How many of an audience (of all customers without one) consented, or were told, too long ago."""
    since = _years_before(core.clock.now())
    counted = select(func.count()).where(
        Consent.channel == medium,
        Consent.purpose == "advertising",
        Consent.granted.is_(True),
        Consent.at < since,
    )
    if notices := session.scalars(_versions(core)).all():
        told = exists().where(
            Message.customer_id == Consent.customer_id,
            Message.sent_at >= since,
            Message.state == states.State.SENT,
            Message.version_id.in_(notices),
        )
        counted = counted.where(~told)
    if audience is not None:
        members = segments.members_select(core, session, audience)
        counted = counted.where(Consent.customer_id.in_(members))
    return session.scalar(counted) or 0


def running(core: Core, session: Session) -> int | None:
    """The newest campaign under way that tells people of their consents, if there is one."""
    return session.scalar(
        select(Campaign.id)
        .where(Campaign.state == State.RUNNING, Campaign.version_id.in_(_versions(core)))
        .order_by(Campaign.id.desc())
        .limit(1)
    )


def _versions(core: Core) -> Any:
    """A select of the versions of campaigns whose message says what somebody consented to."""
    written = cast(CampaignVersion.definition, String)
    said: list[ColumnElement[bool]] = [
        written.contains(f"#{{{name}{end}", autoescape=True)
        for name, variable in core.plugins.variables.items()
        if variable.confirms_consent
        for end in ("}", "|")
    ]
    return select(CampaignVersion.id).where(or_(False, *said))


def _years_before(now: datetime) -> datetime:
    """The beginning of the same day so many years ago; of 29 February, that of the 28th."""
    today = now.astimezone(_ZONE).replace(hour=0, minute=0, second=0, microsecond=0)
    day = 28 if (today.month, today.day) == (2, 29) else today.day
    return today.replace(year=today.year - YEARS, day=day)
