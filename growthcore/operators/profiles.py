"""What people change about themselves."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from growthcore.api.errors import InvalidInput
from growthcore.db.unit_of_work import Database
from growthcore.operators import attempts, audit, passwords, sessions
from growthcore.operators.models import Person
from growthcore.operators.person_form import read


def change(session: Session, person_id: int, values: Mapping[str, Any], *, now: datetime) -> Person:
    """A person's own ``name``, ``locale`` and ``theme``. Raises :class:`InvalidInput`."""
    person = session.get_one(Person, person_id)
    for key, value in read(values, ("name", "locale", "theme")).items():
        setattr(person, key, value)
    _record(session, person, "person.profile_changed", now)
    return person


def change_password(
    db: Database, person: Person, *, current: str, password: str, keep: str | None, now: datetime
) -> None:
    """A person's own new password. Their sign-ins end, but for that of the token ``keep``.

    Takes the database and not a session: no transaction may wait for a hash.
    Raises :class:`InvalidInput` at ``current`` or ``password``.
    """
    _require_current(db, person, current, now)
    if current == password:
        raise InvalidInput({"password": "Choose another password than the present one."})
    password_hash = passwords.accepted(password, email=person.email)
    with db.unit() as session:
        kept = keep_password(session, person.id, password_hash, keep=keep)
        _record(session, kept, "person.password_changed", now)


def keep_password(
    session: Session, person_id: int, password_hash: str, *, keep: str | None = None
) -> Person:
    """Keep the password a person chose, and end their sign-ins but that of the token ``keep``."""
    person = session.get_one(Person, person_id)
    person.password_hash = password_hash
    person.must_change_password = False
    sessions.end_all(session, person_id, keep=keep)
    attempts.forget(session, attempts.account(person.email))
    return person


def _require_current(db: Database, person: Person, current: str, now: datetime) -> None:
    with db.unit() as session:
        wait = attempts.count(session, {attempts.account(person.email): attempts.ACCOUNT}, now)
    if wait:
        minutes = attempts.minutes(wait)
        raise InvalidInput({"current": f"Too many attempts. Try again in {minutes} min."})
    if not passwords.matches(current, person.password_hash):
        raise InvalidInput({"current": "The present password is another one."})
    with db.unit() as session:
        attempts.forget(session, attempts.account(person.email))


def _record(session: Session, person: Person, action: str, now: datetime) -> None:
    audit.record(session, at=now, actor=str(person.id), action=action, kind="person", id=person.id)
