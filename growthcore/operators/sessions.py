"""Signing in, and staying signed in.

What judges a password takes the database instead of a session: a hash takes a while, and no
transaction may wait for it.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from growthcore.db.unit_of_work import Database
from growthcore.operators import attempts, audit, passwords
from growthcore.operators.models import Person, SignIn
from growthcore.operators.person_form import normalised

IDLE = timedelta(hours=12)
PERSISTENT = timedelta(days=30)
_NOTED_EVERY = timedelta(minutes=5)


class Reason(Enum):
    """Why somebody was not let in. Of a wrong password it is not told whether the account exists."""

    WRONG = "wrong"
    WAIT = "wait"
    DEACTIVATED = "deactivated"


@dataclass(frozen=True)
class SignedIn:
    """Somebody is let in; ``token`` belongs into their cookie and nowhere else."""

    person: Person
    token: str = field(repr=False)
    persistent: bool


@dataclass(frozen=True)
class NotSignedIn:
    """Somebody is not let in; ``wait`` says for how long attempts are not even looked at."""

    reason: Reason
    wait: timedelta = timedelta()


def sign_in(
    db: Database,
    *,
    email: str,
    password: str,
    address: str,
    browser: str,
    persistent: bool,
    now: datetime,
) -> SignedIn | NotSignedIn:
    """Judge an e-mail address and a password that came from the network ``address``."""
    email = normalised(email)
    keys = {attempts.account(email): attempts.ACCOUNT, attempts.address(address): attempts.ADDRESS}
    with db.unit() as session:
        wait = attempts.count(session, keys, now)
        person = session.scalar(select(Person).where(Person.email == email))
    if wait:
        return NotSignedIn(Reason.WAIT, wait)
    kept = person.password_hash if person else None
    if not passwords.matches(password, kept) or person is None:
        return NotSignedIn(Reason.WRONG)
    renewed = passwords.hashed(password) if passwords.is_outdated(person.password_hash) else None
    with db.unit() as session:
        attempts.forget(session, attempts.account(email))
        attempts.take_back(session, attempts.address(address))
        return _let_in(session, person, renewed, browser=browser, persistent=persistent, now=now)


def begin(
    session: Session, person: Person, *, browser: str, persistent: bool = False, now: datetime
) -> SignedIn:
    """Sign somebody in who is known otherwise: whoever has just set the shop up."""
    token = secrets.token_urlsafe(32)
    session.add(
        SignIn(
            token_hash=hash_of(token),
            person_id=person.id,
            created_at=now,
            last_seen_at=now,
            expires_at=now + _length(persistent),
            persistent=persistent,
            browser=browser[:200],
        )
    )
    kept = session.get_one(Person, person.id)
    kept.last_sign_in_at = now
    audit.record(
        session, at=now, actor=str(kept.id), action="person.signed_in", kind="person", id=kept.id
    )
    return SignedIn(kept, token, persistent)


def recognise(db: Database, token: str, now: datetime) -> Person | None:
    """Who this token signs in, if anybody; being seen puts its end off.

    That is written at most every five minutes: reading a page does not have to wait for a writer.
    """
    with db.read() as session:
        found = session.execute(
            select(Person, SignIn)
            .join(SignIn, SignIn.person_id == Person.id)
            .where(SignIn.token_hash == hash_of(token), SignIn.expires_at > now, Person.active)
        ).first()
    if found is None:
        return None
    person, kept = found
    if now - kept.last_seen_at >= _NOTED_EVERY:
        with db.unit() as session:
            _note(session, kept, now)
    return person


def id_of(session: Session, token: str, now: datetime) -> int | None:
    """The id of the sign-in of this token, while it lasts."""
    return session.scalar(
        select(SignIn.id).where(SignIn.token_hash == hash_of(token), SignIn.expires_at > now)
    )


def sign_out(session: Session, token: str) -> None:
    """End the sign-in of this token; its cookie is worth nothing any more."""
    session.execute(delete(SignIn).where(SignIn.token_hash == hash_of(token)))


def of_person(session: Session, person_id: int, now: datetime) -> Sequence[SignIn]:
    """Where a person is signed in, last seen first."""
    return session.scalars(
        select(SignIn)
        .where(SignIn.person_id == person_id, SignIn.expires_at > now)
        .order_by(SignIn.last_seen_at.desc(), SignIn.id.desc())
    ).all()


def end(session: Session, person_id: int, sign_in_id: int) -> None:
    """End one sign-in of a person's own; nothing happens when it is over already."""
    session.execute(delete(SignIn).where(SignIn.id == sign_in_id, SignIn.person_id == person_id))


def end_all(session: Session, person_id: int, *, keep: str | None = None) -> None:
    """Sign a person out everywhere, but for the sign-in of the token ``keep``."""
    ended = delete(SignIn).where(SignIn.person_id == person_id)
    session.execute(ended.where(SignIn.token_hash != hash_of(keep)) if keep else ended)


def sweep(session: Session, now: datetime) -> None:
    """Drop the sign-ins that have run out."""
    session.execute(delete(SignIn).where(SignIn.expires_at <= now))


def hash_of(token: str) -> str:
    """What is kept of a token. 256 random bits need no slow hash: there is nothing to guess."""
    return hashlib.sha256(token.encode()).hexdigest()


def _let_in(
    session: Session,
    person: Person,
    renewed: str | None,
    *,
    browser: str,
    persistent: bool,
    now: datetime,
) -> SignedIn | NotSignedIn:
    # Read again: while the hash was computed, the account may have changed.
    kept = session.get_one(Person, person.id)
    if not kept.active:
        return NotSignedIn(Reason.DEACTIVATED)
    if kept.password_hash != person.password_hash:
        return NotSignedIn(Reason.WRONG)
    if renewed:
        kept.password_hash = renewed
    return begin(session, kept, browser=browser, persistent=persistent, now=now)


def _note(session: Session, kept: SignIn, now: datetime) -> None:
    session.execute(
        update(SignIn)
        .where(SignIn.id == kept.id)
        .values(last_seen_at=now, expires_at=now + _length(kept.persistent))
    )


def _length(persistent: bool) -> timedelta:
    return PERSISTENT if persistent else IDLE
