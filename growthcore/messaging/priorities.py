"""The order of campaigns: who goes where two of them want to write to the same customer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from growthcore.api import InvalidInput
from growthcore.messaging import send_policy
from growthcore.messaging.models import CampaignPriority, SendPolicy
from growthcore.operators import audit

MOST = 500


class Outdated(InvalidInput):
    """Somebody else has changed the order since it was read."""


def version(session: Session) -> int:
    """What a change of the order has to name."""
    row = session.scalar(select(SendPolicy))
    return row.priorities if row else 1


def ranks(session: Session) -> dict[int, int]:
    """The campaigns that have a place, 0 the first, by id. All others share the last rank."""
    rows = session.execute(
        select(CampaignPriority.campaign_id, CampaignPriority.position).order_by(
            CampaignPriority.position
        )
    )
    return {campaign_id: position for campaign_id, position in rows}  # noqa: C416


def above(places: Mapping[int, int], campaign_id: int) -> set[int]:
    """The campaigns that go before this one."""
    own = places.get(campaign_id, len(places) + MOST)
    return {each for each, place in places.items() if place < own}


def change(
    session: Session,
    campaign_ids: Sequence[int],
    *,
    version: int,
    actor: str,
    now: datetime,
) -> None:
    """Put the campaigns in this order; those left out lose their place. Audited.

    ``version`` is that of the order that was read: raises :class:`Outdated` when it has changed since,
    and :class:`InvalidInput` for a campaign that is named twice, or too many.
    """
    if len(campaign_ids) > MOST:
        raise InvalidInput({"order": f"At most {MOST} campaigns can be put in order."})
    if len(set(campaign_ids)) < len(campaign_ids):
        raise InvalidInput({"order": "Name each campaign once."})
    counted = send_policy.lock(session)
    if counted.priorities != version:
        raise Outdated(
            {
                "order": "Somebody else changed the order meanwhile. Load the page again and redo yours."
            }
        )
    before = list(ranks(session))
    session.execute(delete(CampaignPriority))
    if campaign_ids:
        rows = [{"campaign_id": id_, "position": n} for n, id_ in enumerate(campaign_ids)]
        session.execute(insert(CampaignPriority), rows)
    counted.priorities += 1
    audit.record(
        session,
        at=now,
        actor=actor,
        action="policy.ordered",
        kind="policy",
        id="priorities",
        details={"before": before, "after": list(campaign_ids)},
    )
