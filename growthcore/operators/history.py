"""The audit log, read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from growthcore.db.paging import Page, paged
from growthcore.operators.models import AuditEntry, Person


def find(
    session: Session,
    *,
    action: str = "",
    actor: str = "",
    kind: str = "",
    id: str = "",  # noqa: A002 - as in audit.record
    offset: int = 0,
    limit: int = 50,
) -> Page[AuditEntry]:
    """Entries, newest first: those of an action, of who did it, of the object it was done to."""
    wanted = {
        AuditEntry.action: action,
        AuditEntry.actor: actor,
        AuditEntry.object_kind: kind,
        AuditEntry.object_id: id,
    }
    statement = select(AuditEntry).order_by(AuditEntry.id.desc())
    for column, value in wanted.items():
        if value:
            statement = statement.where(column == value)
    return paged(session, statement, offset=offset, limit=limit)


def actions(session: Session) -> Sequence[str]:
    """Every action that is in the log."""
    return session.scalars(select(AuditEntry.action).distinct().order_by(AuditEntry.action)).all()


def kinds(session: Session) -> Sequence[str]:
    """Every kind of object that is in the log."""
    column = AuditEntry.object_kind
    return session.scalars(select(column).distinct().order_by(column)).all()


def actors(session: Session) -> Mapping[str, str | None]:
    """Whoever is in the log, with the name of those who are people."""
    found = session.scalars(select(AuditEntry.actor).distinct().order_by(AuditEntry.actor)).all()
    ids = [int(actor) for actor in found if actor.isdecimal()]
    names = dict(session.execute(select(Person.id, Person.name).where(Person.id.in_(ids))).all())
    return {actor: names.get(int(actor)) if actor.isdecimal() else None for actor in found}
