"""Looking for what came back where an account's bounces and complaints arrive."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select

from growthcore.api import Channel, GrowthCoreError, Returned
from growthcore.core import Core
from growthcore.db.upsert import insert
from growthcore.messaging import returns, tracking
from growthcore.messaging.models import Collection
from growthcore.plugins.accounts import CHANNEL

EVERY = timedelta(minutes=3)
LONGEST = timedelta(hours=3)
"""The longest wait after failures; each doubles it."""
HUNG = timedelta(minutes=10)
"""Longer than any job may run: whoever began has died."""


def of_account(core: Core, account_id: int) -> Collection | None:
    """How looking went for an account; None where nobody looks, or has looked yet."""
    if not _collects(core, account_id):
        return None
    with core.db.read() as session:
        row = session.get(Collection, account_id)
    return row if row and (row.read_at or row.problem) else None


def wait_after(failures: int) -> timedelta:
    """How long to wait after so many failures in a row."""
    return min(EVERY * (1 << min(failures, 10)), LONGEST)


def due(core: Core, now: datetime) -> list[int]:
    """The accounts to look for; one that was changed since it failed is at once."""
    with core.db.read() as session:
        accounts = [each for each in core.accounts.list(session, CHANNEL) if each.enabled]
        known = {row.account_id: row for row in session.scalars(select(Collection))}
    return [
        account.id
        for account in accounts
        if _is_due(known.get(account.id), account.changed_at, now) and _collects(core, account.id)
    ]


def _is_due(row: Collection | None, changed_at: datetime, now: datetime) -> bool:
    if row is None:
        return True
    if row.leased_until is not None and row.leased_until > now:
        return False
    tried_at = row.due_at - wait_after(row.failures)
    return row.due_at <= now or (row.failures > 0 and changed_at > tried_at)


def _collects(core: Core, account_id: int) -> bool:
    try:
        channel = core.accounts.channel(account_id)
        with core.plugins.guarded(CHANNEL, channel.id):
            return channel.collects()
    except GrowthCoreError:
        return False  # Whoever sends by it is told.


def step(core: Core, account_id: int) -> bool:
    """Look once, unless somebody else does; whether there is more to read at once.

    Several units of work, one for each thing that came back; none is open while the channel reads.
    """
    if not _take(core, account_id):
        return False
    kept: list[int] = []
    more, problem = False, None
    try:
        channel = core.accounts.channel(account_id)
        with core.plugins.guarded(CHANNEL, channel.id):
            more = channel.collect(lambda returned: _keep(core, channel, returned, kept))
    except GrowthCoreError as error:
        problem = str(error)
    _end(core, account_id, len(kept), problem)
    return more and problem is None


def _keep(core: Core, channel: Channel, returned: Returned, kept: list[int]) -> bool:
    message_id = tracking.signer(core).read_return(returned.token)
    if message_id is None:
        return True  # Somebody made it up, or another shop's.
    with core.db.unit() as session:
        new = returns.keep(
            session,
            message_id,
            returned,
            kind=channel.address,
            limit=channel.soft_bounces(),
            now=core.clock.now(),
        )
    if new:
        kept.append(message_id)
    return new is not None


def _take(core: Core, account_id: int) -> bool:
    now = core.clock.now()
    fresh = {"account_id": account_id, "due_at": now, "failures": 0, "kept": 0}
    with core.db.unit() as session:
        session.execute(insert(session, Collection).values(**fresh).on_conflict_do_nothing())
        row = session.get_one(Collection, account_id, with_for_update=True, populate_existing=True)
        if row.leased_until is not None and row.leased_until > now:
            return False
        row.leased_until = now + HUNG
    return True


def _end(core: Core, account_id: int, kept: int, problem: str | None) -> None:
    now = core.clock.now()
    with core.db.unit() as session:
        row = session.get_one(Collection, account_id, with_for_update=True)
        row.leased_until, row.problem = None, problem
        row.failures = row.failures + 1 if problem else 0
        row.due_at = now + wait_after(row.failures)
        row.read_at = row.read_at if problem else now
        row.kept += kept
