"""Triggers of time: who enters a campaign because a moment came, with no event to tell of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import islice

from sqlalchemy.orm import Session

from growthcore.api import GrowthCoreError, Occasion
from growthcore.campaigns import carts, enrolment, progress, service, versions
from growthcore.campaigns.lifecycle import State
from growthcore.campaigns.models import CampaignRun
from growthcore.campaigns.versions import Live
from growthcore.core import Core

AGAIN = timedelta(days=1)
"""So far back is asked again, for what was told late; who entered already enters once."""
_CHUNK = 1_000


def waiting(core: Core, session: Session) -> list[int]:
    """Running campaigns whose trigger is one of time."""
    found = []
    for campaign, version, run in versions.rows(session, kind="triggered"):
        try:
            live = versions.live(core, campaign, version, run)
        except GrowthCoreError:
            # What reacts to events meets the same, and pauses the campaign with the reason.
            continue
        if live.trigger and live.trigger.trigger.timed:
            found.append(campaign.id)
    return found


def enrol_due(core: Core, campaign_id: int) -> int:
    """Let whoever's time has come enter a campaign; returns how many are new.

    A unit of work a chunk. How far was asked is kept after the last one, so that a killed job begins
    anew and enrols nobody twice. A trigger that fails pauses its campaign with the reason.
    """
    with core.db.read() as session:
        found = versions.rows(session, campaign_id=campaign_id, kind="triggered")
        if not found:
            return 0
        live, run = versions.live(core, *found[0]), found[0][2]
    until, since = core.clock.now(), run.started_at
    if run.asked_to is not None:
        since = max(since, run.asked_to - AGAIN)
    new = 0
    try:
        for chunk in _occasions(core, live, since, until):
            with core.db.unit() as session:
                new += enrolment.enrol_occasions(session, live, chunk, until)
    except GrowthCoreError as error:
        _pause(core, campaign_id, str(error))
        return new
    with core.db.unit() as session:
        session.get_one(CampaignRun, run.id, with_for_update=True).asked_to = until
    return new


def _occasions(
    core: Core, live: Live, since: datetime, until: datetime
) -> Iterator[list[Occasion]]:
    """What the trigger says, in chunks; no transaction is open while it is asked."""
    chosen = live.trigger
    if chosen is None:
        return
    with core.plugins.guarded("trigger", chosen.trigger.id):
        told = iter(chosen.trigger.due(chosen.params, carts.ports(core, ()), since, until))
    while True:
        with core.plugins.guarded("trigger", chosen.trigger.id):
            chunk = list(islice(told, _CHUNK))
        if not chunk:
            return
        yield chunk


def _pause(core: Core, campaign_id: int, reason: str) -> None:
    with core.db.unit() as session:
        campaign = service.get(session, campaign_id)
        if campaign.state == State.RUNNING:
            progress.stop(campaign, reason, core.clock.now())
