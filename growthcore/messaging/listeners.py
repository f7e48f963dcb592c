"""What messaging does when two customers become one, or one is to be forgotten."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from growthcore.api import Clock
from growthcore.messaging import ledger, snapshots
from growthcore.messaging.models import Engagement, Message, MessageSnapshot


class MessagingListener:
    """The :class:`growthcore.customers.listeners.CustomerListener` of the ledger."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def merged(self, session: Session, kept_id: int, merged_id: int) -> Mapping[str, Any]:
        """Messages keep the customer they were made for: a row of the ledger is history.

        What the merged customer would still get is ended, so that the kept one never gets two.
        """
        return {"messages": self._end(session, merged_id, "customer_merged")}

    def erased(self, session: Session, customer_id: int) -> int:
        """Remove what messages were made of and what was seen of their reader; sums stay."""
        self._end(session, customer_id, "customer_erased")
        own = select(Message.id).where(Message.customer_id == customer_id)
        removed = session.execute(
            delete(MessageSnapshot)
            .where(MessageSnapshot.message_id.in_(own))
            .returning(MessageSnapshot.message_id)
        ).all()
        blanked = session.execute(
            update(Engagement)
            .where(Engagement.customer_id == customer_id)
            .values(evidence=None)
            .returning(Engagement.id)
        ).all()
        return len(removed) + len(blanked)

    def exported(self, session: Session, customer_id: int) -> Mapping[str, Any]:
        """Every message to the customer, with what it held and what was seen of it."""
        messages = session.scalars(
            select(Message).where(Message.customer_id == customer_id).order_by(Message.id)
        )
        return {"messages": [_exported(session, message) for message in messages]}

    def _end(self, session: Session, customer_id: int, reason: str) -> list[int]:
        return ledger.end_for(session, customer_id, reason, self._clock.now())


def _exported(session: Session, message: Message) -> dict[str, Any]:
    seen = session.scalars(
        select(Engagement).where(Engagement.message_id == message.id).order_by(Engagement.id)
    )
    return {
        "id": message.id,
        "campaign_id": message.campaign_id,
        "channel": message.channel,
        "state": message.state,
        "reason": message.reason,
        "sent_at": message.sent_at and message.sent_at.isoformat(),
        "held": snapshots.load(session, message.id),
        "engagements": [
            {
                "kind": each.kind,
                "at": each.at.isoformat(),
                "link": each.link,
                **(each.evidence or {}),
            }
            for each in seen
        ],
    }
