"""Messages that an operator wants handed over again, by the same reference as the first time.

The receiver tells a repeat by the reference, so nobody is reached twice; the ledger keeps its one row a
message. See :class:`growthcore.api.Capabilities`, ``replays``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, exists, func, select, update
from sqlalchemy.orm import Session

from growthcore.api import Outcome, Receipt
from growthcore.db.chunks import among
from growthcore.db.upsert import insert
from growthcore.messaging import delivery, recovery, retries
from growthcore.messaging.gate import Objection
from growthcore.messaging.models import Message, MessageSnapshot, Replay
from growthcore.messaging.states import State

STATES = (State.FAILED, State.SENT, State.UNCERTAIN)
"""What can be handed over again: what was handed over before."""

Said = Receipt | Objection
"""What became of a message that was to be handed over again: the receiver's word, or the law's."""


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Which messages: of these versions of campaigns, and in these states.

    Where given, only these ids, and those that came to their end from ``since`` on and before ``until``.
    What was never handed over, or has been erased, is none of them.
    """

    version_ids: Collection[int]
    states: Collection[State] = STATES
    message_ids: Collection[int] | None = None
    since: datetime | None = None
    until: datetime | None = None

    def clauses(self) -> list[ColumnElement[bool]]:
        """As conditions on :class:`Message`."""
        found = [
            among(Message.version_id, self.version_ids),
            Message.state.in_(self.states),
            exists().where(MessageSnapshot.message_id == Message.id),
        ]
        if self.message_ids is not None:
            found.append(among(Message.id, self.message_ids))
        if self.since is not None:
            found.append(Message.finished_at >= self.since)
        if self.until is not None:
            found.append(Message.finished_at < self.until)
        return found


def count(session: Session, wanted: Wanted) -> int:
    """How many messages that is."""
    counted = select(func.count()).select_from(Message).where(*wanted.clauses())
    return session.scalar(counted) or 0


def ask(session: Session, wanted: Wanted, *, after: int, limit: int, now: datetime) -> list[int]:
    """Have the next messages handed over again, in the order of their ids; returns those ids."""
    rows = session.execute(
        select(Message.id, Message.campaign_id)
        .where(*wanted.clauses(), Message.id > after)
        .order_by(Message.id)
        .limit(limit)
    ).all()
    if rows:
        statement = insert(session, Replay)
        fresh = {"asked_at": now, "due_at": now, "attempts": 0}
        anew = {**fresh, "outcome": None, "reason": None, "ended_at": None}
        session.execute(
            statement.on_conflict_do_update(index_elements=["message_id"], set_=anew),
            [{"message_id": id_, "campaign_id": campaign, **fresh} for id_, campaign in rows],
        )
    return [id_ for id_, _ in rows]


def is_due(session: Session, now: datetime) -> bool:
    """Whether any is to be handed over now."""
    return (
        session.scalar(select(Replay.message_id).where(Replay.due_at <= now).limit(1)) is not None
    )


def claim(session: Session, limit: int, now: datetime, lease: timedelta) -> list[Message]:
    """The next due messages of one run. Whoever dies with them has them come again after ``lease``."""
    due = select(Replay.message_id).join(Message).where(Replay.due_at <= now)
    order = (Replay.due_at, Replay.message_id)
    run = session.scalar(due.with_only_columns(Message.run_id).order_by(*order).limit(1))
    if run is None:
        return []
    locked = due.where(Message.run_id == run).order_by(*order).limit(limit)
    claimed = session.scalars(
        update(Replay)
        .where(Replay.message_id.in_(locked.with_for_update(skip_locked=True, of=Replay)))
        .values(due_at=now + lease)
        .returning(Replay.message_id)
        .execution_options(synchronize_session=False)
    ).all()
    return list(
        session.scalars(select(Message).where(among(Message.id, claimed)).order_by(Message.id))
    )


def write(
    session: Session,
    said: Mapping[int, Said],
    now: datetime,
    *,
    prices: Mapping[str, int],
    awaits: bool,
) -> None:
    """Write down what became of messages, by id; a message that had failed was sent after all.

    ``prices`` are what a kind costs, ``awaits`` when the provider is to be asked what became of them.
    """
    messages = session.scalars(
        select(Message).where(among(Message.id, said)).order_by(Message.id).with_for_update()
    )
    for message in messages:
        replay, word = session.get_one(Replay, message.id), said[message.id]
        if isinstance(word, Objection):
            _withheld(replay, word, now)
        elif word.outcome is Outcome.ACCEPTED:
            _end(replay, "accepted", None, now)
            _taken(session, message, word, now, prices=prices, awaits=awaits)
        elif word.outcome is Outcome.REJECTED:
            _end(replay, "refused", word.reason, now)
        else:
            _later(replay, word, now)


def of_message(session: Session, message_id: int) -> Replay | None:
    """How the last replay of a message goes, or went."""
    return session.get(Replay, message_id)


def standing(session: Session, campaign_id: int) -> Counter[str]:
    """How many replays of a campaign's messages wait (``waiting``), and came to each outcome."""
    rows = session.execute(
        select(Replay.outcome, func.count())
        .where(Replay.campaign_id == campaign_id)
        .group_by(Replay.outcome)
    )
    return Counter({outcome or "waiting": number for outcome, number in rows})


def _taken(
    session: Session,
    message: Message,
    receipt: Receipt,
    now: datetime,
    *,
    prices: Mapping[str, int],
    awaits: bool,
) -> None:
    if message.state not in (State.FAILED, State.UNCERTAIN):
        return
    cost = receipt.cost if receipt.cost is not None else prices.get(message.kind or "")
    recovery.sent_after_all(session, message, receipt, cost, now)
    if awaits:
        message.delivery, message.poll_at = delivery.AWAITED, delivery.first_poll(now)


def _withheld(replay: Replay, objection: Objection, now: datetime) -> None:
    if objection.until is None:
        _end(replay, "withheld", objection.reason, now)
    else:
        replay.due_at, replay.reason = objection.until, objection.reason


def _later(replay: Replay, receipt: Receipt, now: datetime) -> None:
    """Try again as any message is tried again, and as often. What is not known is no harm to repeat."""
    if receipt.held:
        wait = retries.delay_of_held(now - replay.asked_at, receipt.retry_after or 0.0)
    else:
        replay.attempts += 1
        wait = retries.delay_before(replay.attempts + 1, replay.message_id, receipt.retry_after)
    if wait is None:
        _end(replay, "refused", receipt.reason, now)
    else:
        replay.due_at, replay.reason = now + wait, receipt.reason


def _end(replay: Replay, outcome: str, reason: str | None, now: datetime) -> None:
    replay.due_at, replay.ended_at = None, now
    replay.outcome, replay.reason = outcome, reason and reason[:60]
