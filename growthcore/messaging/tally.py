"""How the ledger stands: sums and newest rows, never a change."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from growthcore.api import MessageClass, Sent
from growthcore.db.chunks import among, rows_in
from growthcore.messaging.models import LEDGER, Message
from growthcore.messaging.states import FINAL, PENDING, State

_HANDED_OVER = (State.SENDING, State.SENT, State.UNCERTAIN)


def sends(
    session: Session, customer_ids: Collection[int], since: datetime
) -> dict[int, list[Sent]]:
    """What each customer was handed after ``since``, or may have been, by any campaign; oldest first."""
    statement = (
        select(
            LEDGER.c.customer_id,
            LEDGER.c.campaign_id,
            LEDGER.c.channel,
            LEDGER.c.message_class,
            LEDGER.c.sent_at,
        )
        .where(LEDGER.c.sent_at > since, LEDGER.c.state.in_(_HANDED_OVER))
        .order_by(LEDGER.c.sent_at, LEDGER.c.id)
    )
    found: dict[int, list[Sent]] = {}
    for row in rows_in(session, statement, Message.customer_id, customer_ids):
        found.setdefault(row.customer_id, []).append(
            Sent(
                campaign_id=row.campaign_id,
                channel=row.channel,
                message_class=MessageClass(row.message_class),
                at=row.sent_at,
            )
        )
    return found


def waiting(
    session: Session,
    customer_ids: Collection[int],
    campaign_ids: Collection[int],
    until: datetime,
) -> list[Any]:
    """Messages of the campaigns to the customers that are due by then and not handed over yet.

    Rows of ``id``, ``campaign_id``, ``customer_id``, ``channel``, ``message_class``, ``due_at`` and
    ``latest_at``.
    """
    names = (
        "id", "campaign_id", "customer_id", "channel", "message_class", "due_at", "latest_at",
    )  # fmt: skip
    statement = select(*(LEDGER.c[name] for name in names)).where(
        among(Message.campaign_id, campaign_ids),
        LEDGER.c.state.in_([State.DUE, State.CLAIMED]),
        LEDGER.c.sent_at.is_(None),
        LEDGER.c.due_at <= until,
    )
    return list(rows_in(session, statement, Message.customer_id, customer_ids))


def counts(session: Session, run_ids: Collection[int]) -> dict[State, int]:
    """How many messages of the runs stand in each state; every state is present."""
    rows = session.execute(
        select(LEDGER.c.state, func.count())
        .where(LEDGER.c.run_id.in_(run_ids))
        .group_by(LEDGER.c.state)
    )
    found = {State(state): count for state, count in rows}
    return {state: found.get(state, 0) for state in State}


def reasons(session: Session, run_ids: Collection[int]) -> dict[tuple[State, str], int]:
    """How many messages of the runs stand in each state for each reason that was given."""
    rows = session.execute(
        select(LEDGER.c.state, LEDGER.c.reason, func.count())
        .where(LEDGER.c.run_id.in_(run_ids), LEDGER.c.reason.is_not(None))
        .group_by(LEDGER.c.state, LEDGER.c.reason)
    )
    return {(State(state), reason): count for state, reason, count in rows}


def deferred(session: Session, run_ids: Collection[int]) -> dict[str, int]:
    """How many messages of the runs were made to wait, whatever became of them, by the last reason."""
    rows = session.execute(
        select(LEDGER.c.deferred_for, func.count())
        .where(LEDGER.c.run_id.in_(run_ids), LEDGER.c.deferred_for.is_not(None))
        .group_by(LEDGER.c.deferred_for)
    )
    return {reason: count for reason, count in rows}  # noqa: C416


def pending(session: Session, run_id: int) -> bool:
    """Whether any message of the run still has somewhere to go."""
    return (
        session.scalar(
            select(LEDGER.c.id)
            .where(LEDGER.c.run_id == run_id, LEDGER.c.state.in_(PENDING))
            .limit(1)
        )
        is not None
    )


def newest_outcomes(
    session: Session, campaign_id: int, limit: int
) -> list[tuple[State, str | None]]:
    """State and reason of the messages last handed over, newest first."""
    rows = session.execute(
        select(LEDGER.c.state, LEDGER.c.reason)
        .where(
            LEDGER.c.campaign_id == campaign_id,
            LEDGER.c.state.in_(FINAL - {State.SUPPRESSED}),
        )
        .order_by(LEDGER.c.id.desc())
        .limit(limit)
    )
    return [(State(state), reason) for state, reason in rows]
