"""Opens, clicks and unsubscribes: recorded with their evidence and a first verdict."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from growthcore.api import AddressKind
from growthcore.customers import consent, service, suppression
from growthcore.customers.consent import Statement
from growthcore.messaging import snapshots, statistics
from growthcore.messaging.models import Engagement, Message
from growthcore.recommendations import receipts, touches
from growthcore.recommendations.touches import Kind, Touched

_MACHINE_AGENTS = frozenset({"Mozilla/5.0", ""})
_TOO_SOON = timedelta(seconds=2)
REPEAT = timedelta(seconds=2)
"""The same thing again within this is one thing: a double click, a picture fetched twice."""


_RECEIPT = 5
"""Where an item of a snapshot's block has its receipt."""


@dataclass(frozen=True)
class Evidence:
    """What was seen of a hit. Never an address."""

    user_agent: str
    at: datetime


def is_machine(evidence: Evidence, sent_at: datetime | None) -> bool:
    """Whether a hit looks like a program's.

    Apple's mail privacy proxy names itself just ``Mozilla/5.0`` and fetches whether or not anybody
    reads; scanners follow links within moments of the hand-over.
    """
    soon = sent_at is not None and evidence.at - sent_at < _TOO_SOON
    return soon or evidence.user_agent.strip() in _MACHINE_AGENTS


def record(
    session: Session, message_id: int, kind: str, evidence: Evidence, link: str | None = None
) -> Engagement | None:
    """Record one hit and count it unless it is a program's or a repeat. None for a repeat."""
    message = session.get(Message, message_id)
    if message is None:
        return None
    earlier = session.execute(
        select(Engagement.at, Engagement.link, Engagement.machine)
        .where(Engagement.message_id == message_id, Engagement.kind == kind)
        .order_by(Engagement.id)
    ).all()
    if any(its == link and evidence.at - at < REPEAT for at, its, _ in earlier):
        return None
    machine = kind != "unsubscribe" and is_machine(evidence, message.sent_at)
    engagement = Engagement(
        message_id=message_id,
        campaign_id=message.campaign_id,
        customer_id=message.customer_id,
        kind=kind,
        at=evidence.at,
        link=link,
        machine=machine,
        evidence={"user_agent": evidence.user_agent[:300]},
    )
    session.add(engagement)
    if not machine:
        first = all(by_machine for _, _, by_machine in earlier)
        statistics.add(
            session, statistics.engagement(message.campaign_id, kind, evidence.at, first=first)
        )
    return engagement


def click(session: Session, message_id: int, link: int, evidence: Evidence) -> str | None:
    """Record a click and return where it leads, or None when the message keeps no such link."""
    snapshot = snapshots.load(session, message_id)
    if snapshot is None or link >= len(snapshot["links"]):
        return None
    url, alias = snapshot["links"][link]
    seen = record(session, message_id, "click", evidence, alias or f"link:{link + 1}")
    block, _, position = (alias or "").rpartition(":")
    items = snapshot["blocks"].get(block, ())
    if seen and position.isdecimal() and 1 <= int(position) <= len(items):
        _touch(session, seen, [items[int(position) - 1]], Kind.VIEW, Kind.CLICK)
    return str(url)


def opened(session: Session, message_id: int, evidence: Evidence) -> None:
    """Record an open; what the message recommends was then seen."""
    seen = record(session, message_id, "open", evidence)
    snapshot = snapshots.load(session, message_id) if seen and not seen.machine else None
    if seen and snapshot:
        items = [item for block in snapshot["blocks"].values() for item in block]
        _touch(session, seen, items, Kind.VIEW)


def _touch(
    session: Session, seen: Engagement, items: Sequence[Sequence[Any]], *kinds: Kind
) -> None:
    """Count what a recipient did with items of a block, as a snapshot keeps them."""
    found = (receipts.kept(item[_RECEIPT] or "") for item in items if len(item) > _RECEIPT)
    touched = [
        Touched(
            receipt=receipt,
            kinds=kinds,
            at=seen.at,
            customer_id=seen.customer_id,
            machine=seen.machine,
        )
        for receipt in found
        if receipt
    ]
    touches.write(session, touched, now=seen.at)


def unsubscribe(session: Session, message_id: int, evidence: Evidence, source: str) -> bool:
    """Withdraw the recipient's consent on the message's channel and suppress the address.

    Idempotent. Returns whether there is such a message.
    """
    message = session.get(Message, message_id)
    if message is None:
        return False
    customer = service.load(session, [message.customer_id]).get(message.customer_id)
    if customer is None:
        return True
    refuse(session, message, at=evidence.at, source=source)
    if customer.email:
        suppression.add(
            session,
            AddressKind.EMAIL,
            customer.email,
            reason="unsubscribed",
            source=source,
            at=evidence.at,
            actor="recipient",
        )
    record(session, message_id, "unsubscribe", evidence)
    return True


def refuse(session: Session, message: Message, *, at: datetime, source: str) -> None:
    """Withdraw the recipient's consent to advertising on the message's channel; it is the evidence."""
    statement = Statement(
        customer_id=message.customer_id,
        channel=message.channel,
        purpose="advertising",
        granted=False,
        at=at,
        source=source,
        evidence={"message_id": message.id},
    )
    consent.record_all(session, [statement])
