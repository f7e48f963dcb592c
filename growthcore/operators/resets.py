"""New passwords for those who forgot theirs: a link by mail, good once and for an hour.

Asking writes a row; the job that sends the mail makes the token, so that it is nowhere but in the mail.
A row whose mail did not go is tried again until it expires.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import Select, delete, select, update
from sqlalchemy.orm import Session
from structlog import get_logger

from growthcore.api.errors import InvalidInput, RetryableError
from growthcore.api.text import Text
from growthcore.db.unit_of_work import Database
from growthcore.operators import attempts, audit, passwords, people, profiles, sessions, workspace
from growthcore.operators.attempts import Allowance
from growthcore.operators.mail import Mailer
from growthcore.operators.models import PasswordReset, Person

VALID = timedelta(hours=1)
PATH = "/admin/password/reset"
"""Where links lead, below the installation's address."""

_AGAIN_AFTER = timedelta(minutes=2)
_KEPT = timedelta(days=1)
_MAILS = Allowance(3)
_SUBJECT = Text("[{shop}] 비밀번호 재설정", "[{shop}] Reset your password")
_BODY = Text(
    "{shop} GrowthCore 관리자의 비밀번호를 재설정하려면 1시간 안에 아래 링크를 여십시오.\n\n"
    "{link}\n\n"
    "링크는 한 번만 사용할 수 있습니다. 재설정을 요청하지 않으셨다면 이 메일을 무시하십시오. "
    "비밀번호는 바뀌지 않습니다.\n",
    "To choose a new password for the GrowthCore admin of {shop}, open this link within an hour.\n\n"
    "{link}\n\n"
    "It works once. If you did not ask for it, ignore this mail: your password stays as it is.\n",
)

log = get_logger()


def request(session: Session, *, email: str, address: str, now: datetime) -> None:
    """Somebody at the network ``address`` forgot the password of ``email``.

    Says nothing about whether there is such a person; there may also have been too many requests.
    """
    email = people.normalised(email)
    keys = {f"reset {email}": _MAILS, f"reset {attempts.address(address)}": attempts.ADDRESS}
    wait = attempts.count(session, keys, now)
    person = people.with_email(session, email)
    if wait is None and person is not None and person.active:
        session.add(_new(person, now))


def link(session: Session, email: str, *, base_url: str, now: datetime, actor: str) -> str:
    """A link to hand over in person, where there is no mail. Raises :class:`InvalidInput`."""
    person = people.with_email(session, email)
    if person is None or not person.active:
        raise InvalidInput({"email": "There is no active person with this e-mail address."})
    token = _token()
    reset = _new(person, now)
    reset.token_hash, reset.sent_at = sessions.hash_of(token), now
    session.add(reset)
    _record(session, person, "person.reset_link_made", now, actor)
    return _url(base_url, token)


def due(session: Session, now: datetime) -> bool:
    """Whether there are mails to be sent."""
    return session.scalar(_due(now).limit(1)) is not None


def send_next(db: Database, mailer: Mailer, *, base_url: str, now: datetime) -> bool:
    """Send one mail that is due; False when there was none.

    A mail that can't be sent is noted in the log and comes again two minutes later.
    """
    with db.unit() as session:
        letter = _claim(session, base_url, now)
    if letter is None:
        return False
    try:
        mailer.send(letter.to, letter.subject, letter.text, now=now)
    except RetryableError as error:
        log.warning("reset.not_sent", reset=letter.reset_id, problem=str(error))
        return True
    with db.unit() as session:
        session.execute(
            update(PasswordReset).where(PasswordReset.id == letter.reset_id).values(sent_at=now)
        )
    return True


def whose(session: Session, token: str, now: datetime) -> Person | None:
    """Whose password a link is for; None when it does not work (any more)."""
    return session.scalar(
        select(Person)
        .join(PasswordReset, PasswordReset.person_id == Person.id)
        .where(
            PasswordReset.token_hash == sessions.hash_of(token),
            PasswordReset.used_at.is_(None),
            PasswordReset.expires_at > now,
            Person.active,
        )
    )


def redeem(db: Database, token: str, password: str, *, now: datetime) -> bool:
    """Set the password a link was asked for, and sign its person out everywhere.

    False when the link was used already or is too old. Raises :class:`InvalidInput` at ``password``.
    Takes the database and not a session: no transaction may wait for a hash.
    """
    with db.read() as session:
        person = whose(session, token, now)
    if person is None:
        return False
    password_hash = passwords.accepted(password, email=person.email)
    with db.unit() as session:
        if not _use(session, token, now):
            return False
        kept = profiles.keep_password(session, person.id, password_hash)
        _record(session, kept, "person.password_reset", now, str(kept.id))
    return True


def sweep(session: Session, now: datetime) -> None:
    """Drop requests that are long over."""
    session.execute(delete(PasswordReset).where(PasswordReset.expires_at < now - _KEPT))


@dataclass(frozen=True)
class _Letter:
    reset_id: int
    to: str = field(repr=False)
    subject: str
    text: str = field(repr=False)


def _new(person: Person, now: datetime) -> PasswordReset:
    return PasswordReset(person_id=person.id, requested_at=now, expires_at=now + VALID, try_at=now)


def _claim(session: Session, base_url: str, now: datetime) -> _Letter | None:
    """The next mail, with a new token; nobody else sends it before it is to be tried again."""
    oldest = _due(now).order_by(PasswordReset.id).limit(1).with_for_update(skip_locked=True)
    reset = session.scalar(oldest)
    if reset is None:
        return None
    token = _token()
    reset.token_hash, reset.try_at = sessions.hash_of(token), now + _AGAIN_AFTER
    person = session.get_one(Person, reset.person_id)
    words = {"shop": workspace.get(session).name, "link": _url(base_url, token)}
    subject = " ".join(_SUBJECT.to(person.locale).format(**words).split())
    return _Letter(reset.id, person.email, subject, _BODY.to(person.locale).format(**words))


def _due(now: datetime) -> Select[PasswordReset]:
    return select(PasswordReset).where(
        PasswordReset.sent_at.is_(None), PasswordReset.try_at <= now, PasswordReset.expires_at > now
    )


def _use(session: Session, token: str, now: datetime) -> bool:
    """Use a link, and up every other one of its person; False when somebody was faster."""
    used = session.scalar(
        update(PasswordReset)
        .where(
            PasswordReset.token_hash == sessions.hash_of(token),
            PasswordReset.used_at.is_(None),
            PasswordReset.expires_at > now,
        )
        .values(used_at=now)
        .returning(PasswordReset.person_id)
    )
    if used is None:
        return False
    others = (PasswordReset.person_id == used, PasswordReset.used_at.is_(None))
    session.execute(update(PasswordReset).where(*others).values(used_at=now, expires_at=now))
    return True


def _token() -> str:
    return secrets.token_urlsafe(32)


def _url(base_url: str, token: str) -> str:
    return f"{base_url}{PATH}/{token}"


def _record(session: Session, person: Person, action: str, now: datetime, actor: str) -> None:
    audit.record(session, at=now, actor=actor, action=action, kind="person", id=person.id)
