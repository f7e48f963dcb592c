"""Why somebody did, or did not, get a campaign: the ladder of checks with the values seen.

Evaluated on demand, also for who never qualified; nothing is logged a decision.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from growthcore.api import Customer, InvalidInput, Text
from growthcore.campaigns import checks, definition, ladder, service, versions
from growthcore.campaigns.ladder import Step
from growthcore.campaigns.lifecycle import TITLES, State
from growthcore.campaigns.models import Campaign, CampaignRun
from growthcore.core import Core
from growthcore.customers import consent, suppression
from growthcore.customers.addresses import address_hash, mask
from growthcore.events import reading
from growthcore.messaging.models import Message
from growthcore.segments import explanation


@dataclass(frozen=True, kw_only=True)
class Explanation:
    """The steps for one customer and campaign, as things stand now, after the messages there are."""

    messages: list[Message] = field(default_factory=list)
    steps: list[Step]

    def as_dict(self, locale: str) -> dict[str, Any]:
        """As JSON shows it."""
        return {
            "messages": [
                {
                    "id": message.id,
                    "state": message.state,
                    "reason": message.reason,
                    "due_at": message.due_at.isoformat(),
                    "sent_at": message.sent_at and message.sent_at.isoformat(),
                    "attempts": message.attempts,
                    "provider_id": message.provider_id,
                }
                for message in self.messages
            ],
            "steps": [
                {"check": s.check.to(locale), "passed": s.passed, "seen": s.seen.to(locale)}
                for s in self.steps
            ],
        }


def explain(core: Core, session: Session, campaign_id: int, customer_id: int) -> Explanation:
    """The ladder. Raises :class:`InvalidInput` for an unknown campaign or customer."""
    campaign = service.get(session, campaign_id)
    customer = core.ports.customers.get([customer_id]).get(customer_id)
    if customer is None:
        raise InvalidInput({"customer": f"There is no customer {customer_id}."})
    loaded = definition.load(campaign.definition)
    now = core.clock.now()
    steps = [_state(campaign)]
    if "trigger" in loaded["delivery"]:
        steps.append(_trigger(core, session, campaign, loaded, customer))
    if loaded["audience"] is not None:
        steps.append(_audience(core, session, loaded, customer))
    steps += _reach(core, session, loaded, customer)
    steps += ladder.steps(core, session, campaign_id, loaded, customer, now=now)
    messages = session.scalars(
        select(Message)
        .where(Message.campaign_id == campaign_id, Message.customer_id == customer_id)
        .order_by(Message.id)
    )
    return Explanation(messages=list(messages), steps=steps)


def _state(campaign: Campaign) -> Step:
    note = f": {campaign.message}" if campaign.message else ""
    title = TITLES[State(campaign.state)]
    return Step(
        check=Text("캠페인 상태", "The campaign is running"),
        passed=campaign.state in ("running", "completed"),
        seen=Text(f"{title.ko}{note}", f"{title.en}{note}"),
    )


def _trigger(
    core: Core, session: Session, campaign: Campaign, loaded: dict[str, Any], customer: Customer
) -> Step:
    chosen = versions.load_trigger(core, loaded["delivery"]["trigger"])
    names = sorted(chosen.events)
    since = session.scalar(
        select(CampaignRun.started_at).where(CampaignRun.campaign_id == campaign.id)
    )
    last = reading.last_occurred(session, [customer.id], names).get(customer.id, {})
    heard = [f"{name} {at.isoformat()}" for name, at in last.items() if since and at >= since]
    if chosen.trigger.timed:
        heard += [at.isoformat() for at in _entered(session, campaign, customer)]
    return Step(
        check=chosen.trigger.describe(chosen.params),
        passed=bool(heard),
        seen=Text(", ".join(heard) or "이벤트 없음", ", ".join(heard) or "no such event since"),
    )


def _entered(session: Session, campaign: Campaign, customer: Customer) -> Sequence[datetime]:
    """When time alone made the customer enter: no event tells of it."""
    runs = select(CampaignRun.id).where(CampaignRun.campaign_id == campaign.id)
    return session.scalars(
        select(Message.anchor_at)
        .where(Message.run_id.in_(runs), Message.customer_id == customer.id)
        .order_by(Message.anchor_at)
    ).all()


def _audience(core: Core, session: Session, loaded: dict[str, Any], customer: Customer) -> Step:
    found = explanation.explain(core, session, loaded["audience"], customer.id)
    return Step(
        check=Text("대상 세그먼트에 속함", "Is in the audience"),
        passed=found.holds,
        seen=Text("\n".join(found.lines("ko")), "\n".join(found.lines("en"))),
    )


def _reach(core: Core, session: Session, loaded: dict[str, Any], customer: Customer) -> list[Step]:
    channel = checks.channel_of(core, session, loaded["account_id"])
    address = customer.address(channel.address)
    steps = [
        Step(
            check=Text("연락처 있음", "Has an address"),
            passed=bool(address),
            seen=Text(*(mask(channel.address, address),) * 2) if address else Text("없음", "none"),
        )
    ]
    if loaded["message_class"] == "advertising":
        granted = customer.id in consent.granted(
            session, [customer.id], channel.medium, "advertising"
        )
        steps.append(
            Step(
                check=Text("광고 수신 동의", "Consents to advertising"),
                passed=granted,
                seen=Text("동의" if granted else "동의 없음", "yes" if granted else "no consent"),
            )
        )
    if address and channel.address:
        digest = address_hash(channel.address, address)
        reason = suppression.suppressed(session, channel.address, [digest]).get(digest)
        steps.append(
            Step(
                check=Text("수신거부·차단 목록에 없음", "Is not on the suppression list"),
                passed=reason is None,
                seen=Text(reason or "없음", reason or "not listed"),
            )
        )
    return steps
