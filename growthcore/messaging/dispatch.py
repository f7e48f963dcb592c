"""Dispatch: from due rows of the ledger to receipts, in several units of work.

Claim, commit. Check, render (no transaction is open). Then for each sub-batch: mark ``sending``,
commit; hand over; write the receipts, commit. A process killed anywhere leaves at most its
sub-batch uncertain.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from sqlalchemy.orm import Session

from growthcore.api import Channel, OutgoingMessage, Receipt
from growthcore.api.channels import Rendered
from growthcore.api.values import MessageClass
from growthcore.core import Core
from growthcore.messaging import (
    gate,
    handing,
    handover,
    ledger,
    night,
    receipts,
    returns,
    snapshots,
    tracking,
)
from growthcore.messaging.ledger import Claim, Claimed
from growthcore.messaging.rendering import RenderedMessage
from growthcore.messaging.states import State
from growthcore.messaging.stride import Stride

SUB_BATCH = 100
"""The most messages a killed process can leave uncertain."""


class Plan(Protocol):
    """What dispatch must know of a campaign; made by the campaigns package from one version."""

    @property
    def campaign_id(self) -> int:
        """The campaign's id."""

    @property
    def channel_id(self) -> str:
        """The id of the channel's kind, to blame its plugin by."""

    @property
    def channel(self) -> Channel:
        """The channel, built for the campaign's account."""

    @property
    def run_tag(self) -> str:
        """What tells the messages of this run from everybody else's."""

    @property
    def message_class(self) -> MessageClass:
        """The legal nature of its messages."""

    @property
    def prices(self) -> Mapping[str, int]:
        """What a message of each kind costs, in minor units of the shop's currency."""

    def may_send(self, session: Session) -> bool:
        """Whether the campaign still runs and may spend more: asked before each sub-batch."""

    def others(self, session: Session) -> Collection[int]:
        """The other campaigns in force, which may want to write to the same customers."""

    def check(
        self, session: Session, messages: Sequence[Claimed], now: datetime
    ) -> Mapping[int, gate.Objection]:
        """Objections of the campaign itself (exceptions, audience, trigger), by message id."""

    def render(self, recipients: Sequence[gate.Recipient]) -> Mapping[int, RenderedMessage]:
        """The messages laid out for their recipients, by message id."""


@dataclass
class Dispatched:
    """What one dispatch did. ``problem`` is set when the campaign can't go on without a person."""

    outcomes: Counter[str] = field(default_factory=Counter)
    problem: str | None = None

    @property
    def claimed(self) -> int:
        """How many messages were taken up."""
        return self.outcomes.total()


@dataclass(frozen=True)
class Ready:
    """A message that may go, laid out."""

    message: Claimed
    outgoing: OutgoingMessage
    snapshot: bytes
    kind: str | None


def dispatch(
    core: Core, plan: Plan, *, limit: int = 500, stop: Callable[[], bool] = lambda: False
) -> Dispatched:
    """Send up to ``limit`` due messages of a campaign. ``stop`` turning true ends it gracefully."""
    lease = timedelta(seconds=core.settings.lease_seconds)
    with core.db.unit() as session:
        claim = ledger.claim(session, plan.campaign_id, limit, core.clock.now(), lease)
    done = Dispatched()
    if claim is None:
        return done
    stride = Stride(
        most=min(SUB_BATCH, plan.channel.capabilities.batch_size),
        bound=night.binds(plan.message_class, plan.channel.medium),
    )
    try:
        ready = _prepare(core, plan, claim, done)
        for batch in _batches(ready, lambda: stride.at(core.clock.now())):
            began = core.clock.now()
            if stop() or done.problem or not _hand_over(core, plan, claim, batch, done):
                break
            stride.measure(len(batch), core.clock.now() - began)
    finally:
        with core.db.unit() as session:
            ledger.release(session, claim)
    return done


def _prepare(core: Core, plan: Plan, claim: Claim, done: Dispatched) -> list[Ready]:
    """Check and render the claim; write down at once what does not go."""
    passed, objections = gate.check(core, plan, claim.messages)
    rendered = plan.render(passed)
    with core.plugins.guarded("channel", plan.channel_id):
        sign = tracking.signer(core).sign_return if plan.channel.collects() else None
    ready = []
    for recipient in passed:
        result = rendered[recipient.message.id]
        if result.problem:
            objections[recipient.message.id] = gate.Objection(result.problem)
            continue
        outgoing = OutgoingMessage(
            reference=ledger.reference(plan.run_tag, recipient.message.id),
            address=recipient.address,
            message_class=plan.message_class,
            rendered=result.rendered,
            campaign_id=plan.campaign_id,
            return_token=sign(recipient.message.id) if sign else "",
        )
        snapshot = snapshots.pack({**result.snapshot, "to": recipient.address})
        kind = _kind(core, plan, result.rendered)
        ready.append(Ready(recipient.message, outgoing, snapshot, kind))
    with core.db.unit() as session:
        gate.write(session, claim, objections, core.clock.now())
    done.outcomes.update("deferred" if o.until else "suppressed" for o in objections.values())
    return ready


def _kind(core: Core, plan: Plan, rendered: Rendered) -> str | None:
    """What the message is billed as, asked only of channels that tell their kinds apart."""
    if not plan.channel.kinds:
        return None
    with core.plugins.guarded("channel", plan.channel_id):
        return plan.channel.kind_of(rendered)


def _batches(ready: Sequence[Ready], size: Callable[[], int]) -> Iterator[Sequence[Ready]]:
    start = 0
    while start < len(ready):
        end = start + size()
        yield ready[start:end]
        start = end


def _hand_over(
    core: Core, plan: Plan, claim: Claim, batch: Sequence[Ready], done: Dispatched
) -> bool:
    """Send one sub-batch. Returns whether to go on."""
    lease = timedelta(seconds=core.settings.lease_seconds)
    with core.db.unit() as session:
        if not plan.may_send(session):
            return False
        now = core.clock.now()
        cooling = handover.objections(core, session, plan, [r.message for r in batch], now)
        gate.write(session, claim, cooling, now)
        ids = [ready.message.id for ready in batch if ready.message.id not in cooling]
        awaits = plan.channel.capabilities.reports_delivery
        begun = ledger.begin_sending(session, claim, ids, now, lease, awaits=awaits)
        going = [ready for ready in batch if ready.message.id in begun]
        snapshots.save(session, {ready.message.id: ready.snapshot for ready in going})
    done.outcomes.update("deferred" if o.until else "suppressed" for o in cooling.values())
    if not going:
        return True
    said, problem = handing.hand(
        core, plan.channel_id, plan.channel, [ready.outgoing for ready in going]
    )
    done.problem = problem or done.problem
    with core.db.unit() as session:
        written = receipts.record(
            session,
            claim,
            [(ready.message, receipt) for ready, receipt in zip(going, said, strict=True)],
            core.clock.now(),
            kinds={ready.message.id: ready.kind for ready in going},
            prices=plan.prices,
            awaits=awaits,
        )
        failed = [id_ for id_, state in written.items() if state is State.FAILED]
        ledger.free(session, claim, failed, core.clock.now())
        _give_up(session, plan, going, said, core.clock.now())
    done.outcomes.update(written.values())
    return True


def _give_up(
    session: Session, plan: Plan, batch: Sequence[Ready], said: Sequence[Receipt], now: datetime
) -> None:
    """Send nothing more to the addresses that were refused for good."""
    kind = plan.channel.address
    for ready, receipt in zip(batch, said, strict=True):
        if receipt.bounced and kind:
            returns.refused(session, kind, ready.outgoing.address, now)
