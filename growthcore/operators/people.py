"""The people of the admin: who there is, and who may change whom."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from growthcore.api.errors import InvalidInput
from growthcore.db.paging import Page, paged
from growthcore.db.upsert import insert
from growthcore.operators import attempts, audit, sessions
from growthcore.operators.models import Person
from growthcore.operators.person_form import NewPerson, is_address, normalised, read
from growthcore.operators.roles import Role

__all__ = ["NewPerson", "Person", "is_address", "normalised"]

SORTS = ("last_sign_in_at", "name", "email")
_COMMAND_LINE = "cli"


def anybody(session: Session) -> bool:
    """Whether there is somebody; until then the admin can only be set up."""
    return session.scalar(select(Person.id).limit(1)) is not None


def get(session: Session, person_id: int) -> Person | None:
    """One person, also a deactivated one."""
    return session.get(Person, person_id)


def with_email(session: Session, email: str) -> Person | None:
    """The person of this e-mail address, in whatever case it is written."""
    return session.scalar(select(Person).where(Person.email == normalised(email)))


def is_taken(session: Session, email: str) -> bool:
    """Whether somebody has this e-mail address, active or not."""
    return with_email(session, email) is not None


def find(
    session: Session,
    text: str = "",
    *,
    sort: str = "name",
    descending: bool = False,
    offset: int = 0,
    limit: int = 50,
) -> Page[Person]:
    """People whose name or address has ``text`` in it, by one of :data:`SORTS`."""
    column = getattr(Person, sort if sort in SORTS else SORTS[0])
    # Whoever never signed in comes last, on either database, or first when turned around.
    order = column.desc().nulls_last() if descending else column.asc().nulls_first()
    statement = select(Person).order_by(order, Person.id)
    if text:
        statement = statement.where(
            or_(
                Person.name.icontains(text, autoescape=True),
                Person.email.icontains(text, autoescape=True),
            )
        )
    return paged(session, statement, offset=offset, limit=limit)


def create(session: Session, new: NewPerson, *, now: datetime, by: Person | None) -> Person:
    """Add a person, who has to choose a password of their own when they first sign in.

    ``by`` is who adds them, None the command line. Raises :class:`InvalidInput`.
    """
    _require_may_grant(new.role, by)
    return add(session, new, must_change=True, now=now, actor=_actor(by))


def add(
    session: Session, new: NewPerson, *, must_change: bool, now: datetime, actor: str
) -> Person:
    """Add a person, whoever asks; raises :class:`InvalidInput` when the address is taken."""
    statement = (
        insert(session, Person)
        .values(
            name=new.name,
            email=new.email,
            role=new.role,
            locale=new.locale,
            theme="auto",
            password_hash=new.password_hash,
            active=True,
            must_change_password=must_change,
            created_at=now,
        )
        .on_conflict_do_nothing()
        .returning(Person)
    )
    person: Person | None = session.scalar(statement)
    if person is None:
        raise InvalidInput({"email": "This e-mail address is registered already."})
    details = {"role": new.role.value}
    _record(session, person, "person.created", now=now, actor=actor, details=details)
    return person


def change(
    session: Session, person_id: int, values: Mapping[str, Any], *, now: datetime, by: Person | None
) -> Person:
    """Change a person's ``name``, ``role`` or ``active``; what is not given stays.

    Another role, or none any more, ends the person's sign-ins. Raises :class:`InvalidInput`.
    """
    person = _managed(session, person_id, by)
    asked = read(values, [each for each in ("name", "role", "active") if each in values])
    changes = {key: value for key, value in asked.items() if getattr(person, key) != value}
    if "role" in changes:
        _require_may_grant(changes["role"], by)
        _require_not_raised(person, changes["role"], by)
    if {"role", "active"} & set(changes):
        _require_owner_left(session, person, changes)
        sessions.end_all(session, person.id)
    for key, value in changes.items():
        setattr(person, key, value)
    if changes:
        _record(
            session, person, "person.changed", now=now, actor=_actor(by), details=_told(changes)
        )
    return person


def deactivate(session: Session, person_id: int, *, now: datetime, by: Person | None) -> Person:
    """Let a person in no more; what they did stays theirs, and they can be let in again."""
    return change(session, person_id, {"active": False}, now=now, by=by)


def set_password(
    session: Session, person_id: int, password_hash: str, *, now: datetime, by: Person | None
) -> Person:
    """Give somebody a password for once: they have to change it, and are signed out everywhere.

    Raises :class:`InvalidInput`, also for one's own: whoever finds a browser signed in must not take
    the account over without knowing its password.
    """
    person = _managed(session, person_id, by)
    if by is not None and by.id == person_id:
        raise InvalidInput({"": "Change your own password on the page of your own account."})
    person.password_hash = password_hash
    person.must_change_password = True
    sessions.end_all(session, person.id)
    attempts.forget(session, attempts.account(person.email))
    _record(session, person, "person.password_set", now=now, actor=_actor(by))
    return person


def _managed(session: Session, person_id: int, by: Person | None) -> Person:
    """The person, if ``by`` may change them."""
    person = session.get(Person, person_id)
    if person is None:
        raise InvalidInput({"person": "There is nobody of this id."})
    if by is not None and not (by.role.covers(Role.MANAGER) and by.role.covers(person.role)):
        raise InvalidInput({"": "Only an owner can change an owner."})
    return person


def _require_may_grant(role: Role, by: Person | None) -> None:
    if by is not None and not (by.role.covers(Role.MANAGER) and by.role.covers(role)):
        raise InvalidInput({"role": "Only an owner can make somebody an owner."})


def _require_not_raised(person: Person, role: Role, by: Person | None) -> None:
    if by is not None and by.id == person.id and not person.role.covers(role):
        raise InvalidInput({"role": "Nobody can raise their own role; ask an owner."})


def _require_owner_left(session: Session, person: Person, changes: Mapping[str, Any]) -> None:
    stays = changes.get("role", person.role) is Role.OWNER and changes.get("active", person.active)
    if stays or person.role is not Role.OWNER or not person.active:
        return
    # Locked, so that two owners who demote each other don't both find the other one there.
    owners = session.scalars(
        select(Person.id)
        .where(Person.role == Role.OWNER, Person.active)
        .order_by(Person.id)
        .with_for_update()
    ).all()
    if set(owners) <= {person.id}:
        place = "role" if "role" in changes else "active"
        raise InvalidInput(
            {place: "This is the last active owner. Make somebody else owner first."}
        )


def _told(changes: Mapping[str, Any]) -> dict[str, Any]:
    """The changes for the audit log, which holds no names."""
    return {
        key: value.value if isinstance(value, Role) else value
        for key, value in changes.items()
        if key != "name"
    }


def _actor(by: Person | None) -> str:
    return str(by.id) if by else _COMMAND_LINE


def _record(
    session: Session,
    person: Person,
    action: str,
    *,
    now: datetime,
    actor: str,
    details: Mapping[str, Any] | None = None,
) -> None:
    audit.record(
        session, at=now, actor=actor, action=action, kind="person", id=person.id, details=details
    )
