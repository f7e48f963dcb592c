"""Writing down what a channel said of the messages it was handed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Any

from sqlalchemy.orm import Session

from growthcore.api import Outcome, Receipt
from growthcore.messaging import delivery, ledger, retries, statistics, writing
from growthcore.messaging.ledger import Claim, Claimed
from growthcore.messaging.states import State

_HANDED_OVER = frozenset({State.SENDING, State.UNCERTAIN})


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
    held = ledger.held(session, claim, [message.id for message, _ in receipts], _HANDED_OVER)
    rows = [
        _billed(_outcome(message, receipt, now, awaits=awaits), kinds.get(message.id), prices)
        for message, receipt in receipts
        if message.id in held
    ]
    writing.write(session, rows)
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
        "attempts": message.attempts + 1,
    }
    asked: dict[str, Any] = {"delivery": delivery.AWAITED} if awaits else {}
    match receipt.outcome:
        case Outcome.ACCEPTED:
            poll = {"poll_at": delivery.first_poll(now)} if awaits else {}
            return row | asked | poll | {"state": State.SENT, "reason": None}
        case Outcome.UNCERTAIN:
            return row | asked | {"state": State.UNCERTAIN, "poll_at": now}
        case Outcome.REJECTED:
            return row | {"state": State.FAILED, "sent_at": None}
    if receipt.held:
        row["attempts"] = message.attempts
        wait = retries.delay_of_held(now - message.enrolled_at, receipt.retry_after or 0.0)
    else:
        wait = retries.delay_before(message.attempts + 2, message.id, receipt.retry_after)
    if wait is None:
        return row | {"state": State.FAILED, "sent_at": None}
    return row | {
        "state": State.DUE,
        "sent_at": None,
        "finished_at": None,
        "due_at": now + wait,
    }
