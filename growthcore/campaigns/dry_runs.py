"""A dry run: who would get a campaign, and why the others would not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from random import Random
from typing import Any

from sqlalchemy.orm import Session

from growthcore.api import Customer, InvalidInput
from growthcore.campaigns import checks, definition, service
from growthcore.core import Core
from growthcore.customers.addresses import mask
from growthcore.messaging import gate, night, policy, send_policy, tally
from growthcore.segments import service as segments

CHUNK = 5_000
SAMPLE = 20
DRAWN = 200


@dataclass(frozen=True, kw_only=True)
class DryRun:
    """Who would get a campaign if it went at ``at``. ``reasons`` say why the others would not, or later.

    ``drawn`` are customers who would get it, drawn by chance, the same ones each time.
    """

    at: datetime
    audience: int
    would_send: int
    reasons: Mapping[str, int]
    sample: list[dict[str, Any]]
    drawn: list[int] = field(default_factory=list, repr=False)

    def as_dict(self) -> dict[str, Any]:
        """As JSON shows it."""
        return {
            "audience": self.audience,
            "would_send": self.would_send,
            "reasons": dict(self.reasons),
            "sample": self.sample,
        }

    def funnel(self) -> list[tuple[str, int]]:
        """How many are left after each check in turn, which adds up to ``would_send``.

        The steps are ``audience``, ``address``, ``consent``, ``suppression``, ``quiet_hours``,
        ``cooldown`` and, where another policy holds somebody, ``policies``.
        """
        left, steps = self.audience, [("audience", self.audience)]
        for step, objections in _STEPS.items():
            left -= sum(n for reason, n in self.reasons.items() if reason.startswith(objections))
            steps.append((step, left))
        return steps if left == self.would_send else [*steps, ("policies", self.would_send)]


_STEPS: Mapping[str, tuple[str, ...]] = {
    "address": ("no_address",),
    "consent": ("no_consent",),
    "suppression": ("suppressed_",),
    "quiet_hours": (night.REASON, "quiet_hours"),
    "cooldown": ("cooldown",),
}


def dry_run(
    core: Core, session: Session, campaign_id: int, *, at: datetime | None = None
) -> DryRun:
    """Put the whole audience of a campaign through the gate, and send nothing.

    ``at`` is when it would go, now without it. Raises :class:`InvalidInput` for a campaign that has
    no audience, or is incomplete.
    """
    campaign = service.get(session, campaign_id)
    loaded = definition.load(campaign.definition)
    if loaded["audience"] is None:
        raise InvalidInput({"audience": "A campaign without an audience has nobody to list yet."})
    channel = checks.channel_of(core, session, loaded["account_id"])
    rules, at = send_policy.rules(core, session), at or core.clock.now()
    reasons: Counter[str] = Counter()
    sample: list[dict[str, Any]] = []
    drawn = _Draw(campaign_id)
    for people in _audience(core, session, loaded["audience"]):
        ids = {customer.id for customer in people}
        facts = gate.Facts.gather(session, channel, loaded["message_class"], people)
        sends = tally.sends(session, ids, at - rules.window) if rules.window else {}
        for customer in people:
            intent = facts.intent(customer.id, campaign_id, rules.zone)
            decision = policy.decide(facts.seen(customer, None), at)
            if decision.sends:
                decision = rules.decide(intent, sends.get(customer.id, ()), at)
            reason = decision.reason
            reasons[reason or ""] += 1
            if reason is None:
                drawn.add(customer.id)
            if reason is None and len(sample) < SAMPLE:
                address = customer.address(channel.address) or ""
                sample.append({"customer": customer.id, "to": mask(channel.address, address)})
    would_send = reasons.pop("", 0)
    total = would_send + reasons.total()
    return DryRun(
        at=at,
        audience=total,
        would_send=would_send,
        reasons=reasons,
        sample=sample,
        drawn=drawn.kept,
    )


class _Draw:
    """An even sample of a stream whose length is not known (reservoir sampling, algorithm R)."""

    def __init__(self, seed: int) -> None:
        self.kept: list[int] = []
        self._random = Random(seed)  # noqa: S311 - a sample, no secret
        self._seen = 0

    def add(self, customer_id: int) -> None:
        """Look at one more."""
        self._seen += 1
        place = self._random.randrange(self._seen)
        if len(self.kept) < DRAWN:
            self.kept.append(customer_id)
        elif place < DRAWN:
            self.kept[place] = customer_id


def _audience(
    core: Core, session: Session, audience: Mapping[str, Any]
) -> Iterator[list[Customer]]:
    after = 0
    while ids := segments.members(core, session, audience, after=after, limit=CHUNK):
        after = ids[-1]
        yield list(core.ports.customers.get(ids).values())
