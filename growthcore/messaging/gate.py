"""The gate every message passes at the moment of sending: facts gathered, the policy asked.

One place, whatever the campaign; a change of policy, consent or suppression holds at once.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from growthcore.api import Candidate, Channel, Customer, MessageClass, Suppress
from growthcore.core import Core
from growthcore.customers import consent, suppression
from growthcore.customers.addresses import address_hash
from growthcore.customers.models import Customer as CustomerRow
from growthcore.messaging import ledger, policy, retries, send_policy, tally
from growthcore.messaging.ledger import Claim, Claimed
from growthcore.operators import workspace

if TYPE_CHECKING:
    from growthcore.messaging.dispatch import Plan


@dataclass(frozen=True)
class Objection:
    """Why a message does not go now. With ``until`` it waits; without, it never goes."""

    reason: str
    until: datetime | None = None


@dataclass(frozen=True)
class Recipient:
    """A message that may go, and to whom."""

    message: Claimed
    customer: Customer
    address: str = field(repr=False)


def rules(session: Session) -> policy.Rules:
    """The send policy in force."""
    row = send_policy.get(session)
    return policy.Rules(
        zone=ZoneInfo(workspace.get(session).zone),
        quiet_enabled=row.quiet_enabled,
        quiet_from=row.quiet_from,
        quiet_until=row.quiet_until,
        quiet_exempt=frozenset(row.quiet_exempt),
        cooldown=timedelta(seconds=row.cooldown_seconds),
    )


def check(
    core: Core, plan: Plan, messages: Sequence[Claimed]
) -> tuple[list[Recipient], dict[int, Objection]]:
    """Sort a claim into what may go and what is objected to, by message id."""
    now = core.clock.now()
    customers = core.ports.customers.get([message.customer_id for message in messages])
    with core.db.read() as session:
        objections = dict(plan.check(session, messages, now))
        facts = Facts.gather(session, plan.channel, plan.message_class, customers.values())
        in_force = rules(session)
    passed = []
    for message in messages:
        if message.id in objections:
            continue
        customer = customers.get(message.customer_id)
        decision = policy.decide(facts.seen(customer, message.latest_at), in_force, now)
        if decision.verdict is not policy.Verdict.SEND:
            objections[message.id] = Objection(decision.reason or "", decision.until)
        elif customer is not None:
            passed.append(
                Recipient(message, customer, customer.address(plan.channel.address) or "")
            )
    vetoes = _ask_plugins(core, plan, passed, now)
    objections |= vetoes
    return [recipient for recipient in passed if recipient.message.id not in vetoes], objections


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What the policy must know of a batch of customers."""

    channel: Channel
    message_class: MessageClass
    consented: Collection[int]
    suppressions: Mapping[int, Collection[str]]

    @classmethod
    def gather(
        cls,
        session: Session,
        channel: Channel,
        message_class: MessageClass,
        customers: Iterable[Customer],
    ) -> Facts:
        """Read consent and suppression of the customers, one query each."""
        kind = channel.address
        reached = {
            customer.id: address for customer in customers if (address := customer.address(kind))
        }
        # The list is one of addresses; the shop's own id is none that could bounce or complain.
        hashes = (
            {id_: address_hash(kind, address) for id_, address in reached.items()} if kind else {}
        )
        listed = suppression.suppressed(session, kind, hashes.values()) if kind else {}
        advertising = message_class is MessageClass.ADVERTISING
        return cls(
            channel=channel,
            message_class=message_class,
            consented=consent.granted(session, reached, channel.medium, "advertising")
            if advertising
            else (),
            suppressions={
                id_: [listed[digest]] for id_, digest in hashes.items() if digest in listed
            },
        )

    def seen(self, customer: Customer | None, latest_at: datetime | None) -> policy.Seen:
        """One customer as the policy sees them; None for one who is gone."""
        id_ = customer.id if customer else 0
        return policy.Seen(
            message_class=self.message_class,
            channel=self.channel.medium,
            has_address=bool(customer and customer.address(self.channel.address)),
            consented=id_ in self.consented,
            suppressions=self.suppressions.get(id_, ()),
            latest_at=latest_at,
        )


def _ask_plugins(
    core: Core, plan: Plan, passed: Sequence[Recipient], now: datetime
) -> dict[int, Objection]:
    """Vetoes by ``growthcore_before_send``. A hook that raises postpones: a delay can be undone."""
    candidates = [
        Candidate(
            message_id=recipient.message.id,
            campaign_id=plan.campaign_id,
            channel=plan.channel.medium,
            message_class=plan.message_class,
            customer=recipient.customer,
            cart_id=recipient.message.cart_id,
            at=now,
        )
        for recipient in passed
    ]
    if not candidates:
        return {}
    objections: dict[int, Objection] = {}
    answers = core.plugins.ask("growthcore_before_send", core.plugin_context, candidates=candidates)
    for answer in answers:
        if answer.error:
            objections |= {r.message.id: _postponed(r.message, now) for r in passed}
            continue
        for message_id, veto in (answer.value or {}).items():
            if isinstance(veto, Suppress):
                objections[message_id] = Objection(f"{answer.plugin}:{veto.reason}"[:60])
    return objections


def _postponed(message: Claimed, now: datetime) -> Objection:
    waited = now - message.anchor_at
    wait = timedelta(seconds=retries.DELAYS[0])
    given_up = waited > timedelta(seconds=sum(retries.DELAYS))
    return Objection("before_send_failed", None if given_up else now + wait)


def cooling(session: Session, messages: Sequence[Claimed], now: datetime) -> dict[int, Objection]:
    """Objections of the cooldown, decided with the customers locked until the hand-over is marked.

    So two workers with two campaigns can't both find the customer free. SQLite needs no lock:
    a unit that writes is alone.
    """
    in_force = rules(session)
    if not in_force.cooldown:
        return {}
    ids = sorted({message.customer_id for message in messages})
    session.execute(
        select(CustomerRow.id)
        .where(CustomerRow.id.in_(ids))
        .order_by(CustomerRow.id)
        .with_for_update()
    ).all()
    last = tally.last_sent(session, ids, now - in_force.cooldown)
    objections = {}
    for message in messages:
        until = policy.cooldown_until(last.get(message.customer_id), in_force, now)
        if until is None:
            last[message.customer_id] = now
            continue
        decision = policy.defer(until, "cooldown", message.latest_at)
        objections[message.id] = Objection("cooldown", decision.until)
    return objections


def write(
    session: Session, claim: Claim, objections: Mapping[int, Objection], now: datetime
) -> None:
    """Write objections into the ledger."""
    ledger.defer(session, claim, {i: (o.until, o.reason) for i, o in objections.items() if o.until})
    ledger.suppress(
        session, claim, {i: o.reason for i, o in objections.items() if not o.until}, now
    )
