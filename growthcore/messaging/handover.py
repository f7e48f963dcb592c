"""The last word before messages are handed over: every rule at this very instant, then priority.

Decided with the customers locked until the hand-over is marked, so that two workers with two campaigns
can't both find a customer free. SQLite needs no lock: a unit that writes is alone.
"""

from __future__ import annotations

import sys
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from growthcore.api import Intent, MessageClass, Sent
from growthcore.core import Core
from growthcore.customers import consent
from growthcore.customers.models import Customer
from growthcore.messaging import arbitration, gate, ledger, policy, priorities, send_policy, tally
from growthcore.messaging.arbitration import Waiting
from growthcore.messaging.gate import Objection
from growthcore.messaging.ledger import Claimed
from growthcore.messaging.rules import Rules

if TYPE_CHECKING:
    from growthcore.messaging.dispatch import Plan

_LAST = sys.maxsize
"""The rank of the message about to go among those that go before it."""


def objections(
    core: Core, session: Session, plan: Plan, messages: Sequence[Claimed], now: datetime
) -> dict[int, Objection]:
    """Why messages about to be handed over don't go now, by id. A query a fact, not one a customer."""
    rules = send_policy.rules(core, session)
    ids = sorted({message.customer_id for message in messages})
    if rules.window:
        _lock(session, ids)
    sends = tally.sends(session, ids, now - rules.window) if rules.window else {}
    rivals = ahead(
        session,
        rules,
        campaign_id=plan.campaign_id,
        others=plan.others(session) if rules.window else (),
        customer_ids=ids,
        now=now,
    )
    night = gate.at_night(session, ids, plan.message_class, plan.channel.medium)
    intents = [_intent(plan, rules, night_consent=consent) for consent in (False, True)]
    found = {}
    for message in messages:
        own = Waiting(
            id=message.id,
            rank=_LAST,
            intent=intents[message.customer_id in night],
            due_at=now,
            latest_at=message.latest_at,
        )
        earlier = sends.setdefault(message.customer_id, [])
        objection = _objection(own, earlier, rivals.get(message.customer_id, ()), rules)
        if objection is None:
            earlier.append(arbitration.as_sent(own.intent, now))
        else:
            found[message.id] = objection
    return found


def _lock(session: Session, customer_ids: Sequence[int]) -> None:
    session.execute(
        select(Customer.id)
        .where(Customer.id.in_(customer_ids))
        .order_by(Customer.id)
        .with_for_update()
    ).all()


def _intent(plan: Plan, rules: Rules, *, night_consent: bool) -> Intent:
    return Intent(
        campaign_id=plan.campaign_id,
        channel=plan.channel.medium,
        message_class=plan.message_class,
        night_consent=night_consent,
        zone=rules.zone,
    )


def _objection(
    own: Waiting, sends: Sequence[Sent], rivals: Sequence[Waiting], rules: Rules
) -> Objection | None:
    decision = policy.within(rules.decide(own.intent, sends, own.due_at), own.latest_at)
    if not decision.sends:
        return Objection(decision.reason or "", decision.until)
    if not rivals:
        return None
    slot = arbitration.plan([*rivals, own], sends, rules.decide)[own.id]
    if slot.winner is None:
        return None
    return Objection(ledger.priority_reason(slot.winner), slot.at)


def ahead(
    session: Session,
    rules: Rules,
    *,
    campaign_id: int,
    others: Collection[int],
    customer_ids: Collection[int],
    now: datetime,
) -> dict[int, list[Waiting]]:
    """What those of the other campaigns that rank higher are to send to the customers, by customer.

    As far ahead as it could matter: the length of the longest window.
    """
    if not rules.window or not others:
        return {}
    ranks = priorities.ranks(session)
    higher = priorities.above(ranks, campaign_id) & set(others)
    if not higher:
        return {}
    rows = tally.waiting(session, customer_ids, higher, now + rules.window)
    found: dict[int, list[Waiting]] = {}
    for row, at_night in _welcome(session, rows):
        intent = Intent(
            campaign_id=row.campaign_id,
            channel=row.channel,
            message_class=MessageClass(row.message_class),
            night_consent=at_night,
            zone=rules.zone,
        )
        found.setdefault(row.customer_id, []).append(
            Waiting(
                id=row.id,
                rank=ranks[row.campaign_id],
                intent=intent,
                due_at=max(row.due_at, now),
                latest_at=row.latest_at,
            )
        )
    return found


def _welcome(session: Session, rows: Iterable[Any]) -> list[tuple[Any, bool]]:
    """The rows that consent lets go, each with whether it may go at night: nobody waits for the rest."""
    by_kind: dict[tuple[str, str], list[Any]] = {}
    for row in rows:
        by_kind.setdefault((row.message_class, row.channel), []).append(row)
    welcome = []
    for (message_class, medium), alike in by_kind.items():
        ids = {row.customer_id for row in alike}
        wanting: Collection[int] = ids
        if message_class == MessageClass.ADVERTISING:
            wanting = consent.granted(session, ids, medium, "advertising")
        night = gate.at_night(session, ids, MessageClass(message_class), medium)
        welcome += [(row, row.customer_id in night) for row in alike if row.customer_id in wanting]
    return welcome
