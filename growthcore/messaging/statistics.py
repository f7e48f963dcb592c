"""The roll-up of messages and engagements by campaign and hour.

Kept in the transaction of the rows that cause it; :func:`rebuild` proves it equal to them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import cache
from itertools import groupby
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from growthcore.db.upsert import insert_for
from growthcore.messaging.models import LEDGER, Engagement, Statistic
from growthcore.messaging.states import FINAL, State

Counts = Counter[tuple[int, datetime, str]]
"""How many to add, by campaign, hour and column; negative ones take away."""

COLUMNS = tuple(
    column.name
    for column in Statistic.__table__.columns
    if column.name not in ("campaign_id", "hour")
)
_FINAL = {state.value for state in FINAL}
_COST = {State.SENT.value, State.UNCERTAIN.value}
_EVERY = {
    "open": "opens",
    "click": "clicks",
    "unsubscribe": "unsubscribes",
    "bounce": "bounces",
    "soft_bounce": "soft_bounces",
    "complaint": "complaints",
}
_ONCE = {"open": "openers", "click": "clickers"}


def hour_of(at: datetime) -> datetime:
    """The hour an instant lies in."""
    return at.replace(minute=0, second=0, microsecond=0)


def ends(rows: Iterable[tuple[int, str, datetime | None]], sign: int = 1) -> Counts:
    """Counts of messages at their end, from (campaign, state, finished_at)."""
    counts: Counts = Counter()
    # A sub-batch ends at one instant, mostly in one state.
    for (campaign_id, state, finished_at), alike in groupby(rows):
        if state in _FINAL and finished_at is not None:
            counts[campaign_id, hour_of(finished_at), state] += sign * sum(1 for _ in alike)
    return counts


def costs(rows: Iterable[tuple[int, str, datetime | None, int | None]], sign: int = 1) -> Counts:
    """What messages cost at their end, from (campaign, state, finished_at, cost)."""
    counts: Counts = Counter()
    for campaign_id, state, finished_at, cost in rows:
        if state in _COST and finished_at is not None and cost:
            counts[campaign_id, hour_of(finished_at), "cost"] += sign * cost
    return counts


def deliveries(rows: Iterable[tuple[int, str, datetime | None]], sign: int = 1) -> Counts:
    """Counts of what became of sent messages, from (campaign, delivery, delivered_at)."""
    counts: Counts = Counter()
    for campaign_id, delivery, at in rows:
        if at is not None:
            counts[campaign_id, hour_of(at), delivery] += sign
    return counts


def engagement(campaign_id: int, kind: str, at: datetime, *, first: bool) -> Counts:
    """Counts of one engagement that is no program's; ``first`` when it is the message's first of its kind."""
    counts: Counts = Counter({(campaign_id, hour_of(at), _EVERY[kind]): 1})
    if first and kind in _ONCE:
        counts[campaign_id, hour_of(at), _ONCE[kind]] += 1
    return counts


def add(session: Session, counts: Counts) -> None:
    """Add to the roll-up, rows in key order, so that two workers never wait for one another's."""
    grouped: dict[tuple[int, datetime], dict[str, int]] = {}
    for (campaign_id, hour, column), number in counts.items():
        if number:
            grouped.setdefault((campaign_id, hour), {})[column] = number
    rows = [_row(key, grouped[key]) for key in sorted(grouped)]
    if not rows:
        return
    session.execute(_adding(session.get_bind().dialect.name), rows)


@cache
def _adding(dialect: str) -> Any:
    """Made once: making it takes ten times as long as SQLite takes to carry it out."""
    statement = insert_for(dialect, Statistic)
    added = {name: Statistic.__table__.c[name] + statement.excluded[name] for name in COLUMNS}
    return statement.on_conflict_do_update(index_elements=["campaign_id", "hour"], set_=added)


def _row(key: tuple[int, datetime], counts: Mapping[str, int]) -> dict[str, Any]:
    return {"campaign_id": key[0], "hour": key[1]} | {c: counts.get(c, 0) for c in COLUMNS}


def from_rows(session: Session) -> Counts:
    """The whole roll-up counted anew from the ledger and the engagements."""
    counts = ends(
        session.execute(
            select(LEDGER.c.campaign_id, LEDGER.c.state, LEDGER.c.finished_at).where(
                LEDGER.c.state.in_(_FINAL)
            )
        )
    )
    counts += costs(
        session.execute(
            select(LEDGER.c.campaign_id, LEDGER.c.state, LEDGER.c.finished_at, LEDGER.c.cost).where(
                LEDGER.c.state.in_(_COST), LEDGER.c.cost.is_not(None)
            )
        )
    )
    counts += deliveries(
        session.execute(
            select(LEDGER.c.campaign_id, LEDGER.c.delivery, LEDGER.c.delivered_at).where(
                LEDGER.c.delivered_at.is_not(None)
            )
        )
    )
    seen: set[tuple[int, str]] = set()
    people = (
        select(Engagement.message_id, Engagement.campaign_id, Engagement.kind, Engagement.at)
        .where(~Engagement.machine)
        .order_by(Engagement.id)
    )
    for message_id, campaign_id, kind, at in session.execute(people):
        counts += engagement(campaign_id, kind, at, first=(message_id, kind) not in seen)
        seen.add((message_id, kind))
    return +counts


def differences(session: Session) -> Counts:
    """What the roll-up lacks (positive) or has too much (negative) against the rows."""
    wanted = from_rows(session)
    for row in session.scalars(select(Statistic)):
        for column in COLUMNS:
            wanted[row.campaign_id, row.hour, column] -= getattr(row, column)
    return Counter({key: number for key, number in wanted.items() if number})


def rebuild(session: Session) -> None:
    """Replace the roll-up by one counted anew."""
    session.execute(delete(Statistic))
    add(session, from_rows(session))
