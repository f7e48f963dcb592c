"""What became of messages in the end: asked of the provider until it knows."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from growthcore.api import Handed, Report
from growthcore.api.channels import Rendered
from growthcore.messaging import statistics
from growthcore.messaging.models import Message
from growthcore.messaging.states import State

AWAITED = "awaited"
UNKNOWN = "unknown"

DELAYS = (10, 20, 60, 300, 900, 3_600, 10_800, 21_600, 43_200, 86_400, 86_400, 86_400)
"""Seconds before each question, over four days: carriers report a long text after up to 80 hours."""


def first_poll(now: datetime) -> datetime:
    """When the provider is asked for the first time about a message it took just now."""
    return now + timedelta(seconds=DELAYS[0])


def due(session: Session, now: datetime, limit: int, state: State = State.SENT) -> list[Message]:
    """Messages in a state, sent or uncertain, whose provider is to be asked, longest due first."""
    return list(
        session.scalars(
            select(Message)
            .where(Message.poll_at.is_not(None), Message.poll_at <= now, Message.state == state)
            .order_by(Message.poll_at, Message.id)
            .limit(limit)
        )
    )


def handed(
    message: Message, reference: str, snapshot: Mapping[str, Any], rendered: Rendered = None
) -> Handed:
    """A message as its channel is asked about it."""
    return Handed(
        reference=reference,
        provider_id=message.provider_id,
        address=snapshot.get("to", ""),
        sent_at=message.sent_at or message.enrolled_at,
        rendered=rendered,
    )


def write(
    session: Session, asked: Collection[int], reports: Mapping[int, Report], now: datetime
) -> int:
    """Write down what was said of the messages asked about; the rest is asked again later.

    Returns how many came to an end. A message somebody else has written meanwhile is left alone.
    """
    rows = session.scalars(
        select(Message)
        .where(Message.id.in_(asked), Message.delivery == AWAITED, Message.state == State.SENT)
        .order_by(Message.id)
        .with_for_update()
    ).all()
    counts = statistics.costs(_costs(rows), sign=-1)
    ended = [row for row in rows if _told(row, reports.get(row.id), now)]
    counts.update(statistics.costs(_costs(rows)))
    counts.update(
        statistics.deliveries(
            (row.campaign_id, row.delivery or "", row.delivered_at) for row in ended
        )
    )
    statistics.add(session, counts)
    return len(ended)


def _costs(rows: Iterable[Message]) -> list[tuple[int, str, datetime | None, int | None]]:
    return [(row.campaign_id, row.state, row.finished_at, row.cost) for row in rows]


def ask_later(message: Message, now: datetime) -> None:
    """Have the provider asked again after the next delay; never again after the last."""
    message.polls += 1
    more = message.polls < len(DELAYS)
    message.poll_at = now + timedelta(seconds=DELAYS[message.polls]) if more else None


def _told(message: Message, report: Report | None, now: datetime) -> bool:
    """Write one answer down; whether it was the last."""
    if report is None:
        ask_later(message, now)
        if message.poll_at is None:
            message.delivery = UNKNOWN
        return False
    message.delivery, message.delivery_reason = report.delivery, report.reason
    message.delivered_at, message.poll_at = report.at or now, None
    message.kind = report.kind or message.kind
    if report.cost is not None:
        message.cost = report.cost
    return True
