"""How a campaign's messages stand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from growthcore.campaigns import service
from growthcore.campaigns.models import CampaignRun
from growthcore.messaging import tally
from growthcore.messaging.states import PENDING, State


@dataclass(frozen=True)
class Standing:
    """The ledger of one campaign in sums: targets = sent + failed + suppressed + uncertain + pending."""

    campaign_id: int
    states: Mapping[State, int]
    reasons: Mapping[tuple[State, str], int]

    @property
    def targets(self) -> int:
        """Every message the campaign ever made."""
        return sum(self.states.values())

    @property
    def pending(self) -> int:
        """Messages that still have somewhere to go."""
        return sum(self.states[state] for state in PENDING)

    def as_dict(self) -> dict[str, Any]:
        """As JSON shows it."""
        return {
            "campaign_id": self.campaign_id,
            "targets": self.targets,
            "pending": self.pending,
            **{state.value: count for state, count in self.states.items() if state not in PENDING},
            "reasons": [
                {"state": state.value, "reason": reason, "count": count}
                for (state, reason), count in sorted(self.reasons.items())
            ],
        }


def standing(session: Session, campaign_id: int) -> Standing:
    """The sums of a campaign's messages. Raises :class:`InvalidInput` for an unknown campaign."""
    service.get(session, campaign_id)
    runs = session.scalars(
        select(CampaignRun.id).where(CampaignRun.campaign_id == campaign_id)
    ).all()
    return Standing(campaign_id, tally.counts(session, runs), tally.reasons(session, runs))
