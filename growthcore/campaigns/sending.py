"""Sending one campaign: its version made into what dispatch needs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from growthcore.api import Channel, GrowthCoreError, MessageClass, Notice, Occasion, Shop
from growthcore.api.channels import Compiled
from growthcore.campaigns import (
    approvals,
    blocks,
    budget,
    carts,
    checks,
    listing,
    progress,
    service,
    versions,
)
from growthcore.campaigns.lifecycle import State
from growthcore.campaigns.models import Campaign
from growthcore.campaigns.versions import Live
from growthcore.core import Core
from growthcore.events import reading
from growthcore.messaging import dispatch, prices, rendering, tally, tracking, variables
from growthcore.messaging.gate import Objection, Recipient
from growthcore.messaging.law import notices
from growthcore.messaging.ledger import Claimed
from growthcore.messaging.rendering import RenderedMessage
from growthcore.operators import workspace
from growthcore.segments import service as segments

STREAM = 200
"""So many messages in a row that failed, and the campaign is paused for somebody to look."""


def send_due(
    core: Core, campaign_id: int, *, limit: int = 500, stop: Callable[[], bool] = lambda: False
) -> int:
    """Send up to ``limit`` due messages of a campaign; returns how many were taken up.

    What keeps it from going on pauses it, with the reason for people to read.
    """
    try:
        plan = _plan(core, campaign_id)
        if plan is None:
            return 0
        done = dispatch.dispatch(core, plan, limit=limit, stop=stop)
    except GrowthCoreError as error:
        _pause(core, campaign_id, str(error))
        return 0
    if done.problem:
        _pause(core, campaign_id, done.problem)
    elif done.outcomes["failed"] or done.outcomes["uncertain"]:
        _pause_stream_of_failures(core, campaign_id)
    return done.claimed


def _plan(core: Core, campaign_id: int) -> CampaignPlan | None:
    with core.db.read() as session:
        found = versions.rows(session, campaign_id=campaign_id)
        if not found:
            return None
        live = versions.live(core, *found[0])
        shop = workspace.get(session)
    channel = core.accounts.channel(live.account_id)
    number = channel.opt_out_number()
    notice = notices.require(channel.medium, live.message_class, shop, number)
    content = checks.load_content(channel, live.content)
    compiled = channel.compile(content)
    with core.db.read() as session:
        approvals.require(session, live.account_id, channel, content)
        price_list = prices.of_account(session, live.account_id, channel)
    return CampaignPlan(
        core=core,
        live=live,
        channel=channel,
        compiled=compiled,
        shop=workspace.as_shop(shop),
        notice=notice,
        prices=price_list,
    )


@dataclass(frozen=True, kw_only=True)
class CampaignPlan:
    """A campaign in force as dispatch sees it (:class:`growthcore.messaging.dispatch.Plan`)."""

    core: Core = field(repr=False)
    live: Live
    channel: Channel
    compiled: Compiled
    shop: Shop
    notice: Notice | None
    prices: Mapping[str, int]

    @property
    def campaign_id(self) -> int:
        return self.live.campaign_id

    @property
    def channel_id(self) -> str:
        return self.live.channel_id

    @property
    def run_tag(self) -> str:
        return self.live.run_tag

    @property
    def message_class(self) -> MessageClass:
        return self.live.message_class

    def may_send(self, session: Session) -> bool:
        # Asked before each sub-batch: of a campaign without a budget, two columns are enough.
        columns = select(Campaign.state, Campaign.budget).where(Campaign.id == self.campaign_id)
        state, amount = session.execute(columns).one_or_none() or (None, None)
        if state != State.RUNNING or amount is None:
            return state == State.RUNNING
        campaign = service.get(session, self.campaign_id)
        budget.stop_when_spent(session, campaign, self.core.clock.now())
        return campaign.state == State.RUNNING

    def others(self, session: Session) -> Collection[int]:
        return [id_ for id_ in listing.running(session) if id_ != self.campaign_id]

    def check(
        self, session: Session, messages: Sequence[Claimed], now: datetime
    ) -> Mapping[int, Objection]:
        """Exceptions since enrolment, then the audience, then the trigger's own word."""
        objections: dict[int, Objection] = {}
        for look in (self._exceptions, self._audience, self._trigger):
            rest = [message for message in messages if message.id not in objections]
            if rest:
                objections |= look(session, rest, now)
        return objections

    def _exceptions(
        self, session: Session, messages: Sequence[Claimed], now: datetime
    ) -> dict[int, Objection]:
        if not self.live.exceptions:
            return {}
        last = reading.last_occurred(
            session, {message.customer_id for message in messages}, self.live.exceptions
        )
        return {
            message.id: Objection(f"exception:{name}")
            for message in messages
            for name, at in last.get(message.customer_id, {}).items()
            # Waiting begins with what made the customer enter, even when it was reported late.
            if at > min(message.anchor_at, message.enrolled_at)
        }

    def _audience(
        self, session: Session, messages: Sequence[Claimed], now: datetime
    ) -> dict[int, Objection]:
        if self.live.audience is None:
            return {}
        ids = {message.customer_id for message in messages}
        inside = segments.contains(self.core, session, self.live.audience, ids)
        return {
            message.id: Objection("left_audience")
            for message in messages
            if message.customer_id not in inside
        }

    def _trigger(
        self, session: Session, messages: Sequence[Claimed], now: datetime
    ) -> dict[int, Objection]:
        chosen = self.live.trigger
        if chosen is None:
            return {}
        objections = {}
        ports = carts.ports(self.core, (message.cart_id for message in messages))
        for message in messages:
            occasion = Occasion(
                key=message.key,
                customer_id=message.customer_id,
                at=message.anchor_at,
                cart_id=message.cart_id,
            )
            with self.core.plugins.guarded("trigger", chosen.trigger.id):
                wanted = chosen.trigger.still_wanted(occasion, chosen.params, ports, now)
            if wanted.dropped:
                objections[message.id] = Objection(wanted.dropped)
            elif wanted.until and wanted.until > now:
                objections[message.id] = Objection("not_yet", wanted.until + self.live.delay)
        return objections

    def render(self, recipients: Sequence[Recipient]) -> Mapping[int, RenderedMessage]:
        people = [recipient.customer for recipient in recipients]
        values = variables.resolve(self.core, self.compiled.names, people, self.shop)
        items = blocks.resolve(self.core, blocks.used(self.compiled), recipients, self.shop)
        signer = tracking.signer(self.core)
        contexts = {}
        for recipient in recipients:
            addresses = tracking.Addresses(
                base_url=self.core.settings.base_url,
                message_id=recipient.message.id,
                signer=signer,
            )
            context = self._context(addresses, values[recipient.customer.id])
            context.blocks = items[recipient.message.id]
            contexts[recipient.message.id] = context
        return self._laid_out(contexts)

    def _context(
        self, addresses: tracking.Addresses, values: Mapping[str, str]
    ) -> rendering.Context:
        can = self.channel.capabilities
        return rendering.Context(
            message_class=self.message_class,
            values=values,
            notice=self.notice,
            unsubscribe_url=addresses.unsubscribe,
            open_pixel=addresses.open_pixel if can.measures_opens else None,
            track=addresses.link if can.measures_clicks else None,
            utm=self.live.utm,
        )

    def _laid_out(self, contexts: Mapping[int, rendering.Context]) -> dict[int, RenderedMessage]:
        """The messages by id; what the channel does wrong with one costs that one alone."""
        failed = RenderedMessage(problem="render_failed")
        laid_out: dict[int, RenderedMessage] = {}
        # One guard holds until something goes wrong, since guarding each takes its time.
        while left := [id_ for id_ in contexts if id_ not in laid_out]:
            try:
                with self.core.plugins.guarded("channel", self.channel_id):
                    for id_ in left:
                        laid_out[id_] = failed
                        laid_out[id_] = rendering.render(self.compiled, contexts[id_])
            except GrowthCoreError:
                continue
        return laid_out


def _pause(core: Core, campaign_id: int, reason: str) -> None:
    with core.db.unit() as session:
        campaign = service.get(session, campaign_id)
        if campaign.state == State.RUNNING:
            progress.stop(campaign, reason, core.clock.now())


def _pause_stream_of_failures(core: Core, campaign_id: int) -> None:
    with core.db.read() as session:
        newest = tally.newest_outcomes(session, campaign_id, STREAM)
    if len(newest) < STREAM or any(state == "sent" for state, _ in newest):
        return
    reason, _ = Counter(reason for _, reason in newest).most_common(1)[0]
    _pause(core, campaign_id, f"The last {STREAM} messages all failed, mostly for: {reason}.")
