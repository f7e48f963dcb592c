"""The shop's send policies: which are in force, read at every claim, and changed with a reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache, partial
from typing import Any, cast

from marshmallow import Schema, ValidationError
from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from growthcore.api import ConfigError, InvalidInput, Policy
from growthcore.api.schema import flatten
from growthcore.core import Core
from growthcore.db.upsert import insert
from growthcore.messaging.models import PolicySetting, SendPolicy
from growthcore.messaging.rules import Active, Rules
from growthcore.operators import audit, workspace

_ID = 1


@dataclass(frozen=True, kw_only=True)
class Setting:
    """One installed policy. ``values`` are its params as entered, ``params`` as loaded.

    ``problem`` is why what was entered does not fit (any more); ``params`` are the defaults then.
    """

    policy: Policy = field(repr=False)
    enabled: bool
    values: Mapping[str, Any]
    params: Mapping[str, Any]
    window: timedelta
    problem: str | None = None

    @property
    def id(self) -> str:
        """The policy's id."""
        return self.policy.id


def rules(core: Core, session: Session) -> Rules:
    """What holds now. Raises :class:`ConfigError` for settings that no longer fit their policy."""
    enabled = [each for each in settings(core, session).values() if each.enabled]
    for each in enabled:
        if each.problem:
            raise ConfigError(
                f"The settings of the send policy {each.id} do not fit it: {each.problem}. "
                "Correct them in the send settings."
            )
    return Rules(
        zone=workspace.zone(session),
        active=[
            Active(policy=each.policy, params=each.params, window=each.window) for each in enabled
        ],
        guarded=partial(core.plugins.guarded, "policy"),
    )


def settings(core: Core, session: Session) -> dict[str, Setting]:
    """Every installed policy in the order they are asked, by id.

    Those that look at nothing sent before come first: they spare the rendering of what must wait.
    """
    saved = {row.id: row for row in session.execute(_SAVED)}
    found = [_setting(core, each, saved.get(each.id)) for each in core.plugins.policies.values()]
    return {each.id: each for each in sorted(found, key=lambda each: (bool(each.window), each.id))}


_SAVED = select(PolicySetting.id, PolicySetting.enabled, PolicySetting.params)


def _setting(core: Core, policy: Policy, row: Row[Any] | None) -> Setting:
    values, problem = row.params if row else {}, None
    try:
        params = _load(policy, values)
    except InvalidInput as error:
        params, problem = _load(policy, {}), str(error)
    with core.plugins.guarded("policy", policy.id):
        window = policy.window(params)
    return Setting(
        policy=policy,
        enabled=row is None or row.enabled,
        values=values,
        params=params,
        window=window,
        problem=problem,
    )


def version(session: Session) -> int:
    """Counts the changes of policies."""
    row = session.get(SendPolicy, _ID)
    return row.version if row else 1


def change(
    core: Core,
    session: Session,
    policy_id: str,
    values: Mapping[str, Any] | None = None,
    *,
    enabled: bool | None = None,
    reason: str,
    actor: str,
    now: datetime,
    may_narrow: bool = True,
) -> None:
    """Change a policy's params, or switch it; it holds at once, for what waits too.

    ``values`` are all of its params as JSON, one left out being as by default. Audited with the reason,
    without which nothing is changed. Raises :class:`InvalidInput` by field.
    """
    if not reason.strip():
        raise InvalidInput({"reason": "Say why; the audit log keeps it."})
    policy = _installed(core, policy_id)
    counted = lock(session)
    before = _saved(session, policy_id)
    after: dict[str, Any] = {
        "enabled": before["enabled"] if enabled is None else enabled,
        "params": before["params"] if values is None else dict(values),
    }
    params = _load(policy, after["params"])
    if not may_narrow and _narrows(core, policy, before, params if after["enabled"] else None):
        raise InvalidInput({"enabled": "Only an owner can narrow this policy."})
    session.merge(PolicySetting(id=policy_id, **after))
    counted.version += 1
    audit.record(
        session,
        at=now,
        actor=actor,
        action="policy.changed",
        kind="policy",
        id=policy_id,
        details={"reason": reason.strip(), "before": before, "after": after},
    )


def _installed(core: Core, policy_id: str) -> Policy:
    policy = core.plugins.policies.get(policy_id)
    if policy is None:
        known = ", ".join(sorted(core.plugins.policies)) or "none"
        raise InvalidInput(
            {"policy": f"There is no send policy {policy_id!r}; installed: {known}."}
        )
    return policy


def _saved(session: Session, policy_id: str) -> dict[str, Any]:
    row = session.get(PolicySetting, policy_id)
    return {"enabled": row is None or row.enabled, "params": dict(row.params) if row else {}}


def _narrows(
    core: Core, policy: Policy, before: Mapping[str, Any], after: Mapping[str, Any] | None
) -> bool:
    if not before["enabled"]:
        return False
    try:
        held = _load(policy, before["params"])
    except InvalidInput:
        return True
    with core.plugins.guarded("policy", policy.id):
        return policy.narrows(held, after)


def _load(policy: Policy, values: Mapping[str, Any]) -> Mapping[str, Any]:
    try:
        return cast("Mapping[str, Any]", _schema(policy.Params).load(values))
    except ValidationError as error:
        raise InvalidInput(flatten(error.messages)) from error


@cache
def _schema(params: type[Schema]) -> Schema:
    """Made once: the rules are read for each sub-batch, and making a schema copies its fields."""
    return params()


def lock(session: Session) -> SendPolicy:
    """The row of versions, for whoever is about to change what it counts."""
    session.execute(insert(session, SendPolicy).values(id=_ID).on_conflict_do_nothing())
    return session.get_one(SendPolicy, _ID, with_for_update=True)
