"""Webhooks as rows: kept as they came, handed out once, tried again, forgotten."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete, func, or_, select
from sqlalchemy.orm import Session

from growthcore.api import Webhook
from growthcore.db.upsert import insert
from growthcore.plugins.models import Account
from growthcore.sources import runs
from growthcore.sources.models import SourceDelivery

BATCH: Final = 100
MOST_ATTEMPTS: Final = 12
BUCKET: Final = timedelta(minutes=10)
"""What comes again within it is a repeat; the providers don't number what they post."""
LEASE: Final = timedelta(minutes=5)
KEPT: Final = timedelta(days=7)
"""How long what was done is kept, to look at: it holds people's data."""


def keep(
    session: Session, account_id: int, body: bytes, query: Mapping[str, str], now: datetime
) -> bool:
    """Keep what was posted; False for a repeat."""
    told = "&".join(f"{name}={query[name]}" for name in sorted(query)).encode()
    digest = hashlib.blake2b(body + b"\0" + told, digest_size=12).hexdigest()
    bucket = int(now.timestamp() // BUCKET.total_seconds())
    before = select(SourceDelivery.id).where(
        SourceDelivery.account_id == account_id, SourceDelivery.key == f"{digest}-{bucket - 1}"
    )
    if session.scalar(before) is not None:
        return False
    row = {
        "account_id": account_id,
        "key": f"{digest}-{bucket}",
        "body": zlib.compress(body),
        "query": dict(query),
        "received_at": now,
        "due_at": now,
        "attempts": 0,
    }
    added = insert(session, SourceDelivery).values(**row).on_conflict_do_nothing()
    return session.execute(added.returning(SourceDelivery.id)).first() is not None


def claim(session: Session, account_id: int, now: datetime) -> Sequence[SourceDelivery]:
    """The oldest that are due, for one worker; none while another has some of the account's."""
    account = session.get(Account, account_id, with_for_update=True)
    if account is None or not account.enabled or account.removed_at:
        return []
    open_ = (SourceDelivery.account_id == account_id, SourceDelivery.done_at.is_(None))
    taken = select(SourceDelivery.id).where(*open_, SourceDelivery.leased_until > now).limit(1)
    if session.scalar(taken) is not None:
        return []
    due = select(SourceDelivery).where(*open_, SourceDelivery.due_at <= now)
    rows = session.scalars(due.order_by(SourceDelivery.id).limit(BATCH)).all()
    for row in rows:
        row.leased_until = now + LEASE
    return rows


def settle(
    session: Session,
    ids: Sequence[int],
    error: str | None,
    now: datetime,
    *,
    after: float | None = None,
) -> None:
    """Note that deliveries are done, or (``error``) are to be tried again, until given up."""
    rows = select(SourceDelivery).where(SourceDelivery.id.in_(ids)).with_for_update()
    for row in session.scalars(rows):
        row.leased_until, row.error = None, error
        row.attempts += 1
        if error is None or row.attempts >= MOST_ATTEMPTS:
            row.done_at = now
        else:
            row.due_at = now + runs.wait(row.attempts, after)


def webhook(row: SourceDelivery) -> Webhook:
    """As the source is handed it."""
    return Webhook(
        key=row.key,
        body=zlib.decompress(row.body),
        received_at=row.received_at,
        query=row.query,
    )


def waiting(session: Session, now: datetime) -> Sequence[int]:
    """The accounts with deliveries that are due and that nobody is at."""
    free = or_(SourceDelivery.leased_until.is_(None), SourceDelivery.leased_until <= now)
    found = (
        select(SourceDelivery.account_id)
        .join(Account, Account.id == SourceDelivery.account_id)
        .where(SourceDelivery.done_at.is_(None), SourceDelivery.due_at <= now, free)
        .where(Account.enabled, Account.removed_at.is_(None))
    )
    return session.scalars(found.distinct().order_by(SourceDelivery.account_id)).all()


def standing(session: Session, account_id: int) -> tuple[datetime | None, int, Sequence[str]]:
    """When the newest came, how many wait, and the errors there are, each once."""
    own = SourceDelivery.account_id == account_id
    newest, pending = session.execute(
        select(
            func.max(SourceDelivery.received_at),
            func.count().filter(SourceDelivery.done_at.is_(None)),
        ).where(own)
    ).one()
    errors = select(SourceDelivery.error).where(own, SourceDelivery.error.is_not(None)).distinct()
    return newest, pending, [str(each) for each in session.scalars(errors.limit(5))]


def sweep(session: Session, now: datetime) -> None:
    """Forget what was done, or given up, a while ago."""
    session.execute(delete(SourceDelivery).where(SourceDelivery.done_at < now - KEPT))
