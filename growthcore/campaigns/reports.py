"""How a campaign's messages stand."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from growthcore.campaigns import service
from growthcore.campaigns.models import CampaignRun
from growthcore.messaging import ledger, night, tally
from growthcore.messaging.states import PENDING, State


@dataclass(frozen=True)
class Standing:
    """The ledger of one campaign in sums: targets = sent + failed + suppressed + uncertain + pending.

    ``deferred`` counts the messages that were ever made to wait, by the last reason.
    """

    campaign_id: int
    states: Mapping[State, int]
    reasons: Mapping[tuple[State, str], int]
    deferred: Mapping[str, int] = field(default_factory=dict)

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
            "deferred": [
                {"reason": reason, "count": count}
                for reason, count in sorted(self.deferred.items())
            ],
        }

    def held(self, policies: Collection[str]) -> list[Held]:
        """What each rule about sending did, the law's night and priority among them."""
        names = {reason for _, reason in self.reasons} | set(self.deferred)
        rules = {night.REASON, ledger.PRIORITY, *policies}
        found = [
            Held(
                reason=reason,
                waiting=self.reasons.get((State.DUE, reason), 0),
                deferred=self.deferred.get(reason, 0),
                suppressed=self.reasons.get((State.SUPPRESSED, reason), 0),
            )
            for reason in names
            if reason.partition(":")[0] in rules
        ]
        return sorted(found, key=lambda each: (-each.deferred - each.suppressed, each.reason))


@dataclass(frozen=True, kw_only=True)
class Held:
    """What one rule did to a campaign: made messages wait (some of them still do), or ended them.

    A ``reason`` of ``priority:ID`` names the campaign that went first.
    """

    reason: str
    waiting: int
    deferred: int
    suppressed: int

    @property
    def winner(self) -> int | None:
        """The campaign that went first, if it was that."""
        head, _, rest = self.reason.partition(":")
        return int(rest) if head == ledger.PRIORITY else None


def standing(session: Session, campaign_id: int) -> Standing:
    """The sums of a campaign's messages. Raises :class:`InvalidInput` for an unknown campaign."""
    service.get(session, campaign_id)
    runs = session.scalars(
        select(CampaignRun.id).where(CampaignRun.campaign_id == campaign_id)
    ).all()
    return Standing(
        campaign_id,
        tally.counts(session, runs),
        tally.reasons(session, runs),
        tally.deferred(session, runs),
    )
