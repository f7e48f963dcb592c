"""Looking before and after: dry run, test send, and a message again as it was sent."""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from growthcore.api import (
    Channel,
    Customer,
    InvalidInput,
    MessageClass,
    OutgoingMessage,
    Preview,
    Receipt,
    Shop,
)
from growthcore.campaigns import blocks, checks, definition, service
from growthcore.campaigns.models import Campaign, CampaignVersion
from growthcore.core import Core
from growthcore.customers.addresses import mask, normalise
from growthcore.messaging import gate, policy, rendering, snapshots, tally, variables
from growthcore.messaging.models import Message
from growthcore.operators import audit, workspace
from growthcore.segments import service as segments

CHUNK = 5_000
SAMPLE = 20


@dataclass(frozen=True, kw_only=True)
class DryRun:
    """Who would get a campaign if it went now. ``reasons`` say why the others would not, or later."""

    audience: int
    would_send: int
    reasons: Mapping[str, int]
    sample: list[dict[str, Any]]

    def as_dict(self) -> dict[str, Any]:
        """As JSON shows it."""
        return {
            "audience": self.audience,
            "would_send": self.would_send,
            "reasons": dict(self.reasons),
            "sample": self.sample,
        }


def dry_run(core: Core, session: Session, campaign_id: int) -> DryRun:
    """Put the whole audience of a one-time campaign through the gate, and send nothing."""
    campaign = service.get(session, campaign_id)
    loaded = definition.load(campaign.definition)
    if loaded["audience"] is None:
        raise InvalidInput({"audience": "A campaign without an audience has nobody to list yet."})
    channel = checks.channel_of(core, session, loaded["account_id"])
    rules, now = gate.rules(session), core.clock.now()
    reasons: Counter[str] = Counter()
    sample: list[dict[str, Any]] = []
    for people in _audience(core, session, loaded["audience"]):
        ids = {customer.id for customer in people}
        facts = gate.Facts.gather(session, channel, loaded["message_class"], people)
        cooling = tally.last_sent(session, ids, now - rules.cooldown) if rules.cooldown else {}
        for customer in people:
            reason = _objection(facts, customer, rules, now, cooling)
            reasons[reason or ""] += 1
            if reason is None and len(sample) < SAMPLE:
                address = customer.address(channel.address) or ""
                sample.append({"customer": customer.id, "to": mask(channel.address, address)})
    would_send = reasons.pop("", 0)
    total = would_send + reasons.total()
    return DryRun(audience=total, would_send=would_send, reasons=reasons, sample=sample)


def _audience(
    core: Core, session: Session, audience: Mapping[str, Any]
) -> Iterator[list[Customer]]:
    after = 0
    while ids := segments.members(core, session, audience, after=after, limit=CHUNK):
        after = ids[-1]
        yield list(core.ports.customers.get(ids).values())


def _objection(
    facts: gate.Facts,
    customer: Customer,
    rules: policy.Rules,
    now: datetime,
    cooling: Mapping[int, datetime],
) -> str | None:
    decision = policy.decide(facts.seen(customer, None), rules, now)
    if decision.verdict is not policy.Verdict.SEND:
        return decision.reason
    return "cooldown" if policy.cooldown_until(cooling.get(customer.id), rules, now) else None


def as_sent(core: Core, session: Session, message_id: int) -> Preview:
    """A message again, from the version it was made of and what was kept of it."""
    message = session.get(Message, message_id)
    snapshot = snapshots.load(session, message_id)
    if message is None or snapshot is None:
        raise InvalidInput({"message": f"Nothing is kept of a message {message_id}."})
    version = session.get_one(CampaignVersion, message.version_id)
    loaded = definition.load(version.definition["campaign"])
    channel = checks.channel_of(core, session, loaded["account_id"])
    context = rendering.context_from(snapshot, loaded["message_class"])
    context.unsubscribe_url = _inert_unsubscribe(core)
    return _preview(core, channel, loaded, context)


def preview(
    core: Core, session: Session, campaign: Campaign, customer_id: int | None = None
) -> Preview:
    """A draft as one customer would get it, or with the variables' samples."""
    loaded = definition.load(campaign.definition)
    channel = checks.channel_of(core, session, loaded["account_id"])
    shop = workspace.as_shop(workspace.get(session))
    return _preview(core, channel, loaded, _context(core, channel, loaded, shop, customer_id))


def _preview(
    core: Core, channel: Channel, loaded: Mapping[str, Any], context: rendering.Context
) -> Preview:
    with core.plugins.guarded("channel", channel.id):
        compiled = channel.compile(checks.load_content(channel, loaded["content"]))
        result = rendering.render(compiled, context)
        if result.problem:
            raise InvalidInput(
                {"content": "A variable has no value and no fallback for this customer."}
            )
        return channel.preview(result.rendered)


def _context(
    core: Core,
    channel: Channel,
    loaded: Mapping[str, Any],
    shop: Shop,
    customer_id: int | None,
) -> rendering.Context:
    compiled = channel.compile(checks.load_content(channel, loaded["content"]))
    context = rendering.Context(message_class=loaded["message_class"], values={})
    context.unsubscribe_url = _inert_unsubscribe(core)
    if customer_id is None:
        known = core.plugins.variables
        context.values = {n: str(known[n].sample) for n in compiled.names if n in known}
        return context
    found = core.ports.customers.get([customer_id])
    if customer_id not in found:
        raise InvalidInput({"customer": f"There is no customer {customer_id}."})
    people = list(found.values())
    context.values = variables.resolve(core, compiled.names, people, shop)[customer_id]
    context.blocks = blocks.for_customer(core, sorted(compiled.blocks), people[0], shop)
    return context


def _inert_unsubscribe(core: Core) -> str:
    """An address that looks the part and unsubscribes nobody: whoever looks is no recipient."""
    return f"{core.settings.base_url}/t/u/preview"


def send_test(
    core: Core, campaign_id: int, address: str, *, actor: str, customer_id: int | None = None
) -> Receipt:
    """Send a draft to one address, marked as a test; it counts nowhere and its links lead plainly.

    Several units of work, none open during the send. Raises :class:`InvalidInput` and what the
    channel raises.
    """
    with core.db.read() as session:
        campaign = service.get(session, campaign_id)
        loaded = definition.load(campaign.definition)
        channel = checks.channel_of(core, session, loaded["account_id"])
        shop = workspace.as_shop(workspace.get(session))
    content = dict(checks.load_content(channel, loaded["content"]))
    if content.get("subject"):
        content["subject"] = f"[테스트] {content['subject']}"
    context = _context(core, channel, loaded, shop, customer_id)
    result = rendering.render(channel.compile(content), context)
    if result.problem:
        raise InvalidInput(
            {"content": "A variable has no value and no fallback for this customer."}
        )
    outgoing = OutgoingMessage(
        reference=f"test-{secrets.token_hex(8)}",
        address=normalise(channel.address, address),
        message_class=MessageClass(loaded["message_class"]),
        rendered=result.rendered,
    )
    with core.plugins.guarded("channel", channel.id):
        (receipt,) = channel.send([outgoing])
    with core.db.unit() as session:
        audit.record(
            session,
            at=core.clock.now(),
            actor=actor,
            action="campaign.tested",
            kind="campaign",
            id=str(campaign_id),
            details={"outcome": receipt.outcome, "to": mask(channel.address, outgoing.address)},
        )
    return receipt
