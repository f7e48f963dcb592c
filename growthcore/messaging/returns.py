"""What came back about messages: written down once, and what follows for the address.

A bounce for good suppresses the address at once. Soft bounces do when there are as many as the account
allows (:class:`growthcore.api.SoftBounces`) with no sign of life between them. A complaint withdraws
the consent and suppresses the address for advertising, as an unsubscribe does.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from growthcore.api import AddressKind, Delivery, Receipt, Returned, ReturnKind, SoftBounces
from growthcore.customers import service, suppression
from growthcore.customers.addresses import address_hash
from growthcore.messaging import engagement, recovery, snapshots, statistics
from growthcore.messaging.models import Engagement, Message
from growthcore.messaging.states import State

SOURCE = "bounce mailbox"
ANSWER = "mail server's answer"
ACTOR = "recipient"
_LONGEST_DETAIL = 300
_ALIVE = ("open", "click")


@dataclass(frozen=True, kw_only=True)
class Recipient:
    """An address that something came back about."""

    kind: AddressKind
    address: str

    @property
    def hash(self) -> str:
        """What it is known by where it must not be readable."""
        return address_hash(self.kind, self.address)

    def suppress(self, session: Session, reason: str, source: str, at: datetime) -> None:
        """Have nothing more sent to it."""
        suppression.add(
            session, self.kind, self.address, reason=reason, source=source, actor=ACTOR, at=at
        )


def keep(
    session: Session,
    message_id: int,
    returned: Returned,
    *,
    kind: AddressKind | None,
    limit: SoftBounces,
    now: datetime,
) -> bool | None:
    """Write down what came back about a message; whether that was new.

    ``kind`` is of the channel's addresses. None while the message is being handed over, whose outcome
    would overwrite this: it has to be told again.
    """
    message = session.get(Message, message_id, with_for_update=True)
    if message is None:
        return False
    if message.state == State.SENDING:
        return None
    returned = replace(returned, at=_when(message, returned.at, now))
    if _is_known(session, message, returned.kind):
        return False
    recipient = _recipient(session, message, kind)
    _record(session, message, returned, recipient)
    if returned.kind is ReturnKind.COMPLAINT:
        engagement.refuse(session, message, at=now, source=SOURCE)
    else:
        _undelivered(session, message, returned, now)
    reason = _verdict(session, message, returned, recipient, limit)
    if recipient and reason:
        recipient.suppress(session, reason, SOURCE, now)
    return True


def refused(session: Session, kind: AddressKind, address: str, now: datetime) -> None:
    """Suppress an address that was refused for good when a message was handed over."""
    Recipient(kind=kind, address=address).suppress(session, "bounced_hard", ANSWER, now)


def _when(message: Message, told: datetime | None, now: datetime) -> datetime:
    """When it happened: not before the message went, nor later than now, whatever is told."""
    earliest = message.sent_at or message.enrolled_at
    return max(earliest, min(told or now, now))


def _is_known(session: Session, message: Message, kind: ReturnKind) -> bool:
    known = select(Engagement.id).where(
        Engagement.message_id == message.id, Engagement.kind == kind.value
    )
    return session.scalar(known.limit(1)) is not None


def _recipient(session: Session, message: Message, kind: AddressKind | None) -> Recipient | None:
    """Whom the message went to, whatever the customer's address is now; None for one who is erased."""
    if kind is None:
        return None
    address = (snapshots.load(session, message.id) or {}).get("to")
    if not address:
        customer = service.load(session, [message.customer_id]).get(message.customer_id)
        address = customer.address(kind) if customer else None
    return Recipient(kind=kind, address=address) if address else None


def _record(
    session: Session, message: Message, returned: Returned, recipient: Recipient | None
) -> None:
    at = returned.at or message.enrolled_at
    evidence = {"reason": returned.reason}
    if returned.detail:
        evidence["detail"] = returned.detail[:_LONGEST_DETAIL]
    if recipient:
        evidence["address_hash"] = recipient.hash
    session.add(
        Engagement(
            message_id=message.id,
            campaign_id=message.campaign_id,
            customer_id=message.customer_id,
            kind=returned.kind.value,
            at=at,
            machine=False,
            evidence=evidence,
        )
    )
    counts = statistics.engagement(message.campaign_id, returned.kind.value, at, first=True)
    statistics.add(session, counts)


def _undelivered(session: Session, message: Message, returned: Returned, now: datetime) -> None:
    """Tell the ledger that the message did not arrive. Whatever bounces was certainly sent."""
    if message.state == State.UNCERTAIN:
        sent = {message.id: Receipt.accepted()}
        recovery.settled_by_provider(session, sent, sent, now)
    if message.state != State.SENT:
        return
    counts = statistics.deliveries(_delivery(message), sign=-1)
    message.delivery, message.delivery_reason = Delivery.UNDELIVERED, returned.reason[:60]
    message.delivered_at, message.poll_at = returned.at, None
    counts.update(statistics.deliveries(_delivery(message)))
    statistics.add(session, counts)


def _delivery(message: Message) -> list[tuple[int, str, datetime | None]]:
    return [(message.campaign_id, message.delivery or "", message.delivered_at)]


def _verdict(
    session: Session,
    message: Message,
    returned: Returned,
    recipient: Recipient | None,
    limit: SoftBounces,
) -> str | None:
    """Why nothing more is sent to the address, if so."""
    if returned.kind is ReturnKind.BOUNCE:
        return "bounced_hard"
    if returned.kind is ReturnKind.COMPLAINT:
        return "complained"
    if recipient and _gives_up(session, message.customer_id, recipient, returned, limit):
        return "bounced_soft"
    return None


def _gives_up(
    session: Session,
    customer_id: int,
    recipient: Recipient,
    returned: Returned,
    limit: SoftBounces,
) -> bool:
    """Whether the address has bounced softly as often as it may, this one with it."""
    if limit.count == 0 or returned.at is None:
        return False
    rows = session.execute(
        select(Engagement.kind, Engagement.at, Engagement.machine, Engagement.evidence).where(
            Engagement.customer_id == customer_id,
            Engagement.kind.in_([ReturnKind.SOFT_BOUNCE.value, *_ALIVE]),
            Engagement.at > returned.at - timedelta(days=limit.days),
        )
    ).all()
    alive = max((row.at for row in rows if row.kind in _ALIVE and not row.machine), default=None)
    bounces = [
        row
        for row in rows
        if row.kind == ReturnKind.SOFT_BOUNCE.value
        if (row.evidence or {}).get("address_hash") == recipient.hash
        if alive is None or row.at > alive
    ]
    return len(bounces) >= limit.count
