"""The ledger: every way a message's row may change, each a compare-and-set.

A row claimed with a token belongs to the holder of that token until its lease runs out. So two
workers never hand over the same message, and what a killed one held is told apart: ``claimed`` was
certainly not sent and is due again; ``sending`` may have been and becomes ``uncertain``.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, String, and_, bindparam, select, update
from sqlalchemy.orm import Session

from growthcore.api.db import Instant
from growthcore.db.chunks import among_given
from growthcore.db.upsert import insert
from growthcore.messaging import delivery, statistics, writing
from growthcore.messaging.models import LEDGER, Message
from growthcore.messaging.states import State

PRIORITY = "priority"
"""What the reason of a message begins with that gave its place to another campaign's."""


def reference(run_tag: str, message_id: int) -> str:
    """What we call a message towards a provider, the same at every attempt."""
    return f"gc-{run_tag}-{message_id}"


class Claimed(NamedTuple):
    """A claimed message, as much of it as dispatch needs."""

    id: int
    run_id: int
    customer_id: int
    key: str
    anchor_at: datetime
    latest_at: datetime | None
    enrolled_at: datetime
    cart_id: int | None
    attempts: int


@dataclass(frozen=True)
class Claim:
    """A batch of one campaign's messages and the token that owns them."""

    campaign_id: int
    token: int
    messages: Sequence[Claimed]


_CLAIMED_COLUMNS = [LEDGER.c[name] for name in Claimed._fields]


def enrol(session: Session, rows: Sequence[Mapping[str, Any]]) -> int:
    """Add messages; one whose (run, customer, channel, key) exists already is left alone.

    Returns how many were added.
    """
    if not rows:
        return 0
    statement = insert(session, Message).on_conflict_do_nothing().returning(LEDGER.c.id)
    return len(session.execute(statement, [dict(row) for row in rows]).all())


def reschedule(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    """Move messages that still wait to a new anchor and due time, by run, customer and key."""
    if not rows:
        return
    session.connection().execute(
        update(LEDGER)
        .where(
            LEDGER.c.run_id == bindparam("b_run_id"),
            LEDGER.c.customer_id == bindparam("b_customer_id"),
            LEDGER.c.key == bindparam("b_key"),
            LEDGER.c.state == State.DUE,
        )
        .values(
            anchor_at=bindparam("b_anchor_at"),
            due_at=bindparam("b_due_at"),
            latest_at=bindparam("b_latest_at"),
        ),
        [{f"b_{name}": value for name, value in row.items()} for row in rows],
    )


def claim(
    session: Session, campaign_id: int, limit: int, now: datetime, lease: timedelta
) -> Claim | None:
    """Take up to ``limit`` messages that are due, longest due first; None when none is."""
    token = secrets.randbits(62)
    due = (
        select(LEDGER.c.id)
        .where(
            LEDGER.c.campaign_id == campaign_id,
            LEDGER.c.state == State.DUE,
            LEDGER.c.due_at <= now,
        )
        .order_by(LEDGER.c.due_at, LEDGER.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    claimed = session.execute(
        update(LEDGER)
        .where(LEDGER.c.id.in_(due))
        .values(state=State.CLAIMED, token=token, lease_until=now + lease)
        .returning(*_CLAIMED_COLUMNS)
    ).all()
    if not claimed:
        return None
    return Claim(campaign_id, token, sorted(map(Claimed._make, claimed)))


def begin_sending(
    session: Session,
    claim: Claim,
    ids: Collection[int],
    now: datetime,
    lease: timedelta,
    *,
    awaits: bool = False,
) -> set[int]:
    """Mark messages as being handed over from this instant; returns those still ours.

    ``awaits`` when the provider is to be asked what became of them. The rest of the claim keeps at
    least half of its lease as long as its holder gets on.
    """
    given = {
        **_of(claim),
        "ids": list(ids),
        "now": now,
        "until": now + lease,
        "awaited": delivery.AWAITED if awaits else None,
    }
    started = set(session.execute(_BEGIN, given).scalars())
    ends = {"soon": now + lease / 2, "until": now + lease}
    session.execute(_KEEP, _of(claim) | ends)
    return started


def _of(claim: Claim) -> dict[str, int]:
    """What tells a claim's rows from others, as the statements below are given it."""
    return {"campaign": claim.campaign_id, "claim_token": claim.token}


# Statements of every sub-batch are made once: making one takes several times as long as SQLite takes
# to carry it out. They name the campaign for the index that begins with it.
_OURS = and_(
    LEDGER.c.campaign_id == bindparam("campaign"),
    LEDGER.c.state == State.CLAIMED,
    LEDGER.c.token == bindparam("claim_token"),
)
_BEGIN = (
    update(LEDGER)
    .where(among_given(LEDGER.c.id, "ids"), _OURS)
    .values(
        state=State.SENDING,
        attempts=LEDGER.c.attempts + 1,
        sent_at=bindparam("now", type_=Instant()),
        lease_until=bindparam("until", type_=Instant()),
        delivery=bindparam("awaited", type_=String()),
    )
    .returning(LEDGER.c.id)
)
_KEEP = (
    update(LEDGER)
    .where(_OURS, LEDGER.c.lease_until < bindparam("soon", type_=Instant()))
    .values(lease_until=bindparam("until", type_=Instant()))
)
_RELEASE = update(LEDGER).where(_OURS).values(state=State.DUE, lease_until=None)
_HELD = (
    select(LEDGER.c.id, LEDGER.c.state, LEDGER.c.finished_at)
    .where(
        among_given(LEDGER.c.id, "ids"),
        LEDGER.c.token == bindparam("claim_token"),
        LEDGER.c.state.in_(bindparam("states", expanding=True)),
    )
    .order_by(LEDGER.c.id)
    .with_for_update()
)


def defer(session: Session, claim: Claim, until: Mapping[int, tuple[datetime, str]]) -> None:
    """Give claimed messages back to wait until then, with the reason."""
    ours = held(session, claim, until, {State.CLAIMED})
    rows = [
        {"id": id_, "state": State.DUE, "due_at": until[id_][0], "reason": until[id_][1]}
        for id_ in ours
    ]
    writing.write(
        session, [row | {"deferred_for": row["reason"], "lease_until": None} for row in rows]
    )


def suppress(session: Session, claim: Claim, reasons: Mapping[int, str], now: datetime) -> None:
    """End claimed messages unsent, with the reason."""
    ours = held(session, claim, reasons, {State.CLAIMED})
    end = {"state": State.SUPPRESSED, "lease_until": None, "finished_at": now}
    writing.write(session, [{"id": id_, "reason": reasons[id_], **end} for id_ in ours])
    statistics.add(
        session, statistics.ends((claim.campaign_id, State.SUPPRESSED, now) for _ in ours)
    )


def free(session: Session, claim: Claim, ended: Collection[int], now: datetime) -> None:
    """Wake what waits behind messages of the claim that don't go after all.

    A message that was put off for a campaign of higher priority (reason ``priority:ID``) is asked
    again at once, so that a slot kept for nobody is not lost.
    """
    customers = {message.customer_id for message in claim.messages if message.id in ended}
    if not customers:
        return
    behind = (
        select(LEDGER.c.id)
        .where(
            LEDGER.c.customer_id.in_(customers),
            LEDGER.c.sent_at.is_(None),
            LEDGER.c.state == State.DUE,
            LEDGER.c.reason == priority_reason(claim.campaign_id),
        )
        .order_by(LEDGER.c.id)
        .with_for_update(skip_locked=True)
    )
    session.execute(update(LEDGER).where(LEDGER.c.id.in_(behind)).values(due_at=now))


def priority_reason(campaign_id: int) -> str:
    """The reason of a message that gave its place to another campaign's."""
    return f"{PRIORITY}:{campaign_id}"


def held(
    session: Session, claim: Claim, ids: Collection[int], states: Collection[State]
) -> dict[int, tuple[str, datetime | None]]:
    """State and end of those of the messages that are still the claim's, locked."""
    if not ids:
        return {}
    given = {"ids": list(ids), "claim_token": claim.token, "states": list(states)}
    rows = session.execute(_HELD, given)
    return {id_: (state, finished_at) for id_, state, finished_at in rows}


def release(session: Session, claim: Claim) -> None:
    """Give back whatever of a claim was not begun: a graceful stop, a pause."""
    session.execute(_RELEASE, _of(claim))


def cancel(session: Session, campaign_id: int, now: datetime) -> int:
    """End whatever of a campaign still waits; returns how many messages that is.

    What waited behind them is woken (:func:`free`).
    """
    behind = (LEDGER.c.state == State.DUE) & (LEDGER.c.reason == priority_reason(campaign_id))
    session.execute(update(LEDGER).where(behind).values(due_at=now))
    return len(_end(session, LEDGER.c.campaign_id == campaign_id, "cancelled", now))


def end_for(session: Session, customer_id: int, reason: str, now: datetime) -> list[int]:
    """End whatever still waits for a customer; returns the messages' ids."""
    return _end(session, LEDGER.c.customer_id == customer_id, reason, now)


def _end(session: Session, which: ColumnElement[bool], reason: str, now: datetime) -> list[int]:
    ended = session.execute(
        update(LEDGER)
        .where(which, LEDGER.c.state == State.DUE)
        .values(state=State.SUPPRESSED, reason=reason, finished_at=now)
        .returning(LEDGER.c.id, LEDGER.c.campaign_id)
    ).all()
    statistics.add(
        session, statistics.ends((campaign, State.SUPPRESSED, now) for _, campaign in ended)
    )
    return [id_ for id_, _ in ended]
