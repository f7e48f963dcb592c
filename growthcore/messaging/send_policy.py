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
    session: Session, values: Mapping[str, Any], *, reason: str, actor: str, now: datetime
) -> SendPolicy:
    """Change the policy; it holds at once, for what waits too. Audited with the reason.

    Raises :class:`InvalidInput` by field. Quiet hours are a legal duty for advertising by text
    message, so that no change is without a reason.
    """
    if not reason.strip():
        raise InvalidInput({"reason": "Say why; the audit log keeps it."})
    try:
        checked = PolicySchema().load(values)
    except ValidationError as error:
        raise InvalidInput(flatten(error.messages)) from error
    policy = get(session)
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
