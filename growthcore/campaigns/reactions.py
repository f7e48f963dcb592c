"""Reactions: what recorded events set going."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from growthcore.api import Event, GrowthCoreError, Occasion
from growthcore.campaigns import carts, enrolment, progress, versions
from growthcore.campaigns.models import Campaign
from growthcore.campaigns.versions import Live
from growthcore.core import Core
from growthcore.events import reading

BATCH = 500


def react(core: Core) -> int:
    """Let triggers see the next events nobody has reacted to; returns how many there were.

    Enrolment and the flag are one transaction, so that an event is reacted to exactly once whatever
    dies. Plugins hear of the events after it.
    """
    with core.db.unit() as session:
        events = reading.unreacted(session, BATCH)
        if not events:
            return 0
        for campaign, live in _listening(core, session):
            try:
                occasions = _occasions(core, live, events)
            except GrowthCoreError as error:
                progress.stop(campaign, str(error), core.clock.now())
                continue
            enrolment.enrol_occasions(session, live, occasions, core.clock.now())
        reading.mark_reacted(session, [event.id for event in events])
    core.plugins.ask("growthcore_event_recorded", core.plugin_context, events=events)
    return len(events)


def _listening(core: Core, session: Session) -> list[tuple[Campaign, Live]]:
    """Triggered campaigns in force; one that no longer fits what is installed is paused."""
    found = []
    for campaign, version, run in versions.rows(session, kind="triggered"):
        try:
            found.append((campaign, versions.live(core, campaign, version, run)))
        except GrowthCoreError as error:
            progress.stop(campaign, str(error), core.clock.now())
    return found


def _occasions(core: Core, live: Live, events: Sequence[Event]) -> list[Occasion]:
    """What the events mean to one campaign: the newest occasion a key."""
    if live.trigger is None:
        return []
    ports = carts.ports(core, (event.cart_id for event in events))
    latest: dict[tuple[int, str], Occasion] = {}
    for event in events:
        if event.name not in live.trigger.events:
            continue
        with core.plugins.guarded("trigger", live.trigger.trigger.id):
            occasion = live.trigger.trigger.match(event, live.trigger.params, ports)
        if occasion is not None:
            latest[occasion.customer_id, occasion.key] = occasion
    return list(latest.values())
