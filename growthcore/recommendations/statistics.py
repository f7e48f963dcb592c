"""The roll-up of recommendations by model, hour, source, page and slot.

Kept in the transaction of the rows that cause it: touches here, credited orders in analytics.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy.orm import Session

from growthcore.db.upsert import insert_for
from growthcore.recommendations.shown import Figure


class Place(NamedTuple):
    """What a row of the roll-up is about."""

    model_id: int
    hour: datetime
    source_id: int
    page: str
    slot: int


Counts = Counter[tuple[Place, str]]
"""How many to add, by place and column; negative ones take away."""

PLACE = Place._fields
COLUMNS = tuple(column.name for column in Figure.__table__.columns if column.name not in PLACE)
OF_KIND = {"view": "views", "click": "clicks", "cart": "carts"}


def place(model_id: int, at: datetime, source_id: int, page: str, slot: int) -> Place:
    """Where something that happened at ``at`` counts."""
    return Place(model_id, at.replace(minute=0, second=0, microsecond=0), source_id, page, slot)


def touches(rows: Iterable[tuple[int, datetime, int, str, int, str]]) -> Counts:
    """Counts of people's touches, from (model, at, source, page, slot, kind)."""
    counts: Counts = Counter()
    for model_id, at, source_id, page, slot, kind in rows:
        counts[place(model_id, at, source_id, page, slot), OF_KIND[kind]] += 1
    return counts


def add(session: Session, counts: Counts) -> None:
    """Add to the roll-up, rows in key order, so that two writers never wait for one another's."""
    grouped: dict[Place, dict[str, int]] = {}
    for (where, column), number in counts.items():
        if number:
            grouped.setdefault(where, {})[column] = number
    if rows := [_row(where, grouped[where]) for where in sorted(grouped)]:
        session.execute(_adding(session.get_bind().dialect.name), rows)


@cache
def _adding(dialect: str) -> Any:
    """Made once: making it takes longer than carrying it out."""
    statement = insert_for(dialect, Figure)
    added = {name: Figure.__table__.c[name] + statement.excluded[name] for name in COLUMNS}
    return statement.on_conflict_do_update(index_elements=PLACE, set_=added)


def _row(where: Place, counts: Mapping[str, int]) -> dict[str, Any]:
    return where._asdict() | {column: counts.get(column, 0) for column in COLUMNS}
