"""How far a campaign in force has come, and when it will be done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from growthcore.campaigns.models import Campaign, CampaignRun
from growthcore.campaigns.reports import Standing, standing
from growthcore.messaging.models import LEDGER
from growthcore.messaging.states import State

SAMPLE = 500
"""So many of the newest messages sent tell the pace."""


@dataclass(frozen=True, kw_only=True)
class Pace:
    """``done`` of ``total`` messages came to their end.

    ``gathering`` while the audience is still being enrolled, so that ``total`` grows. ``eta`` is how
    long what may go now will take; ``held_until`` is when the first of what waits may go, if nothing
    may go now.
    """

    standing: Standing
    gathering: bool
    eta: timedelta | None
    held_until: datetime | None

    @property
    def total(self) -> int:
        """Every message made so far."""
        return self.standing.targets

    @property
    def done(self) -> int:
        """Those that need nothing more."""
        return self.standing.targets - self.standing.pending


def pace(session: Session, campaign: Campaign, now: datetime) -> Pace:
    """Where a campaign stands, by the ledger."""
    found = standing(session, campaign.id)
    ready, first = _waiting(session, campaign.id, now) if found.pending else (0, None)
    ready += found.states[State.CLAIMED] + found.states[State.SENDING]
    return Pace(
        standing=found,
        gathering=campaign.kind == "once" and _gathering(session, campaign),
        eta=_eta(session, campaign.id, ready, now) if campaign.state == "running" else None,
        held_until=first if not ready and first and first > now else None,
    )


def _waiting(session: Session, campaign_id: int, now: datetime) -> tuple[int, datetime | None]:
    """How many messages may go now, and when the first of those that wait may."""
    due = (LEDGER.c.campaign_id == campaign_id) & (LEDGER.c.state == State.DUE)
    ready = session.scalar(select(func.count()).where(due, LEDGER.c.due_at <= now)) or 0
    return ready, session.scalar(select(func.min(LEDGER.c.due_at)).where(due))


def _gathering(session: Session, campaign: Campaign) -> bool:
    run = select(CampaignRun.id).where(
        CampaignRun.version_id == campaign.version_id, CampaignRun.enrolled_at.is_(None)
    )
    return session.scalar(run.limit(1)) is not None


def _eta(session: Session, campaign_id: int, ready: int, now: datetime) -> timedelta | None:
    newest = (
        select(LEDGER.c.finished_at)
        .where(LEDGER.c.campaign_id == campaign_id, LEDGER.c.state == State.SENT)
        .order_by(LEDGER.c.id.desc())
        .limit(SAMPLE)
        .subquery()
    )
    row = session.execute(
        select(func.count(), func.min(newest.c.finished_at)).select_from(newest)
    ).one()
    sent: int = row[0]
    since: datetime | None = row[1]
    if not ready or not sent or since is None or since >= now:
        return None
    return (now - since) * ready / sent
