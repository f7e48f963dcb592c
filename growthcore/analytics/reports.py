"""What a campaign did and earned."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from growthcore.analytics.models import Conversion
from growthcore.campaigns.reports import Standing, standing
from growthcore.events.models import Order
from growthcore.messaging.models import Engagement, Statistic
from growthcore.messaging.statistics import COLUMNS
from growthcore.operators import workspace


@dataclass(frozen=True, kw_only=True)
class Line:
    """Figures of one day or one hour of the day.

    ``cost`` and ``revenue`` are in minor units, refunds taken off; ``delivered`` counts where the
    provider can be asked.
    """

    sent: int = 0
    failed: int = 0
    suppressed: int = 0
    uncertain: int = 0
    cost: int = 0
    delivered: int = 0
    undelivered: int = 0
    opens: int = 0
    openers: int = 0
    clicks: int = 0
    clickers: int = 0
    unsubscribes: int = 0
    bounces: int = 0
    soft_bounces: int = 0
    complaints: int = 0
    conversions: int = 0
    revenue: int = 0


@dataclass(frozen=True, kw_only=True)
class Report:
    """One campaign's figures. Days and hours are of the shop's zone."""

    standing: Standing
    currency: str
    total: Line
    days: Mapping[date, Line]
    hours: Mapping[int, Line]
    links: Sequence[tuple[str, int, int]]

    def as_dict(self) -> dict[str, Any]:
        """As JSON shows it."""
        return {
            **self.standing.as_dict(),
            "currency": self.currency,
            "total": asdict(self.total),
            "rates": rates(self.total),
            "days": [{"day": day.isoformat(), **asdict(line)} for day, line in self.days.items()],
            "hours": [{"hour": hour, **asdict(line)} for hour, line in self.hours.items()],
            "links": [
                {"link": link, "clicks": clicks, "clickers": clickers}
                for link, clicks, clickers in self.links
            ],
        }


def rates(line: Line) -> dict[str, str | None]:
    """Rates in percent with one decimal, rounded half up; None where there is nothing to divide by.

    Opens and clicks count customers once each, over what was sent; so do bounces, both kinds, and
    complaints, which have two decimals: the large mailbox providers ask for less than 0.1 %. ``roas``
    is revenue over cost.
    """
    attempted = line.sent + line.failed + line.uncertain
    return {
        "delivery_rate": percent(line.sent, attempted),
        "open_rate": percent(line.openers, line.sent),
        "click_rate": percent(line.clickers, line.sent),
        "conversion_rate": percent(line.conversions, line.sent),
        "bounce_rate": percent(line.bounces + line.soft_bounces, line.sent),
        "complaint_rate": percent(line.complaints, line.sent, places=2),
        "roas": percent(line.revenue, line.cost),
    }


def percent(part: int, whole: int, *, places: int = 1) -> str | None:
    """``part`` of ``whole`` in percent, with one decimal or as many as ``places``, half up."""
    if not whole:
        return None
    step = Decimal(1).scaleb(-places)
    return str((Decimal(part) * 100 / whole).quantize(step, ROUND_HALF_UP))


def report(session: Session, campaign_id: int) -> Report:
    """A campaign's report. Raises :class:`InvalidInput` for an unknown campaign."""
    shop = workspace.get(session)
    zone = ZoneInfo(shop.zone)
    figures = [*_messages(session, campaign_id), *_orders(session, campaign_id)]
    return Report(
        standing=standing(session, campaign_id),
        currency=shop.currency,
        total=_sum(figure for _, figure in figures),
        days=_grouped(figures, lambda at: at.astimezone(zone).date()),
        hours=_grouped(figures, lambda at: at.astimezone(zone).hour),
        links=_links(session, campaign_id),
    )


def _messages(session: Session, campaign_id: int) -> list[tuple[datetime, Mapping[str, int]]]:
    rows = session.scalars(select(Statistic).where(Statistic.campaign_id == campaign_id))
    return [(row.hour, {name: getattr(row, name) for name in COLUMNS}) for row in rows]


def _orders(session: Session, campaign_id: int) -> list[tuple[datetime, Mapping[str, int]]]:
    rows = session.execute(
        select(Conversion.at, Order.value - Order.refunded)
        .join(Order, Order.id == Conversion.order_id)
        .where(Conversion.campaign_id == campaign_id)
    )
    return [(at, {"conversions": 1, "revenue": value}) for at, value in rows]


def _sum(figures: Any) -> Line:
    totals: dict[str, int] = defaultdict(int)
    for figure in figures:
        for name, number in figure.items():
            totals[name] += number
    return Line(**totals)


def _grouped(figures: Sequence[tuple[datetime, Mapping[str, int]]], key: Any) -> dict[Any, Line]:
    groups: dict[Any, list[Mapping[str, int]]] = defaultdict(list)
    for at, figure in figures:
        groups[key(at)].append(figure)
    return {name: _sum(groups[name]) for name in sorted(groups)}


def _links(session: Session, campaign_id: int) -> list[tuple[str, int, int]]:
    rows = session.execute(
        select(Engagement.link, func.count(), func.count(func.distinct(Engagement.message_id)))
        .where(
            Engagement.campaign_id == campaign_id,
            Engagement.kind == "click",
            ~Engagement.machine,
        )
        .group_by(Engagement.link)
        .order_by(func.count().desc(), Engagement.link)
    )
    return [(link or "", clicks, clickers) for link, clicks, clickers in rows]
