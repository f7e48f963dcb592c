"""How often passwords may be guessed: the more failures, the longer the wait.

An attempt counts before it is judged, so that a hundred at once are a hundred attempts; success takes
it back. Accounts that do not exist count like those that do.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address, ip_network

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from growthcore.db.upsert import insert
from growthcore.operators.models import Attempts

FORGOTTEN_AFTER = timedelta(hours=24)
_FIRST_WAIT = timedelta(seconds=30)
_LONGEST_WAIT = timedelta(minutes=15)


@dataclass(frozen=True)
class Allowance:
    """How many attempts are ``free`` before each further one doubles the wait."""

    free: int

    def wait(self, count: int) -> timedelta:
        """The wait after so many attempts: 30 seconds, then twice as long each time, to 15 minutes."""
        if count < self.free:
            return timedelta()
        doubled: int = 2 ** min(count - self.free, 10)
        return min(_FIRST_WAIT * doubled, _LONGEST_WAIT)


ACCOUNT = Allowance(5)
"""Guesses at one account, wherever they come from."""
ADDRESS = Allowance(30)
"""Guesses from one address, which a whole office may share."""


def account(email: str) -> str:
    """The key of an account, given by its normalised e-mail address."""
    return f"account {email}"


def address(remote: str) -> str:
    """The key of a network address. Of an IPv6 one, the block that a customer is given."""
    try:
        parsed = ip_address(remote)
    except ValueError:
        return f"address {remote}"
    if isinstance(parsed, IPv6Address) and parsed.ipv4_mapped is None:
        return f"address {ip_network((parsed, 64), strict=False)}"
    return f"address {parsed}"


def count(session: Session, keys: Mapping[str, Allowance], now: datetime) -> timedelta | None:
    """Count an attempt under every key, unless one of them has to wait: then how long."""
    rows = {key: _row(session, key, now) for key in sorted(keys)}
    waits = [row.locked_until - now for row in rows.values() if row.locked_until]
    if wait := max((each for each in waits if each > timedelta()), default=None):
        return wait
    for key, row in rows.items():
        fresh = now - row.last_at < FORGOTTEN_AFTER
        row.count = row.count + 1 if fresh else 1
        row.last_at = now
        delay = keys[key].wait(row.count)
        row.locked_until = now + delay if delay else None
    return None


def take_back(session: Session, key: str) -> None:
    """An attempt under this key turned out to be a person's own."""
    session.execute(
        update(Attempts)
        .where(Attempts.key_hash == _hash(key), Attempts.count > 0)
        .values(count=Attempts.count - 1, locked_until=None)
    )


def forget(session: Session, key: str) -> None:
    """Begin anew under this key: its person proved who they are."""
    session.execute(delete(Attempts).where(Attempts.key_hash == _hash(key)))


def sweep(session: Session, now: datetime) -> None:
    """Drop what has been forgotten."""
    session.execute(delete(Attempts).where(Attempts.last_at < now - FORGOTTEN_AFTER))


def minutes(wait: timedelta) -> int:
    """A wait in whole minutes, at least one."""
    return max(1, -(-int(wait.total_seconds()) // 60))


def _row(session: Session, key: str, now: datetime) -> Attempts:
    """The row of a key, locked; in the order of keys, so that two never wait for each other."""
    blank = insert(session, Attempts).values(key_hash=_hash(key), count=0, last_at=now)
    session.execute(blank.on_conflict_do_nothing())
    return session.scalars(
        select(Attempts)
        .where(Attempts.key_hash == _hash(key))
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()


def _hash(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()
