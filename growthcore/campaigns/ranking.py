"""Which campaigns compete for customers, in their order of priority."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from growthcore.api import InvalidInput
from growthcore.campaigns.lifecycle import State
from growthcore.campaigns.models import Campaign
from growthcore.messaging import priorities

_COMPETING = (State.DRAFT, State.SCHEDULED, State.RUNNING, State.PAUSED)


@dataclass(frozen=True, kw_only=True)
class Ranking:
    """Campaigns that are not over, those with a place first; ``version`` is named by a change."""

    version: int
    campaigns: Sequence[Campaign]
    ranked: int


def ranking(session: Session) -> Ranking:
    """The order in force."""
    places = priorities.ranks(session)
    campaigns = session.scalars(
        select(Campaign).where(Campaign.state.in_(_COMPETING)).order_by(Campaign.id)
    ).all()
    last = len(places)
    return Ranking(
        version=priorities.version(session),
        campaigns=sorted(campaigns, key=lambda each: (places.get(each.id, last), each.id)),
        ranked=sum(each.id in places for each in campaigns),
    )


def change(
    session: Session,
    campaign_ids: Sequence[int],
    *,
    version: int,
    actor: str,
    now: datetime,
) -> None:
    """Put campaigns in order. What is over meanwhile loses its place.

    Raises :class:`InvalidInput` for a campaign that is not there, and like
    :func:`growthcore.messaging.priorities.change`.
    """
    states = dict(
        session.execute(
            select(Campaign.id, Campaign.state).where(Campaign.id.in_(campaign_ids))
        ).all()
    )
    unknown = [id_ for id_ in campaign_ids if id_ not in states]
    if unknown:
        raise InvalidInput({"order": f"There is no campaign {unknown[0]}. Load the page again."})
    competing = [id_ for id_ in campaign_ids if states[id_] in _COMPETING]
    priorities.change(session, competing, version=version, actor=actor, now=now)
