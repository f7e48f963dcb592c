"""Which campaigns use a segment."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from growthcore.campaigns.lifecycle import ENDED
from growthcore.campaigns.models import Campaign
from growthcore.core import Core
from growthcore.segments import service as segments


def of_segments(
    core: Core, session: Session, segment_ids: Collection[int]
) -> dict[int, list[Campaign]]:
    """The campaigns, over or not, whose audience is made of each of these segments, newest first."""
    used: dict[int, list[Campaign]] = {}
    if not segment_ids:
        return used
    wanted = set(segment_ids)
    for campaign in session.scalars(select(Campaign).order_by(Campaign.id.desc())):
        if audience := campaign.definition.get("audience"):
            for segment_id in segments.referred(core, session, audience) & wanted:
                used.setdefault(segment_id, []).append(campaign)
    return used


def of_segment(core: Core, session: Session, segment_id: int) -> list[str]:
    """The campaigns not over yet whose audience is made of a segment, in a few words each."""
    going = select(Campaign).where(Campaign.state.not_in(ENDED)).order_by(Campaign.id)
    return [
        f"campaign {campaign.id} {campaign.name!r}"
        for campaign in session.scalars(going)
        if (audience := campaign.definition.get("audience"))
        and segment_id in segments.referred(core, session, audience)
    ]
