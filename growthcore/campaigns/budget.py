"""What a campaign may cost, and stopping it there."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from growthcore.api import InvalidInput
from growthcore.campaigns import progress, service
from growthcore.campaigns.models import Campaign
from growthcore.core import Core
from growthcore.messaging import prices

MOST = 10**12


def change(
    core: Core, session: Session, campaign_id: int, amount: int | None, *, actor: str
) -> Campaign:
    """Set what a campaign may cost in all, in minor units; None is without a limit. Audited.

    Holds at once, for a running campaign too. Raises :class:`InvalidInput`.
    """
    if amount is not None and not 1 <= amount <= MOST:
        raise InvalidInput({"budget": "A budget is a whole number above 0; leave it out for none."})
    campaign = service.get(session, campaign_id, lock=True)
    if campaign.budget != amount:
        service.record(
            core, session, actor, "campaign.budget", campaign, before=campaign.budget, after=amount
        )
        campaign.budget, campaign.changed_at = amount, core.clock.now()
    return campaign


def stop_when_spent(session: Session, campaign: Campaign, now: datetime) -> None:
    """Pause a campaign whose budget is used up.

    Asked before each sub-batch, so that what is being handed over is the most it may cost beyond.
    """
    if campaign.budget is None:
        return
    spent = prices.spent(session, campaign.id)
    if spent >= campaign.budget:
        text = (
            f"Its budget of {campaign.budget:,} is used up ({spent:,} spent). Raise it and resume."
        )
        progress.stop(campaign, text, now)
