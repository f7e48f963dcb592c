"""The gate every message passes at the moment of sending: facts gathered, the policy asked.

One place, whatever the campaign; a change of policy, consent or suppression holds at once.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from growthcore.api import (
    Candidate,
    Channel,
    Customer,
    Decision,
    Intent,
    MessageClass,
    Suppress,
)
from growthcore.core import Core
from growthcore.customers import consent, suppression
from growthcore.customers.addresses import address_hash
from growthcore.messaging import ledger, night, policy, retries, send_policy
from growthcore.messaging.ledger import Claim, Claimed

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


def check(
    core: Core, plan: Plan, messages: Sequence[Claimed]
) -> tuple[list[Recipient], dict[int, Objection]]:
    """Sort a claim into what may go and what is objected to, by message id."""
    now = core.clock.now()
    customers = core.ports.customers.get([message.customer_id for message in messages])
    with core.db.read() as session:
        objections = dict(plan.check(session, messages, now))
        facts = Facts.gather(session, plan.channel, plan.message_class, customers.values())
        rules = send_policy.rules(core, session)
    passed = []
    # What depends on no earlier message is the same for all who did, and who did not, consent to night.
    foreseen: dict[Intent, Decision] = {}
    for message in messages:
        if message.id in objections:
            continue
        customer = customers.get(message.customer_id)
        decision = policy.decide(facts.seen(customer, message.latest_at), now)
        if decision.sends:
            intent = facts.intent(message.customer_id, plan.campaign_id, rules.zone)
            if intent not in foreseen:
                foreseen[intent] = rules.foresee(intent, now)
            decision = policy.within(foreseen[intent], message.latest_at)
        if not decision.sends:
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
    consented_at_night: Collection[int]
    suppressions: Mapping[int, Collection[str]]

    @classmethod
    def gather(
        cls,
        session: Session,
        channel: Channel,
        message_class: MessageClass,
        customers: Iterable[Customer],
    ) -> Facts:
        """Read consents and suppression of the customers, one query each."""
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
            consented_at_night=at_night(session, reached, message_class, channel.medium),
            suppressions={
                id_: [listed[digest]] for id_, digest in hashes.items() if digest in listed
            },
        )

    def seen(self, customer: Customer | None, latest_at: datetime | None) -> policy.Seen:
        """One customer as the policy sees them; None for one who is gone."""
        id_ = customer.id if customer else 0
        return policy.Seen(
            message_class=self.message_class,
            has_address=bool(customer and customer.address(self.channel.address)),
            consented=id_ in self.consented,
            suppressions=self.suppressions.get(id_, ()),
            latest_at=latest_at,
        )

    def intent(self, customer_id: int, campaign_id: int, zone: ZoneInfo) -> Intent:
        """A message of the campaign to one customer, as the send policies see it."""
        return Intent(
            campaign_id=campaign_id,
            channel=self.channel.medium,
            message_class=self.message_class,
            night_consent=customer_id in self.consented_at_night,
            zone=zone,
        )


def at_night(
    session: Session, customer_ids: Collection[int], message_class: MessageClass, medium: str
) -> Collection[int]:
    """Those who consented to such messages at night, where that takes a consent."""
    if not night.binds(message_class, medium):
        return ()
    return consent.granted(session, customer_ids, medium, "night")


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


def write(
    session: Session, claim: Claim, objections: Mapping[int, Objection], now: datetime
) -> None:
    """Write objections into the ledger."""
    ledger.defer(session, claim, {i: (o.until, o.reason) for i, o in objections.items() if o.until})
    ended = {i: o.reason for i, o in objections.items() if not o.until}
    ledger.suppress(session, claim, ended, now)
    ledger.free(session, claim, ended, now)
