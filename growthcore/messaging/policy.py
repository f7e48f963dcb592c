"""What the law and good sense forbid at the moment of sending, whatever the shop's policies say.

Pure: given what was seen, the same answer always. Order: address, consent, refusal, usefulness; the
first that objects speaks. Law: 정보통신망법 article 50 (1) prior consent, (2) no sending after refusal.
Its night, article 50 (3), is :mod:`growthcore.messaging.night`: it is law too and can't be switched off,
so that a shop whose quiet hours (a policy of a plugin) are narrowed, or disabled, still sends no
advertising at night to who did not consent to that.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

from growthcore.api import SEND, Decision, MessageClass
from growthcore.customers.refusals import UNWANTED


class Seen(NamedTuple):
    """What was seen of one message and its customer just now."""

    message_class: MessageClass
    has_address: bool
    consented: bool
    suppressions: Collection[str] = ()
    latest_at: datetime | None = None


def decide(seen: Seen, now: datetime) -> Decision:
    """Whether the message may be sent at all."""
    if refusal := _refusal(seen):
        return Decision.suppress(refusal)
    if seen.latest_at is not None and now > seen.latest_at:
        return Decision.suppress("expired")
    return SEND


def _refusal(seen: Seen) -> str | None:
    if not seen.has_address:
        return "no_address"
    advertising = seen.message_class is MessageClass.ADVERTISING
    if advertising and not seen.consented:
        return "no_consent"
    for reason in seen.suppressions:
        if advertising or reason not in UNWANTED:
            return f"suppressed_{reason}"
    return None


def within(decision: Decision, latest_at: datetime | None) -> Decision:
    """The decision, unless it defers a message past what it is worth sending for."""
    if decision.until is not None and latest_at is not None and decision.until > latest_at:
        return Decision.suppress(decision.reason)
    return decision
