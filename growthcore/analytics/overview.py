"""Several campaigns at a glance: the figures of a list and its summary, in a few queries in all."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from growthcore.analytics.models import Conversion
from growthcore.analytics.reports import percent
from growthcore.campaigns import listing
from growthcore.events.models import Order
from growthcore.messaging.models import LEDGER, Statistic
from growthcore.messaging.states import PENDING, State


@dataclass(frozen=True, kw_only=True)
class Figures:
    """What one campaign came to. ``revenue`` is in minor units, refunds taken off."""

    pending: int = 0
    sent: int = 0
    failed: int = 0
    suppressed: int = 0
    uncertain: int = 0
    conversions: int = 0
    revenue: int = 0

    @property
    def targets(self) -> int:
        """Every message the campaign ever made."""
        return self.done + self.pending

    @property
    def done(self) -> int:
        """Messages that came to their end."""
        return self.sent + self.failed + self.suppressed + self.uncertain

    @property
    def success_rate(self) -> str | None:
        """What was sent of what was tried, in percent; None where nothing was tried."""
        return percent(self.sent, self.sent + self.failed + self.uncertain)

    @property
    def conversion_rate(self) -> str | None:
        """Orders of what was sent, in percent; None where nothing was sent."""
        return percent(self.conversions, self.sent)


@dataclass(frozen=True, kw_only=True)
class Summary:
    """The campaigns in force together; ``reached`` counts each customer once."""

    running: int
    reached: int
    conversion_rate: str | None


_ENDS = ("sent", "failed", "suppressed", "uncertain")


def figures(session: Session, campaign_ids: Collection[int]) -> Mapping[int, Figures]:
    """The figures of each of the campaigns, in three queries."""
    found: dict[int, dict[str, int]] = {campaign_id: {} for campaign_id in campaign_ids}
    sums = [func.sum(Statistic.__table__.c[name]).label(name) for name in _ENDS]
    for row in session.execute(
        select(Statistic.campaign_id, *sums)
        .where(Statistic.campaign_id.in_(found))
        .group_by(Statistic.campaign_id)
    ).mappings():
        found[row["campaign_id"]] |= {name: int(row[name]) for name in _ENDS}
    for campaign_id, pending in session.execute(
        select(LEDGER.c.campaign_id, func.count())
        .where(LEDGER.c.campaign_id.in_(found), LEDGER.c.state.in_(PENDING))
        .group_by(LEDGER.c.campaign_id)
    ):
        found[campaign_id]["pending"] = pending
    for campaign_id, conversions, revenue in _earned(session, found):
        found[campaign_id] |= {"conversions": conversions, "revenue": int(revenue or 0)}
    return {campaign_id: Figures(**counts) for campaign_id, counts in found.items()}


def _earned(session: Session, campaign_ids: Collection[int]) -> list[tuple[int, int, int]]:
    rows = session.execute(
        select(Conversion.campaign_id, func.count(), func.sum(Order.value - Order.refunded))
        .join(Order, Order.id == Conversion.order_id)
        .where(Conversion.campaign_id.in_(campaign_ids))
        .group_by(Conversion.campaign_id)
    )
    return [(campaign_id, count, revenue) for campaign_id, count, revenue in rows]


def summary(session: Session) -> Summary:
    """The campaigns in force: how many, how many customers they reached, how many orders a message."""
    running = listing.running(session)
    each = figures(session, running).values()
    reached = session.scalar(
        select(func.count(LEDGER.c.customer_id.distinct())).where(
            LEDGER.c.campaign_id.in_(running), LEDGER.c.state == State.SENT
        )
    )
    return Summary(
        running=len(running),
        reached=reached or 0,
        conversion_rate=percent(
            sum(one.conversions for one in each), sum(one.sent for one in each)
        ),
    )
