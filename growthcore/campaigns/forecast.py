"""What a campaign would cost: its message laid out for a sample of those who would get it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from growthcore.api import Customer, InvalidInput, Shop
from growthcore.campaigns import blocks
from growthcore.campaigns.dry_runs import DryRun
from growthcore.campaigns.models import Campaign
from growthcore.campaigns.preview import Letter
from growthcore.core import Core
from growthcore.messaging import prices, rendering, tracking, variables
from growthcore.operators import workspace

_LIKE_ANY = 10**9
"""A message id as long as real ones come to be: addresses of links count in a text's length."""


@dataclass(frozen=True, kw_only=True)
class Line:
    """Messages of one kind: how many there would be, and what one costs if that is known."""

    kind: str
    count: int
    price: int | None


@dataclass(frozen=True, kw_only=True)
class Forecast:
    """What a campaign would cost, in minor units. ``sampled`` messages were laid out for it."""

    lines: list[Line]
    sampled: int
    currency: str

    @property
    def total(self) -> int | None:
        """The sum; None when a price is not known."""
        if any(line.price is None for line in self.lines):
            return None
        return sum(line.count * (line.price or 0) for line in self.lines)


def forecast(core: Core, session: Session, campaign: Campaign, found: DryRun) -> Forecast | None:
    """The cost of what a dry run would send; None where the channel's messages cost nothing apart.

    Each message is counted as the kind it comes to once its variables are filled: one customer's name
    may make a long text of it. Raises :class:`InvalidInput` for a draft without a message.
    """
    letter = Letter.of(core, session, campaign.definition)
    if not letter.channel.kinds:
        return None
    shop = workspace.get(session)
    price_list = prices.of_account(session, campaign.definition["account_id"], letter.channel)
    kinds = _kinds(core, letter, found.drawn, workspace.as_shop(shop))
    lines = [
        Line(kind=kind, count=count, price=price_list.get(kind))
        for kind, count in _scaled(kinds, found.would_send).items()
    ]
    return Forecast(lines=lines, sampled=kinds.total(), currency=shop.currency)


def _kinds(core: Core, letter: Letter, customer_ids: list[int], shop: Shop) -> Counter[str]:
    people = list(core.ports.customers.get(customer_ids).values())
    values = variables.resolve(core, letter.compiled.names, people, shop)
    found: Counter[str] = Counter()
    for customer in people:
        context = _context(core, letter, customer, values[customer.id], shop)
        try:
            rendered = letter.render(context)
        except InvalidInput:
            continue  # They lack a value: nothing would go, and nothing be paid.
        with core.plugins.guarded("channel", letter.channel.id):
            kind = letter.channel.kind_of(rendered)
        found[kind or letter.channel.kinds[0].id] += 1
    return found


def _context(
    core: Core, letter: Letter, customer: Customer, values: Mapping[str, str], shop: Shop
) -> rendering.Context:
    addresses = tracking.Addresses(
        base_url=core.settings.base_url, message_id=_LIKE_ANY, signer=tracking.signer(core)
    )
    context = rendering.Context(message_class=letter.message_class, values=values)
    context.unsubscribe_url = addresses.unsubscribe
    context.track = addresses.link if letter.channel.capabilities.measures_clicks else None
    wanted = blocks.used(letter.compiled)
    context.blocks = blocks.for_customer(core, wanted, customer, shop) if wanted else {}
    return context


def _scaled(kinds: Counter[str], whole: int) -> dict[str, int]:
    """The sample's shares of the whole, in whole messages that add up to it."""
    if not kinds:
        return {}
    scaled = {kind: count * whole // kinds.total() for kind, count in kinds.most_common()}
    first = next(iter(scaled))
    scaled[first] += whole - sum(scaled.values())
    return scaled
