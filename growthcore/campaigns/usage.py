"""Which campaigns use a segment."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from growthcore.campaigns.lifecycle import ENDED
from growthcore.campaigns.models import Campaign
from growthcore.core import Core
from growthcore.segments import service as segments


def of_segment(core: Core, session: Session, segment_id: int) -> list[str]:
    """The campaigns not over yet whose audience is made of a segment, in a few words each."""
    going = select(Campaign).where(Campaign.state.not_in(ENDED)).order_by(Campaign.id)
    return [
        f"campaign {campaign.id} {campaign.name!r}"
        for campaign in session.scalars(going)
        if (audience := campaign.definition.get("audience"))
        and segment_id in segments.referred(core, session, audience)
    ]
