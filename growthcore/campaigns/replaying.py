"""Messages handed over again because their receiver refused or lost them: asked for, and done."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from growthcore.api import (
    Channel,
    GrowthCoreError,
    InvalidInput,
    MessageClass,
    OutgoingMessage,
    Receipt,
)
from growthcore.api.channels import Rendered
from growthcore.campaigns.kept import Kept
from growthcore.campaigns.models import CampaignVersion
from growthcore.core import Core, Queue
from growthcore.db.chunks import chunks
from growthcore.messaging import gate, handing, policy, prices, replays, send_policy, tracking
from growthcore.messaging.gate import Objection
from growthcore.messaging.replays import Said, Wanted
from growthcore.messaging.states import State
from growthcore.operators import audit

BATCH = 100
"""The most messages handed over again at once."""
PORTION = 5_000
"""The most messages asked for in one unit of work."""
LONGEST_REASON = 200


@dataclass(frozen=True, kw_only=True)
class Selection:
    """Messages an operator means: these, or those of a campaign, of a period, or of both.

    ``states`` are some of :data:`growthcore.messaging.replays.STATES`; the period is when a message
    came to its end, from ``since`` on and before ``until``.
    """

    message_ids: Collection[int] | None = None
    campaign_id: int | None = None
    states: Collection[State] = (State.FAILED,)
    since: datetime | None = None
    until: datetime | None = None

    def noted_at(self) -> tuple[str, str]:
        """What the audit log tells it of: the message where it is one, else the campaign, if it is one."""
        ids = list(self.message_ids or ())
        return (
            ("message", str(ids[0])) if len(ids) == 1 else ("campaign", str(self.campaign_id or ""))
        )

    def told(self) -> dict[str, Any]:
        """What the audit log keeps of it."""
        told: dict[str, Any] = {"states": [state.value for state in self.states]}
        if self.message_ids is not None:
            told["message_ids"] = sorted(self.message_ids)
        for name, at in (("since", self.since), ("until", self.until)):
            if at is not None:
                told[name] = at.isoformat()
        return told


def can_replay(core: Core, channel_id: str) -> bool:
    """Whether messages of a kind of channel can be handed over again."""
    channel = core.plugins.channels.get(channel_id)
    return channel is not None and channel.capabilities.replays


def of_campaign(core: Core, session: Session, campaign_id: int) -> bool:
    """Whether any of a campaign's messages are of a channel that can be handed over again."""
    return bool(_versions(core, session, campaign_id))


def count(core: Core, session: Session, selection: Selection) -> int:
    """How many messages :func:`ask` would have handed over again. Raises :class:`InvalidInput`."""
    _check(selection)
    return replays.count(session, _wanted(core, session, selection))


def ask(core: Core, selection: Selection, *, reason: str, actor: str) -> int:
    """Have messages handed over again, by the same reference; returns how many that is. Audited.

    Raises :class:`InvalidInput` without a reason, for a selection that does not fit, and when there is
    nothing to hand over again.
    """
    reason = reason.strip()
    if not 0 < len(reason) <= LONGEST_REASON:
        raise InvalidInput(
            {"reason": f"Say in 1 to {LONGEST_REASON} characters why they are sent again."}
        )
    _check(selection)
    now = core.clock.now()
    with core.db.unit() as session:
        wanted = _wanted(core, session, selection)
        total = replays.count(session, wanted)
        if not total:
            raise InvalidInput({"messages": _nothing(selection)})
        kind, id_ = selection.noted_at()
        details = {"messages": total, "reason": reason, **selection.told()}
        audit.record(
            session,
            at=now,
            actor=actor,
            action="message.replayed",
            kind=kind,
            id=id_,
            details=details,
        )
        asked = replays.ask(session, wanted, after=0, limit=PORTION, now=now)
    while len(asked) == PORTION:
        with core.db.unit() as session:
            asked = replays.ask(session, wanted, after=asked[-1], limit=PORTION, now=now)
    core.jobs.enqueue(Queue.SEND, "replay")
    return total


def _check(selection: Selection) -> None:
    errors = {}
    if selection.message_ids is None and selection.campaign_id is None and selection.since is None:
        errors["messages"] = "Name messages, a campaign, or since when."
    if not selection.states or set(selection.states) - set(replays.STATES):
        known = ", ".join(replays.STATES)
        errors["states"] = f"Messages in these states can be sent again: {known}."
    if selection.since and selection.until and selection.since >= selection.until:
        errors["until"] = "The period has to end after it begins."
    if errors:
        raise InvalidInput(errors)


def _nothing(selection: Selection) -> str:
    if selection.message_ids is not None:
        return (
            "None of these messages can be sent again: only what was handed over, and of a channel "
            "whose receiver tells repeats."
        )
    return (
        "There are no such messages to send again. Only channels whose receiver tells repeats, such as "
        "webhooks, have any."
    )


def _wanted(core: Core, session: Session, selection: Selection) -> Wanted:
    return Wanted(
        version_ids=_versions(core, session, selection.campaign_id),
        states=selection.states,
        message_ids=selection.message_ids,
        since=selection.since,
        until=selection.until,
    )


def _versions(core: Core, session: Session, campaign_id: int | None) -> list[int]:
    versions = select(CampaignVersion.id, CampaignVersion.definition["channel"].as_string())
    if campaign_id is not None:
        versions = versions.where(CampaignVersion.campaign_id == campaign_id)
    return [id_ for id_, channel in session.execute(versions) if can_replay(core, channel)]


def step(core: Core) -> bool:
    """Hand the next messages that were asked for over again; whether there were any.

    Each goes through the law and the send policies that look at nothing sent before: to its customer it
    may be the first time. Whoever dies on the way has them come again, which the receiver can tell.
    """
    now = core.clock.now()
    with core.db.unit() as session:
        lease = timedelta(seconds=core.settings.lease_seconds)
        claimed = replays.claim(session, BATCH, now, lease)
        if not claimed:
            return False
        kept = Kept.read(session, claimed)
    batch = _Batch(core, kept)
    said = batch.said()
    with core.db.unit() as session:
        replays.write(
            session, said, core.clock.now(), prices=batch.prices(session), awaits=batch.awaits
        )
    return True


@dataclass
class _Batch:
    """Messages of one run on their way out again."""

    core: Core = field(repr=False)
    kept: Kept = field(repr=False)
    channel: Channel | None = None

    @property
    def awaits(self) -> bool:
        return self.channel is not None and self.channel.capabilities.reports_delivery

    def prices(self, session: Session) -> Mapping[str, int]:
        if self.channel is None:
            return {}
        return prices.of_account(session, self.kept.account_id, self.channel)

    def said(self) -> dict[int, Said]:
        """What became of every message, by id."""
        messages = self.kept.messages
        said: dict[int, Said]
        try:
            self.channel = channel = self.core.accounts.channel(self.kept.account_id)
            with self.core.plugins.guarded("channel", self.kept.channel_id):
                rendered = self.kept.rendered(self.core, channel)
            said = dict(self._objections(channel))
        except GrowthCoreError:
            # An account that is switched off or gone may come back before the last attempt.
            return {each.id: Receipt.retry("account") for each in messages.values()}
        for name, message in messages.items():
            if rendered.get(name) is None:
                said.setdefault(message.id, Objection("render_failed"))
        going = [name for name, message in messages.items() if message.id not in said]
        for names in chunks(going, channel.capabilities.batch_size):
            outgoing = [self._outgoing(name, rendered[name]) for name in names]
            receipts, _ = handing.hand(self.core, self.kept.channel_id, channel, outgoing)
            said |= {messages[n].id: r for n, r in zip(names, receipts, strict=True)}
        return said

    def _outgoing(self, name: str, rendered: Rendered) -> OutgoingMessage:
        message = self.kept.messages[name]
        tokens = self.channel is not None and self.channel.collects()
        return OutgoingMessage(
            reference=name,
            address=self.kept.snapshots[name].get("to", ""),
            message_class=MessageClass(message.message_class),
            rendered=rendered,
            campaign_id=message.campaign_id,
            return_token=tracking.signer(self.core).sign_return(message.id) if tokens else "",
        )

    def _objections(self, channel: Channel) -> dict[int, Objection]:
        """What the law, the customer or the hour has against it now."""
        messages = list(self.kept.messages.values())
        now = self.core.clock.now()
        people = self.core.ports.customers.get([message.customer_id for message in messages])
        message_class = MessageClass(messages[0].message_class)
        with self.core.db.read() as session:
            facts = gate.Facts.gather(session, channel, message_class, people.values())
            rules = send_policy.rules(self.core, session)
        found = {}
        for message in messages:
            decision = policy.decide(facts.seen(people.get(message.customer_id), None), now)
            if decision.sends:
                intent = facts.intent(message.customer_id, message.campaign_id, rules.zone)
                decision = rules.foresee(intent, now)
            if not decision.sends:
                found[message.id] = Objection(decision.reason or "", decision.until)
        return found
