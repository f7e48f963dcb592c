"""What the engine itself does to campaigns as time passes: begins, pauses and completes them."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from growthcore.campaigns import versions
from growthcore.campaigns.lifecycle import State
from growthcore.campaigns.models import Campaign, CampaignRun
from growthcore.messaging import ledger, tally
from growthcore.messaging.models import LEDGER

LATE = timedelta(hours=1)
"""A scheduled run that would start later than this asks before it sends."""


def begin(session: Session, campaign: Campaign, now: datetime) -> None:
    """Start the run of a campaign that is launched."""
    campaign.state, campaign.message = State.RUNNING, None
    exists = session.scalar(
        select(CampaignRun.id).where(CampaignRun.version_id == campaign.version_id)
    )
    if exists is None:
        session.add(
            CampaignRun(
                campaign_id=campaign.id,
                version_id=campaign.version_id,
                tag=secrets.token_hex(6),
                started_at=now,
            )
        )


def start_scheduled(session: Session, now: datetime) -> list[int]:
    """Start what is due; what is more than an hour late is paused and asks instead."""
    due = session.scalars(
        select(Campaign)
        .where(Campaign.state == State.SCHEDULED, Campaign.scheduled_for <= now)
        .with_for_update(skip_locked=True)
    ).all()
    for campaign in due:
        assert campaign.scheduled_for is not None  # noqa: S101 - the query says so
        if now - campaign.scheduled_for > LATE:
            stop(
                campaign,
                "Its scheduled time passed more than an hour ago. Resume to send now.",
                now,
            )
        else:
            begin(session, campaign, now)
    return [campaign.id for campaign in due if campaign.state == State.RUNNING]


def stop(campaign: Campaign, message: str, now: datetime) -> None:
    """Pause a campaign by the engine's own decision, saying why."""
    campaign.state, campaign.message, campaign.changed_at = State.PAUSED, message[:500], now


def complete(session: Session, now: datetime) -> list[int]:
    """Complete the one-time campaigns that have nothing left to do.

    One that was completed goes on when an uncertain message of it is to be sent again.
    """
    _end_cancelled(session, now)
    _reopen(session, now)
    done = []
    for campaign, _, run in versions.rows(session, kind="once"):
        if run.enrolled_at is not None and not tally.pending(session, run.id):
            campaign.state, campaign.ended_at = State.COMPLETED, now
            campaign.changed_at = run.ended_at = now
            done.append(campaign.id)
    return done


def _end_cancelled(session: Session, now: datetime) -> None:
    """End what workers gave back of campaigns that were cancelled while they held it."""
    left = exists().where(LEDGER.c.campaign_id == Campaign.id, LEDGER.c.state == "due")
    cancelled = select(Campaign.id).where(Campaign.state == State.CANCELLED, left)
    for campaign_id in session.scalars(cancelled).all():
        ledger.cancel(session, campaign_id, now)


def _reopen(session: Session, now: datetime) -> None:
    waits = exists().where(LEDGER.c.campaign_id == Campaign.id, LEDGER.c.state == "due")
    found = select(Campaign, CampaignRun).join(
        CampaignRun, CampaignRun.version_id == Campaign.version_id
    )
    for campaign, run in session.execute(found.where(Campaign.state == State.COMPLETED, waits)):
        campaign.state, campaign.changed_at = State.RUNNING, now
        campaign.ended_at = run.ended_at = None


def unenrolled(session: Session) -> list[int]:
    """Running one-time campaigns whose audience is not complete yet."""
    return list(
        session.scalars(
            select(Campaign.id)
            .join(CampaignRun, CampaignRun.version_id == Campaign.version_id)
            .where(
                Campaign.state == State.RUNNING,
                Campaign.kind == "once",
                CampaignRun.enrolled_at.is_(None),
            )
        )
    )


def with_due_messages(session: Session, now: datetime) -> list[int]:
    """Running campaigns that have something to send now."""
    waiting = exists().where(
        LEDGER.c.campaign_id == Campaign.id,
        LEDGER.c.state == "due",
        LEDGER.c.due_at <= now,
    )
    return list(
        session.scalars(select(Campaign.id).where(Campaign.state == State.RUNNING, waiting))
    )
