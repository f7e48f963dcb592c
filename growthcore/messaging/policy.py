"""The rules that decide, at the moment of sending, whether a message may go.

Pure: given what was seen, the same answer always. Order: address, consent, suppression, quiet
hours, cooldown; the first that objects speaks. Law: 정보통신망법 article 50 (1) prior consent,
(2) no sending after refusal, (3) separate consent from 21:00 to 08:00 (e-mail exempt by decree).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from growthcore.api import MessageClass


class Verdict(StrEnum):
    """What the policy says of one message now."""

    SEND = "send"
    DEFER = "defer"
    SUPPRESS = "suppress"


@dataclass(frozen=True)
class Decision:
    """A verdict with its reason; ``until`` is when a deferred message is asked about again."""

    verdict: Verdict
    reason: str | None = None
    until: datetime | None = None


SEND = Decision(Verdict.SEND)


@dataclass(frozen=True, kw_only=True)
class Rules:
    """The shop's send policy in force. Quiet hours are minutes of the local day.

    ``quiet_exempt`` holds ``class:channel`` pairs, either part may be ``*``.
    """

    zone: ZoneInfo
    quiet_enabled: bool = True
    quiet_from: int = 21 * 60
    quiet_until: int = 8 * 60
    quiet_exempt: frozenset[str] = frozenset()
    cooldown: timedelta = timedelta(hours=24)


@dataclass(frozen=True, kw_only=True)
class Seen:
    """What was seen of one message and its customer just now."""

    message_class: MessageClass
    channel: str
    has_address: bool
    consented: bool
    suppressions: Collection[str] = ()
    latest_at: datetime | None = None


def decide(seen: Seen, rules: Rules, now: datetime) -> Decision:
    """Everything but the cooldown, which is decided while the customer is locked."""
    if refusal := _refusal(seen):
        return Decision(Verdict.SUPPRESS, refusal)
    if seen.latest_at is not None and now > seen.latest_at:
        return Decision(Verdict.SUPPRESS, "expired")
    until = quiet_until(seen.message_class, seen.channel, rules, now)
    return defer(until, "quiet_hours", seen.latest_at) if until else SEND


def _refusal(seen: Seen) -> str | None:
    if not seen.has_address:
        return "no_address"
    advertising = seen.message_class is MessageClass.ADVERTISING
    if advertising and not seen.consented:
        return "no_consent"
    for reason in seen.suppressions:
        # Whoever refused advertising still gets the notice of their own order.
        if advertising or reason != "unsubscribed":
            return f"suppressed_{reason}"
    return None


def quiet_until(
    message_class: MessageClass, channel: str, rules: Rules, now: datetime
) -> datetime | None:
    """When the night that holds this message ends, or None when none holds it now."""
    if not keeps_quiet(message_class, channel, rules):
        return None
    local = now.astimezone(rules.zone)
    minute = local.hour * 60 + local.minute
    start, end = rules.quiet_from, rules.quiet_until
    quiet = start <= minute < end if start < end else minute >= start or minute < end
    if not quiet:
        return None
    day = local.date() + timedelta(days=1 if minute >= end else 0)
    return datetime.combine(day, time(end // 60, end % 60), rules.zone)


def keeps_quiet(message_class: MessageClass, channel: str, rules: Rules) -> bool:
    """Whether there is a night for such messages at all."""
    exempt = {f"{c}:{h}" for c in (message_class, "*") for h in (channel, "*")}
    return (
        rules.quiet_enabled
        and rules.quiet_from != rules.quiet_until
        and not exempt & rules.quiet_exempt
    )


def cooldown_until(last_sent_at: datetime | None, rules: Rules, now: datetime) -> datetime | None:
    """When the customer may be written to again, or None for now. The window rolls."""
    if last_sent_at is None or not rules.cooldown:
        return None
    until = last_sent_at + rules.cooldown
    return until if until > now else None


def defer(until: datetime, reason: str, latest_at: datetime | None) -> Decision:
    """Wait until then, unless that is later than the message is worth sending."""
    if latest_at is not None and until > latest_at:
        return Decision(Verdict.SUPPRESS, reason)
    return Decision(Verdict.DEFER, reason, until)
