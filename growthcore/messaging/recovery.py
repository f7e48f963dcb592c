"""What became of messages whose worker died: taken back, asked about, or settled by a person."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from growthcore.api import InvalidInput, Outcome, Receipt
from growthcore.core import Core
from growthcore.messaging import delivery, retries, statistics
from growthcore.messaging.models import LEDGER, Message
from growthcore.messaging.states import State
from growthcore.operators import audit


def sweep(session: Session, now: datetime) -> tuple[int, int]:
    """Take back what dead workers held. Returns how many are due again and how many uncertain."""
    expired = LEDGER.c.lease_until.is_not(None) & (LEDGER.c.lease_until < now)
    again = session.execute(
        update(LEDGER)
        .where(expired, LEDGER.c.state == State.CLAIMED)
        .values(state=State.DUE, lease_until=None)
        .returning(LEDGER.c.id)
    ).all()
    uncertain = session.execute(
        update(LEDGER)
        .where(expired, LEDGER.c.state == State.SENDING)
        .values(
            state=State.UNCERTAIN,
            lease_until=None,
            reason="worker_lost",
            finished_at=now,
            poll_at=now,
        )
        .returning(LEDGER.c.campaign_id)
    ).all()
    statistics.add(
        session,
        statistics.ends((campaign_id, State.UNCERTAIN, now) for (campaign_id,) in uncertain),
    )
    return len(again), len(uncertain)


def uncertain(session: Session, *, after: int = 0, limit: int = 100) -> list[Message]:
    """Uncertain messages in the order of their ids."""
    return list(
        session.scalars(
            select(Message)
            .where(Message.state == State.UNCERTAIN, Message.id > after)
            .order_by(Message.id)
            .limit(limit)
        )
    )


def settled_by_provider(
    session: Session, asked: Collection[int], receipts: Mapping[int, Receipt], now: datetime
) -> int:
    """Write down what a provider says of the uncertain messages it was asked about.

    Returns how many it settled. What was sent is asked about further where it waits for its
    delivery; what was certainly not taken is due again, as often as any other message; the rest is
    asked about again later.
    """
    rows = session.scalars(
        select(Message)
        .where(Message.id.in_(asked), Message.state == State.UNCERTAIN)
        .order_by(Message.id)
        .with_for_update()
    ).all()
    return sum(_settled(session, row, receipts.get(row.id), now) for row in rows)


def _settled(session: Session, message: Message, receipt: Receipt | None, now: datetime) -> bool:
    if receipt is None or receipt.outcome is Outcome.UNCERTAIN:
        delivery.ask_later(message, now)
        return False
    if receipt.outcome is Outcome.RETRY:
        _again(session, message, receipt, now)
        return True
    message.provider_id = receipt.provider_id or message.provider_id
    _move(session, message, _ENDS[receipt.outcome], receipt.reason)
    if message.delivery == delivery.AWAITED and message.state == State.SENT:
        message.poll_at = now
    return True


_ENDS = {Outcome.ACCEPTED: State.SENT, Outcome.REJECTED: State.FAILED}


def _again(session: Session, message: Message, receipt: Receipt, now: datetime) -> None:
    """Have a message that was not taken sent again, or give it up after its last attempt."""
    wait = retries.delay_before(message.attempts + 1, message.id, receipt.retry_after)
    _move(session, message, State.FAILED if wait is None else State.DUE, receipt.reason)
    message.delivery = None
    if wait is not None:
        message.due_at = now + wait


def sent_after_all(
    session: Session, message: Message, receipt: Receipt, cost: int | None, now: datetime
) -> None:
    """Have a message that failed, or that is uncertain, be one that was sent at this instant."""
    message.provider_id = receipt.provider_id or message.provider_id
    _move(session, message, State.SENT, None, sent_at=now, finished_at=now, cost=cost)


def _move(
    session: Session, message: Message, state: State, reason: str | None, **values: object
) -> None:
    """Give a message at its end another state, and the roll-up with it: in the hour it became so."""
    before = (message.campaign_id, message.state, message.finished_at)
    cost = message.cost
    message.state, message.reason, message.lease_until, message.token = state, reason, None, 0
    message.poll_at, message.polls = None, 0
    if state is not State.SENT:
        message.sent_at = None
        message.cost = None
    if state is State.DUE:
        message.finished_at = None
    for name, value in values.items():
        setattr(message, name, value)
    counts = statistics.ends([before], sign=-1)
    counts.update(statistics.costs([(*before, cost)], sign=-1))
    after = (message.campaign_id, message.state, message.finished_at)
    counts.update(statistics.ends([after]))
    counts.update(statistics.costs([(*after, message.cost)]))
    statistics.add(session, counts)


_ANSWERS = {"sent": State.SENT, "not-sent": State.FAILED, "send-again": State.DUE}


def settle(core: Core, session: Session, message_id: int, answer: str, *, actor: str) -> None:
    """An operator's word on an uncertain message: ``sent``, ``not-sent`` or ``send-again``.

    Audited. Raises :class:`InvalidInput` for another answer, or a message that is not uncertain.
    """
    if answer not in _ANSWERS:
        raise InvalidInput({"answer": f"Answer with one of {', '.join(_ANSWERS)}."})
    message = session.get(Message, message_id, with_for_update=True)
    if message is None or message.state != State.UNCERTAIN:
        raise InvalidInput({"message": f"Message {message_id} is not uncertain."})
    now = core.clock.now()
    _move(session, message, _ANSWERS[answer], f"settled:{answer}")
    if answer == "send-again":
        message.due_at, message.latest_at = now, None
    audit.record(
        session,
        at=now,
        actor=actor,
        action="message.settled",
        kind="message",
        id=str(message_id),
        details={"answer": answer},
    )
