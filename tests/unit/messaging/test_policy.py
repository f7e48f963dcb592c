"""What may never be sent, and what is not worth keeping."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from growthcore.api import Decision, MessageClass, Verdict
from growthcore.messaging.policy import Seen, decide, within

AD, INFO = MessageClass.ADVERTISING, MessageClass.INFORMATIONAL
DAY = datetime(2026, 3, 2, 12, tzinfo=ZoneInfo("Asia/Seoul"))


def seen(**changes):
    given_ = {"message_class": AD, "has_address": True, "consented": True}
    return Seen(**(given_ | changes))


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"has_address": False}, "no_address"),
        ({"consented": False}, "no_consent"),
        ({"suppressions": ("bounced",)}, "suppressed_bounced"),
        ({"suppressions": ("unsubscribed",)}, "suppressed_unsubscribed"),
        ({"latest_at": DAY - timedelta(seconds=1)}, "expired"),
    ],
)
def test_what_may_never_go_is_suppressed_with_its_reason(changes, reason):
    decision = decide(seen(**changes), DAY)
    assert (decision.verdict, decision.reason) == (Verdict.SUPPRESS, reason)


@pytest.mark.parametrize("changes", [{"consented": False}, {"suppressions": ("unsubscribed",)}])
def test_a_refusal_of_advertising_does_not_stop_the_notice_of_an_order(changes):
    assert decide(seen(message_class=INFO, **changes), DAY).sends


def test_a_dead_address_stops_informational_messages_too():
    assert not decide(seen(message_class=INFO, suppressions=("bounced",)), DAY).sends


def test_a_message_that_would_be_stale_by_then_is_not_kept():
    morning = Decision.defer(DAY + timedelta(hours=8), "quiet_hours")
    assert within(morning, DAY + timedelta(hours=8)) == morning
    assert within(morning, DAY + timedelta(hours=7)) == Decision.suppress("quiet_hours")
