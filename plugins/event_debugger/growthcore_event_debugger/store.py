"""The last events: kept, read, forgotten."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any, cast

from sqlalchemy import CursorResult, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from growthcore.api import Event, PluginContext
from growthcore_event_debugger.models import SeenEvent

KEPT = 1_000


def keep(session: Session, events: Sequence[Event]) -> None:
    """Keep the events, once each however often they are told, and let the oldest go."""
    rows = [_row(event) for event in events]
    dialect = session.get_bind().dialect.name
    insert = (postgresql if dialect == "postgresql" else sqlite).insert(SeenEvent)
    session.execute(insert.on_conflict_do_nothing(), rows)
    newest = SeenEvent.event_id.desc()
    first_to_go = select(SeenEvent.event_id).order_by(newest).offset(KEPT).limit(1)
    session.execute(delete(SeenEvent).where(SeenEvent.event_id <= first_to_go.scalar_subquery()))


def newest(session: Session, limit: int = KEPT) -> list[dict[str, Any]]:
    """The newest events, newest first, as JSON."""
    rows = session.scalars(select(SeenEvent).order_by(SeenEvent.event_id.desc()).limit(limit))
    return [{"id": row.event_id, "customer_id": row.customer_id, **row.details} for row in rows]


def erase(session: Session, customer_id: int) -> int:
    """Remove a customer's events; returns how many."""
    found = session.execute(delete(SeenEvent).where(SeenEvent.customer_id == customer_id))
    return cast("CursorResult[Any]", found).rowcount


def merge(session: Session, kept_id: int, merged_id: int) -> None:
    """Give one customer's events to another."""
    session.execute(
        update(SeenEvent).where(SeenEvent.customer_id == merged_id).values(customer_id=kept_id)
    )


def inside(context: PluginContext) -> Session:
    """The session of a hook that runs inside the core's transaction."""
    if context.session is None:
        raise TypeError("this hook runs inside the core's transaction and needs its session")
    return context.session


def _row(event: Event) -> dict[str, Any]:
    details = asdict(event)
    row = {"event_id": details.pop("id"), "customer_id": details.pop("customer_id")}
    for name in ("occurred_at", "received_at"):
        details[name] = details[name].isoformat()
    return {**row, "details": details}
