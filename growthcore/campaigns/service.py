"""What can be done with a campaign."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from growthcore.api import InvalidInput
from growthcore.campaigns import checks, definition, lifecycle, progress
from growthcore.campaigns.lifecycle import State
from growthcore.campaigns.models import Campaign, CampaignVersion
from growthcore.core import Core
from growthcore.messaging import ledger
from growthcore.operators import audit


def get(session: Session, campaign_id: int, *, lock: bool = False) -> Campaign:
    """One campaign; ``lock`` it to change its state. Raises :class:`InvalidInput` when there is none."""
    campaign = session.get(Campaign, campaign_id, with_for_update=lock or None)
    if campaign is None:
        raise InvalidInput({"campaign": f"There is no campaign {campaign_id}."})
    return campaign


def page(session: Session, *, after: int = 0, limit: int = 50) -> list[Campaign]:
    """Campaigns, newest first; ``after`` is the id the last page ended with."""
    statement = select(Campaign).order_by(Campaign.id.desc()).limit(limit)
    if after:
        statement = statement.where(Campaign.id < after)
    return list(session.scalars(statement))


def create(
    core: Core, session: Session, name: str, draft: Mapping[str, Any], *, actor: str
) -> Campaign:
    """Save a draft. Raises :class:`InvalidInput` by path; an unknown variable is refused here."""
    if "content" in draft:
        draft = {**draft, "content": checks.prepared(core, session, draft)}
    loaded = _validated(core, session, name, draft)
    now = core.clock.now()
    campaign = Campaign(
        name=name.strip(),
        kind=loaded["delivery"]["kind"],
        state=State.DRAFT,
        definition=dict(draft),
        created_at=now,
        changed_at=now,
    )
    session.add(campaign)
    session.flush()  # the audit entry names its id
    record(core, session, actor, "campaign.created", campaign)
    return campaign


def duplicate(core: Core, session: Session, campaign_id: int, *, actor: str) -> Campaign:
    """A new draft with the same content, whether or not that could be launched today."""
    source, now = get(session, campaign_id), core.clock.now()
    campaign = Campaign(
        name=f"{source.name[:55]} 사본",
        kind=source.kind,
        state=State.DRAFT,
        definition=source.definition,
        created_at=now,
        changed_at=now,
    )
    session.add(campaign)
    session.flush()  # the audit entry names its id
    record(core, session, actor, "campaign.created", campaign, copied_from=source.id)
    return campaign


def launch(
    core: Core, session: Session, campaign_id: int, *, actor: str, at: datetime | None = None
) -> Campaign:
    """Freeze the draft as a version and start it, now or ``at`` a time.

    Raises :class:`InvalidInput` naming every blocking finding.
    """
    campaign, now = get(session, campaign_id, lock=True), core.clock.now()
    lifecycle.require(State(campaign.state), State.SCHEDULED if at else State.RUNNING)
    if at is not None:
        require_time(core, campaign.kind, at)
    checks.require_launchable(core, session, campaign)
    if campaign.version_id is None:
        campaign.version_id = _freeze(core, session, campaign, now).id
    campaign.scheduled_for, campaign.launched_at, campaign.changed_at = at, now, now
    campaign.state = State.SCHEDULED
    if at is None:
        progress.begin(session, campaign, now)
    record(core, session, actor, "campaign.launched", campaign)
    return campaign


def unschedule(core: Core, session: Session, campaign_id: int, *, actor: str) -> Campaign:
    """Take back a launch that has not begun: a draft again, whose next launch freezes it anew."""
    campaign = get(session, campaign_id, lock=True)
    lifecycle.require(State(campaign.state), State.DRAFT)
    session.execute(delete(CampaignVersion).where(CampaignVersion.campaign_id == campaign.id))
    campaign.state, campaign.version_id, campaign.launched_at = State.DRAFT, None, None
    campaign.changed_at = core.clock.now()
    record(core, session, actor, "campaign.unscheduled", campaign)
    return campaign


def pause(core: Core, session: Session, campaign_id: int, *, actor: str) -> Campaign:
    """Hold every message not yet handed over."""
    campaign = get(session, campaign_id, lock=True)
    lifecycle.require(State(campaign.state), State.PAUSED)
    progress.stop(campaign, "Paused by hand.", core.clock.now())
    record(core, session, actor, "campaign.paused", campaign)
    return campaign


def resume(core: Core, session: Session, campaign_id: int, *, actor: str) -> Campaign:
    """Go on; only what was not sent is sent."""
    campaign = get(session, campaign_id, lock=True)
    lifecycle.require(State(campaign.state), State.RUNNING)
    progress.begin(session, campaign, core.clock.now())
    campaign.changed_at = core.clock.now()
    record(core, session, actor, "campaign.resumed", campaign)
    return campaign


def cancel(core: Core, session: Session, campaign_id: int, *, actor: str) -> int:
    """End a campaign; what still waits is suppressed. Returns how many messages that is."""
    campaign, now = get(session, campaign_id, lock=True), core.clock.now()
    lifecycle.require(State(campaign.state), State.CANCELLED)
    campaign.state, campaign.ended_at, campaign.changed_at = State.CANCELLED, now, now
    dropped = ledger.cancel(session, campaign.id, now)
    record(core, session, actor, "campaign.cancelled", campaign, dropped=dropped)
    return dropped


def require_name(name: str) -> None:
    """Raise :class:`InvalidInput` unless a campaign may be called so."""
    if not 1 <= len(name.strip()) <= 60:
        raise InvalidInput({"name": "A campaign's name has 1 to 60 characters."})


def require_time(core: Core, kind: str | None, at: datetime) -> None:
    """Raise :class:`InvalidInput` unless a campaign of this kind may be launched for then."""
    if at <= core.clock.now():
        raise InvalidInput({"scheduled_for": "The time lies in the past; choose a later one."})
    if kind == "triggered":
        raise InvalidInput({"scheduled_for": "A triggered campaign starts when it is launched."})


def _validated(core: Core, session: Session, name: str, draft: Mapping[str, Any]) -> dict[str, Any]:
    require_name(name)
    loaded = definition.load(draft)
    checks.require_valid(core, session, loaded)
    return loaded


def _freeze(core: Core, session: Session, campaign: Campaign, now: datetime) -> CampaignVersion:
    channel = checks.channel_of(core, session, campaign.definition["account_id"])
    version = CampaignVersion(
        campaign_id=campaign.id,
        number=1,
        definition={
            "campaign": campaign.definition,
            "channel": channel.id,
            "medium": channel.medium,
            "utm": {
                "utm_source": channel.medium,
                "utm_medium": "crm",
                "utm_campaign": f"c{campaign.id}",
                **campaign.definition.get("utm", {}),
            },
        },
        created_at=now,
    )
    session.add(version)
    session.flush()  # the campaign names its id
    return version


def record(
    core: Core, session: Session, actor: str, action: str, campaign: Campaign, **details: Any
) -> None:
    """Note in the audit log what was done to a campaign."""
    audit.record(
        session,
        at=core.clock.now(),
        actor=actor,
        action=action,
        kind="campaign",
        id=str(campaign.id),
        details={"name": campaign.name, **details},
    )
