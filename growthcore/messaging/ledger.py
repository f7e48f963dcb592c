"""The ledger: every way a message's row may change, each a compare-and-set.

A row claimed with a token belongs to the holder of that token until its lease runs out. So two
workers never hand over the same message, and what a killed one held is told apart: ``claimed`` was
certainly not sent and is due again; ``sending`` may have been and becomes ``uncertain``.
"""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any

from sqlalchemy import ColumnElement, bindparam, select, update
from sqlalchemy.orm import Session

from growthcore.api import Outcome, Receipt
from growthcore.db.upsert import insert
from growthcore.messaging import delivery, retries, statistics
from growthcore.messaging.models import LEDGER, Message
from growthcore.messaging.states import State

_HANDED_OVER = frozenset({State.SENDING, State.UNCERTAIN})


def reference(run_tag: str, message_id: int) -> str:
    """What we call a message towards a provider, the same at every attempt."""
    return f"gc-{run_tag}-{message_id}"


@dataclass(frozen=True, kw_only=True)
class Claimed:
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


_CLAIMED_COLUMNS = [LEDGER.c[name] for name in Claimed.__dataclass_fields__]


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
    return Claim(campaign_id, token, [Claimed(**row._asdict()) for row in sorted(claimed)])


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

    ``awaits`` when the provider is to be asked what became of them. The rest of the claim keeps its
    lease as long as its holder gets on.
    """
    ours = (LEDGER.c.token == claim.token) & (LEDGER.c.state == State.CLAIMED)
    begun = session.execute(
        update(LEDGER)
        .where(LEDGER.c.id.in_(ids), ours)
        .values(
            state=State.SENDING,
            attempts=LEDGER.c.attempts + 1,
            sent_at=now,
            lease_until=now + lease,
            delivery=delivery.AWAITED if awaits else None,
        )
        .returning(LEDGER.c.id)
    ).scalars()
    started = set(begun)
    rest = [message.id for message in claim.messages]
    session.execute(
        update(LEDGER).where(LEDGER.c.id.in_(rest), ours).values(lease_until=now + lease)
    )
    return started


def record(
    session: Session,
    claim: Claim,
    receipts: Sequence[tuple[Claimed, Receipt]],
    now: datetime,
    *,
    kinds: Mapping[int, str | None] = MappingProxyType({}),
    prices: Mapping[str, int] = MappingProxyType({}),
    awaits: bool = False,
) -> dict[int, State]:
    """Write receipts down, also late ones for messages a sweep has called uncertain.

    ``kinds`` are what the messages are billed as, by id, ``prices`` what a kind costs where the
    receipt does not say; ``awaits`` as they began. Returns the state each message comes to.
    """
    held = _held(session, claim, [message.id for message, _ in receipts], _HANDED_OVER)
    rows = [
        _billed(_outcome(message, receipt, now, awaits=awaits), kinds.get(message.id), prices)
        for message, receipt in receipts
        if message.id in held
    ]
    _write(session, rows)
    counts = statistics.ends((claim.campaign_id, *held[row["id"]]) for row in rows)
    counts = Counter({key: -number for key, number in counts.items()})
    counts.update(statistics.ends((claim.campaign_id, r["state"], r["finished_at"]) for r in rows))
    # What a sweep called uncertain has no cost yet, so there is none to take back.
    counts.update(
        statistics.costs((claim.campaign_id, r["state"], r["finished_at"], r["cost"]) for r in rows)
    )
    statistics.add(session, counts)
    return {row["id"]: row["state"] for row in rows}


def _billed(row: dict[str, Any], kind: str | None, prices: Mapping[str, int]) -> dict[str, Any]:
    """The row with what the message is billed as and costs; one that was not taken costs nothing."""
    cost = row["cost"] if row["cost"] is not None else prices.get(kind or "")
    taken = row["state"] in (State.SENT, State.UNCERTAIN)
    return row | {"kind": kind, "cost": cost if taken else None}


def _outcome(message: Claimed, receipt: Receipt, now: datetime, *, awaits: bool) -> dict[str, Any]:
    row: dict[str, Any] = {
        "id": message.id,
        "lease_until": None,
        "reason": receipt.reason,
        "due_at": now,
        "sent_at": now,
        "finished_at": now,
        "provider_id": receipt.provider_id,
        "cost": receipt.cost,
        "delivery": None,
        "poll_at": None,
    }
    asked: dict[str, Any] = {"delivery": delivery.AWAITED} if awaits else {}
    match receipt.outcome:
        case Outcome.ACCEPTED:
            poll = {"poll_at": delivery.first_poll(now)} if awaits else {}
            return row | asked | poll | {"state": State.SENT, "reason": None}
        case Outcome.UNCERTAIN:
            return row | asked | {"state": State.UNCERTAIN}
        case Outcome.REJECTED:
            return row | {"state": State.FAILED, "sent_at": None}
    wait = retries.delay_before(message.attempts + 2, message.id, receipt.retry_after)
    if wait is None:
        return row | {"state": State.FAILED, "sent_at": None}
    return row | {
        "state": State.DUE,
        "sent_at": None,
        "finished_at": None,
        "due_at": now + wait,
    }


def defer(session: Session, claim: Claim, until: Mapping[int, tuple[datetime, str]]) -> None:
    """Give claimed messages back to wait until then, with the reason."""
    held = _held(session, claim, until, {State.CLAIMED})
    rows = [
        {"id": id_, "state": State.DUE, "due_at": until[id_][0], "reason": until[id_][1]}
        for id_ in held
    ]
    _write(session, [row | {"lease_until": None} for row in rows])


def suppress(session: Session, claim: Claim, reasons: Mapping[int, str], now: datetime) -> None:
    """End claimed messages unsent, with the reason."""
    held = _held(session, claim, reasons, {State.CLAIMED})
    end = {"state": State.SUPPRESSED, "lease_until": None, "finished_at": now}
    _write(session, [{"id": id_, "reason": reasons[id_], **end} for id_ in held])
    statistics.add(
        session, statistics.ends((claim.campaign_id, State.SUPPRESSED, now) for _ in held)
    )


def _held(
    session: Session, claim: Claim, ids: Collection[int], states: Collection[State]
) -> dict[int, tuple[str, datetime | None]]:
    """State and end of those of the messages that are still the claim's, locked."""
    rows = session.execute(
        select(LEDGER.c.id, LEDGER.c.state, LEDGER.c.finished_at)
        .where(
            LEDGER.c.id.in_(ids),
            LEDGER.c.token == claim.token,
            LEDGER.c.state.in_(states),
        )
        .order_by(LEDGER.c.id)
        .with_for_update()
    )
    return {id_: (state, finished_at) for id_, state, finished_at in rows}


def _write(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    """Set the columns of rows that are held; all rows name the same ones."""
    if not rows:
        return
    names = [name for name in rows[0] if name != "id"]
    session.connection().execute(
        update(LEDGER)
        .where(LEDGER.c.id == bindparam("b_id"))
        .values({name: bindparam(f"b_{name}", type_=LEDGER.c[name].type) for name in names}),
        [{f"b_{name}": value for name, value in row.items()} for row in rows],
    )


def release(session: Session, claim: Claim) -> None:
    """Give back whatever of a claim was not begun: a graceful stop, a pause."""
    session.execute(
        update(LEDGER)
        .where(LEDGER.c.token == claim.token, LEDGER.c.state == State.CLAIMED)
        .values(state=State.DUE, lease_until=None)
    )


def cancel(session: Session, campaign_id: int, now: datetime) -> int:
    """End whatever of a campaign still waits; returns how many messages that is."""
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
