"""Opens, clicks and unsubscribes: recorded with their evidence and a first verdict."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from growthcore.api import AddressKind
from growthcore.customers import consent, service, suppression
from growthcore.customers.consent import Statement
from growthcore.messaging import snapshots, statistics
from growthcore.messaging.models import Engagement, Message

_MACHINE_AGENTS = frozenset({"Mozilla/5.0", ""})
_TOO_SOON = timedelta(seconds=2)
REPEAT = timedelta(seconds=2)
"""The same thing again within this is one thing: a double click, a picture fetched twice."""


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
    record(session, message_id, "click", evidence, alias or f"link:{link + 1}")
    return str(url)


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
