"""How the ledger stands: sums and newest rows, never a change."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from growthcore.messaging.models import LEDGER, Message
from growthcore.messaging.states import FINAL, PENDING, State


def last_sent(
    session: Session, customer_ids: Collection[int], since: datetime
) -> dict[int, datetime]:
    """When each customer was last handed a message after ``since``, by any campaign."""
    rows = session.execute(
        select(LEDGER.c.customer_id, func.max(LEDGER.c.sent_at))
        .where(
            LEDGER.c.customer_id.in_(customer_ids),
            LEDGER.c.sent_at > since,
            LEDGER.c.state.in_([State.SENDING, State.SENT, State.UNCERTAIN]),
        )
        .group_by(LEDGER.c.customer_id)
    )
    return {customer: at for customer, at in rows}  # noqa: C416


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


def last_message(session: Session, customer_id: int, since: datetime) -> Message | None:
    """The message last handed over to a customer after ``since``, by any campaign."""
    return session.scalar(
        select(Message)
        .where(
            Message.customer_id == customer_id,
            Message.sent_at > since,
            Message.state.in_([State.SENDING, State.SENT, State.UNCERTAIN]),
        )
        .order_by(Message.sent_at.desc())
        .limit(1)
    )
