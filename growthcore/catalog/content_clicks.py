"""How often contents are clicked, by day."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date, datetime, timedelta

from sqlalchemy import Connection, func, select
from sqlalchemy.orm import Session

from growthcore.catalog.models import Content, ContentClicks
from growthcore.db.chunks import rows_in
from growthcore.db.upsert import insert

DAYS = 28
"""So many days back a click tells what is popular."""


def count(session: Session, clicked: Mapping[tuple[str, date], int]) -> None:
    """Add clicks by the shop's id and day; contents nobody knows are passed over."""
    columns = select(Content.external_id, Content.id)
    ids = dict(rows_in(session, columns, Content.external_id, {key for key, _ in clicked}))
    rows = [
        {"content_id": ids[key], "day": day, "clicks": clicks}
        for (key, day), clicks in sorted(clicked.items())
        if key in ids
    ]
    if not rows:
        return
    statement = insert(session, ContentClicks)
    added = {"clicks": ContentClicks.clicks + statement.excluded.clicks}
    session.connection().execute(
        statement.on_conflict_do_update(index_elements=["content_id", "day"], set_=added), rows
    )


def lately(connection: Connection, now: datetime) -> Counter[int]:
    """The clicks of the last :data:`DAYS` days, by our id."""
    first = (now - timedelta(days=DAYS)).date()
    summed = (
        select(ContentClicks.content_id, func.sum(ContentClicks.clicks))
        .where(ContentClicks.day > first)
        .group_by(ContentClicks.content_id)
    )
    return Counter({content_id: int(clicks) for content_id, clicks in connection.execute(summed)})
