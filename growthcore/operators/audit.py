"""The audit log: written in the transaction of the change it tells of."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from growthcore.operators.models import AuditEntry


def record(
    session: Session,
    *,
    at: datetime,
    actor: str,
    action: str,
    kind: str,
    id: object,  # noqa: A002 - the word every caller has for it
    details: Mapping[str, Any] | None = None,
) -> None:
    """Note that ``actor`` did ``action`` (``account.created``) to the object ``kind`` ``id``.

    ``details`` is JSON and never holds a secret, an address or a name.
    """
    session.add(
        AuditEntry(
            at=at,
            actor=actor,
            action=action,
            object_kind=kind,
            object_id=str(id),
            details=dict(details) if details else None,
        )
    )


def count(session: Session, *, actor: str, action: str, since: datetime) -> int:
    """How often ``actor`` did ``action`` after ``since``."""
    return (
        session.scalar(
            select(func.count())
            .select_from(AuditEntry)
            .where(AuditEntry.at > since, AuditEntry.actor == actor, AuditEntry.action == action)
        )
        or 0
    )
