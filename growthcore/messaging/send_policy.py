"""The shop's send policy: read at every claim, changed with a reason that is kept."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields, validate
from sqlalchemy.orm import Session

from growthcore.api import InvalidInput, MessageClass
from growthcore.api.schema import flatten
from growthcore.messaging.models import SendPolicy
from growthcore.operators import audit

_ID = 1
_DEFAULTS: Mapping[str, Any] = {
    "id": _ID,
    "quiet_enabled": True,
    "quiet_from": 21 * 60,
    "quiet_until": 8 * 60,
    "quiet_exempt": [],
    "cooldown_seconds": 24 * 3600,
    "version": 1,
}
_MINUTES = validate.Range(0, 24 * 60 - 1)
_CLASSES = "|".join(MessageClass)


class PolicySchema(Schema):
    """A change of the policy. Minutes are of the day in the shop's zone."""

    class Meta:
        unknown = RAISE

    quiet_enabled = fields.Boolean()
    quiet_from = fields.Integer(strict=True, validate=_MINUTES)
    quiet_until = fields.Integer(strict=True, validate=_MINUTES)
    quiet_exempt = fields.List(
        fields.String(
            validate=validate.Regexp(
                rf"^({_CLASSES}|\*):([a-z][a-z0-9_]*|\*)\Z",
                error="Write CLASS:MEDIUM, such as advertising:email; either may be *.",
            )
        ),
        validate=validate.Length(max=50),
    )
    cooldown_seconds = fields.Integer(strict=True, validate=validate.Range(0, 90 * 86_400))


def get(session: Session) -> SendPolicy:
    """The policy in force; defaults that were never saved are in force too."""
    return session.get(SendPolicy, _ID) or SendPolicy(**_DEFAULTS)


def change(
    session: Session,
    values: Mapping[str, Any],
    *,
    reason: str,
    actor: str,
    now: datetime,
    may_narrow: bool = True,
) -> SendPolicy:
    """Change the policy; it holds at once, for what waits too. Audited with the reason.

    Raises :class:`InvalidInput` by field. Quiet hours are a legal duty for advertising by text
    message, so that no change is without a reason, and narrowing them may be forbidden.
    """
    if not reason.strip():
        raise InvalidInput({"reason": "Say why; the audit log keeps it."})
    try:
        checked = PolicySchema().load(values)
    except ValidationError as error:
        raise InvalidInput(flatten(error.messages)) from error
    policy = get(session)
    if not may_narrow and narrows(policy, checked):
        raise InvalidInput({"quiet_enabled": "Only an owner can narrow the night-time send ban."})
    before = {name: getattr(policy, name) for name in checked}
    for name, value in checked.items():
        setattr(policy, name, value)
    policy.version += 1
    session.add(policy)
    audit.record(
        session,
        at=now,
        actor=actor,
        action="policy.changed",
        kind="policy",
        id=str(_ID),
        details={"reason": reason.strip(), "before": before, "after": checked},
    )
    return policy


def narrows(policy: SendPolicy, values: Mapping[str, Any]) -> bool:
    """Whether a change holds back fewer messages at night than the policy in force does."""
    if not policy.quiet_enabled:
        return False
    begins, ends = (values.get(key, getattr(policy, key)) for key in ("quiet_from", "quiet_until"))
    return (
        not values.get("quiet_enabled", True)
        or bool(_night(policy.quiet_from, policy.quiet_until) - _night(begins, ends))
        or not all(exempts(policy, *pair.split(":")) for pair in values.get("quiet_exempt", ()))
    )


def exempts(policy: SendPolicy, message_class: str, medium: str) -> bool:
    """Whether the policy lets messages of a class through the night on a medium; ``*`` is any."""
    pairs = {f"{c}:{m}" for c in (message_class, "*") for m in (medium, "*")}
    return not pairs.isdisjoint(policy.quiet_exempt)


def _night(begins: int, ends: int) -> set[int]:
    """The minutes of the day between two of them, over midnight if need be."""
    length = (ends - begins) % (24 * 60)
    return {minute % (24 * 60) for minute in range(begins, begins + length)}
