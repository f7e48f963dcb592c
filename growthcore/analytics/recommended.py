"""What recommendation models brought: their figures, and the proof of the roll-up behind them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import Select, delete, func, select
from sqlalchemy.orm import Session

from growthcore.analytics import crediting
from growthcore.analytics.models import Credit
from growthcore.customers.models import Visitor
from growthcore.db.chunks import among
from growthcore.events.models import Order
from growthcore.recommendations import statistics
from growthcore.recommendations.shown import CLICKED, Figure, Touch
from growthcore.recommendations.statistics import COLUMNS, PLACE, Counts, Place
from growthcore.recommendations.touches import KEPT


@dataclass(frozen=True, kw_only=True)
class ModelFigures:
    """What one model brought. Money is in minor units, refunds taken off.

    ``clickers`` are people who clicked in the time asked for, ``buyers`` those of them who then
    bought, when that was within the window of a click. ``by_source`` are views, clicks and revenue
    by the id of the model that proposed: this one, or one of its backups.
    """

    views: int = 0
    clicks: int = 0
    carts: int = 0
    purchases: int = 0
    revenue: int = 0
    assisted: int = 0
    assisted_revenue: int = 0
    clickers: int = 0
    buyers: int = 0
    by_source: dict[int, dict[str, int]] = field(default_factory=dict)

    @property
    def click_rate(self) -> float | None:
        """Clicks by views; None without a view."""
        return self.clicks / self.views if self.views else None

    @property
    def conversion(self) -> float | None:
        """Buyers by clickers; None without a clicker."""
        return self.buyers / self.clickers if self.clickers else None


def last_days(days: int, now: datetime) -> tuple[datetime, datetime]:
    """The last days as :func:`model_figures` takes them, the present hour included."""
    until = now.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    return until - timedelta(days=days), until


def model_figures(
    session: Session, model_ids: Collection[int], since: datetime, until: datetime
) -> dict[int, ModelFigures]:
    """What models brought from ``since`` until before ``until``, both at full hours, by model."""
    sums: dict[int, Counter[str]] = {id_: Counter() for id_ in model_ids}
    sources: dict[int, dict[int, dict[str, int]]] = {id_: {} for id_ in model_ids}
    rows = session.execute(
        select(
            Figure.model_id,
            Figure.source_id,
            *(func.sum(getattr(Figure, name)).label(name) for name in COLUMNS),
        )
        .where(among(Figure.model_id, model_ids), Figure.hour >= since, Figure.hour < until)
        .group_by(Figure.model_id, Figure.source_id)
    )
    for model_id, source_id, *amounts in rows:
        found = dict(zip(COLUMNS, map(int, amounts), strict=True))
        sums[model_id].update(found)
        sources[model_id][source_id] = {
            name: found[name] for name in ("views", "clicks", "revenue")
        }
    clickers = _people(session, _clickers(model_ids, since, until))
    buyers = _people(session, _buyers(model_ids, since, until))
    return {
        id_: ModelFigures(
            **sums[id_],
            clickers=clickers.get(id_, 0),
            buyers=buyers.get(id_, 0),
            by_source=sources[id_],
        )
        for id_ in model_ids
    }


def _people(session: Session, statement: Select[int, int]) -> dict[int, int]:
    return {row[0]: row[1] for row in session.execute(statement)}


def _clickers(model_ids: Collection[int], since: datetime, until: datetime) -> Select[int, int]:
    # One customer with two browsers is one person; a browser nobody is known of is another.
    who = func.coalesce(Touch.customer_id, Visitor.customer_id, -Touch.visitor_id)
    return (
        select(Touch.model_id, func.count(who.distinct()))
        .join(Visitor, Visitor.id == Touch.visitor_id, isouter=True)
        .where(
            CLICKED,
            ~Touch.machine,
            among(Touch.model_id, model_ids),
            Touch.at >= since,
            Touch.at < until,
        )
        .group_by(Touch.model_id)
    )


def _buyers(model_ids: Collection[int], since: datetime, until: datetime) -> Select[int, int]:
    who = func.coalesce(Order.customer_id, Visitor.customer_id, -Order.visitor_id)
    return (
        select(Credit.model_id, func.count(who.distinct()))
        .join(Order, Order.id == Credit.order_id)
        .join(Visitor, Visitor.id == Order.visitor_id, isouter=True)
        .where(
            among(Credit.model_id, model_ids),
            Credit.clicked_at >= since,
            Credit.clicked_at < until,
        )
        .group_by(Credit.model_id)
    )


def from_rows(session: Session, since: datetime) -> Counts:
    """The roll-up from ``since``, counted anew from touches and credited orders."""
    people = select(
        Touch.model_id, Touch.at, Touch.source_id, Touch.page, Touch.slot, Touch.kind
    ).where(~Touch.machine, Touch.at >= since)
    counts = statistics.touches(
        (row[0], row[1], row[2], row[3], row[4], row[5]) for row in session.execute(people)
    )
    for credit in session.scalars(select(Credit).where(Credit.at >= since)):
        counts.update(crediting.counted(credit))
    return counts


def differences(session: Session, now: datetime) -> Counts:
    """What the roll-up lacks (positive) or has too much (negative) against the rows.

    Only hours all of whose rows are still kept are compared.
    """
    since = _provable(now)
    wanted = from_rows(session, since)
    for row in session.scalars(select(Figure).where(Figure.hour >= since)):
        where = Place(*(getattr(row, name) for name in PLACE))
        for column in COLUMNS:
            wanted[where, column] -= getattr(row, column)
    return Counter({key: number for key, number in wanted.items() if number})


def rebuild(session: Session, now: datetime) -> None:
    """Replace the hours that can be proved by what is counted anew."""
    since = _provable(now)
    session.execute(delete(Figure).where(Figure.hour >= since))
    statistics.add(session, from_rows(session, since))


def _provable(now: datetime) -> datetime:
    return (now - KEPT).replace(minute=0, second=0, microsecond=0)
