"""Changing the send policies: checked, audited with its reason, in force at once."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from growthcore.api import ConfigError, Decision, InvalidInput, ParamsSchema, Policy, Text
from growthcore.messaging import send_policy
from growthcore.messaging.models import PolicySetting
from growthcore.operators.models import AuditEntry
from growthcore.testing.plugins import a_plugin
from growthcore.testing.values import START


def change(core, policy_id, reason="e-mail is exempt by decree", enabled=None, **values):
    with core.db.unit() as session:
        send_policy.change(
            core,
            session,
            policy_id,
            values or None,
            enabled=enabled,
            reason=reason,
            actor="test",
            now=core.clock.now(),
        )


def in_force(core):
    with core.db.read() as session:
        return {each.policy.id: each.params for each in send_policy.rules(core, session).active}


def test_without_a_change_every_installed_policy_holds_with_its_defaults(core):
    found = in_force(core)
    assert list(found) == ["quiet_hours", "cooldown"]
    assert f"{found['quiet_hours']['begins']:%H:%M}" == "21:00"


def test_a_change_is_in_force_at_once_and_kept_with_its_reason(core):
    change(core, "quiet_hours", exempt=["*:email"])
    change(core, "cooldown", enabled=False)
    assert {id_: params["exempt"] for id_, params in in_force(core).items()} == {
        "quiet_hours": ["*:email"]
    }
    with core.db.read() as session:
        changed = select(AuditEntry).where(AuditEntry.action == "policy.changed")
        entry = session.scalars(changed.order_by(AuditEntry.id)).first()
        assert send_policy.version(session) == 3
    assert entry.details["reason"] == "e-mail is exempt by decree"
    assert entry.details["before"] == {"enabled": True, "params": {}}


@pytest.mark.parametrize(
    ("policy_id", "values", "path"),
    [
        ("quiet_hours", {"begins": "24:00"}, "begins"),
        ("quiet_hours", {"exempt": ["email"]}, "exempt[0]"),
        ("cooldown", {"pause": {"hours": -1}}, "pause"),
        ("cooldown", {"night": True}, "night"),
        ("silence", {"night": True}, "policy"),
    ],
)
def test_what_does_not_fit_is_refused_by_field(core, policy_id, values, path):
    with pytest.raises(InvalidInput) as caught:
        change(core, policy_id, **values)
    assert path in caught.value.errors


def test_no_change_is_without_a_reason(core):
    with pytest.raises(InvalidInput, match="why"):
        change(core, "cooldown", reason=" ", enabled=False)


def test_a_narrowing_that_is_forbidden_leaves_the_policy_as_it_was(core):
    def narrow(**changes):
        with core.db.unit() as session:
            send_policy.change(
                core, session, "quiet_hours", reason="x", actor="test", now=START,
                may_narrow=False, **changes,
            )  # fmt: skip

    for changes in ({"enabled": False}, {"values": {"begins": "23:00"}}):
        with pytest.raises(InvalidInput, match="owner"):
            narrow(**changes)
    assert "quiet_hours" in in_force(core)
    narrow(values={"begins": "20:00"})


def test_settings_that_no_longer_fit_hold_everything_back_and_say_so(core):
    with core.db.unit() as session:
        session.add(PolicySetting(id="cooldown", enabled=True, params={"gone": 1}))
    with pytest.raises(ConfigError, match="cooldown do not fit"):
        in_force(core)


@pytest.mark.parametrize("defect", ["raises", "past", "nonsense"])
def test_a_policy_that_fails_puts_messages_off_for_a_minute(make_core, sqlite_database, defect):
    class Broken(Policy):
        id = "broken"
        title = Text("고장", "Broken")
        Params = ParamsSchema

        def decide(self, candidate, sends, at, params):
            if defect == "raises":
                raise ValueError
            return Decision.defer(at) if defect == "past" else "no"

        def describe(self, params):
            return Text("고장", "broken")

    core = make_core(sqlite_database, [a_plugin("broken", growthcore_policies=lambda: [Broken])])
    with core.db.read() as session:
        rules = send_policy.rules(core, session)
    ((_title, said),) = rules.each(None, (), START)
    assert (said.reason, (said.until - START).total_seconds()) == ("broken:failed", 60)
    assert core.plugins.record("broken").failures == 1
