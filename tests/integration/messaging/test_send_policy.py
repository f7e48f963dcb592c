"""Changing the send policy: checked, audited with its reason, in force at once."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from growthcore.api import InvalidInput
from growthcore.messaging import gate, send_policy
from growthcore.operators.models import AuditEntry


def change(core, reason="e-mail is exempt by decree", **values):
    with core.db.unit() as session:
        send_policy.change(session, values, reason=reason, actor="test", now=core.clock.now())


def in_force(core):
    with core.db.read() as session:
        return gate.rules(session)


def test_without_a_change_the_night_of_the_law_holds_everything(core):
    rules = in_force(core)
    assert (rules.quiet_enabled, rules.quiet_from, rules.quiet_until) == (True, 1260, 480)
    assert rules.quiet_exempt == frozenset()


def test_a_change_is_in_force_at_once_and_kept_with_its_reason(core):
    change(core, quiet_exempt=["*:email"], cooldown_seconds=0)
    assert in_force(core).quiet_exempt == {"*:email"}
    assert not in_force(core).cooldown
    with core.db.read() as session:
        changed = select(AuditEntry).where(AuditEntry.action == "policy.changed")
        entry = session.scalars(changed).one()
    assert entry.details["reason"] == "e-mail is exempt by decree"
    assert entry.details["before"]["quiet_exempt"] == []


@pytest.mark.parametrize(
    ("values", "path"),
    [
        ({"quiet_from": 1440}, "quiet_from"),
        ({"quiet_exempt": ["email"]}, "quiet_exempt[0]"),
        ({"cooldown_seconds": -1}, "cooldown_seconds"),
        ({"night": True}, "night"),
    ],
)
def test_what_does_not_fit_is_refused_by_field(core, values, path):
    with pytest.raises(InvalidInput) as caught:
        change(core, **values)
    assert path in caught.value.errors


def test_no_change_is_without_a_reason(core):
    with pytest.raises(InvalidInput, match="why"):
        change(core, reason=" ", cooldown_seconds=1)


OFF = {"quiet_enabled": False}
NIGHTS = {
    "off": (OFF, True),
    "later": ({"quiet_from": 1261}, True),
    "earlier-morning": ({"quiet_until": 479}, True),
    "longer": ({"quiet_from": 1200, "quiet_until": 540}, False),
    "round-the-clock-but-one": ({"quiet_from": 481, "quiet_until": 480}, False),
    "never": ({"quiet_from": 480}, True),
    "exempt": ({"quiet_exempt": ["advertising:sms"]}, True),
    "exempt-already": ({"quiet_exempt": ["advertising:email", "informational:email"]}, False),
    "less-exempt": ({"quiet_exempt": []}, False),
    "cooldown": ({"cooldown_seconds": 0}, False),
}


@pytest.mark.parametrize(("values", "narrower"), NIGHTS.values(), ids=NIGHTS)
def test_what_holds_back_less_at_night_can_be_forbidden(core, values, narrower):
    change(core, quiet_exempt=["*:email"])
    with core.db.read() as session:
        policy = send_policy.get(session)
    assert send_policy.narrows(policy, values) is narrower


def test_a_night_that_is_off_can_only_grow(core):
    change(core, **OFF)
    with core.db.read() as session:
        assert not send_policy.narrows(send_policy.get(session), {"quiet_from": 1400})


def test_a_forbidden_change_leaves_the_policy_as_it_was(core):
    with pytest.raises(InvalidInput, match="owner"), core.db.unit() as session:
        send_policy.change(
            session, OFF, reason="x", actor="test", now=core.clock.now(), may_narrow=False
        )
    assert in_force(core).quiet_enabled
