"""Fetching the senders and templates that a provider keeps the list of: at night, or when asked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from growthcore.api import Channel, GrowthCoreError
from growthcore.core import Core, Queue
from growthcore.db.unit_of_work import after_commit
from growthcore.db.upsert import insert
from growthcore.operators import audit, workspace
from growthcore.plugins import directory
from growthcore.plugins.accounts import CHANNEL
from growthcore.plugins.directory import Changes
from growthcore.plugins.models import Account, Sync

HUNG = timedelta(minutes=10)
"""Longer than any job may run: whoever began has died."""
_NIGHT = time(4)
_AGAIN = timedelta(hours=1)


def syncs(channel: type[Channel] | Channel | None) -> bool:
    """Whether a channel's provider keeps a list of senders or templates."""
    can = channel.capabilities if channel else None
    return can is not None and (can.syncs_senders or can.syncs_templates)


def of_account(session: Session, account_id: int) -> Sync | None:
    """The newest sync of an account, if there was any."""
    return session.get(Sync, account_id)


def is_open(sync: Sync | None, now: datetime) -> bool:
    """Whether a sync waits or runs."""
    return sync is not None and not sync.ended_at and not _is_hung(sync, now)


def ask(core: Core, session: Session, account_id: int, *, actor: str) -> None:
    """Have a worker sync an account soon. One that waits or runs already is left to do it."""
    now = core.clock.now()
    fresh = {"account_id": account_id, "actor": actor, "asked_at": now}
    counts = {"added": 0, "changed": 0, "removed": 0}
    session.execute(insert(session, Sync).values(**fresh, **counts).on_conflict_do_nothing())
    row = session.get_one(Sync, account_id, with_for_update=True, populate_existing=True)
    if not is_open(row, now):
        row.actor, row.asked_at = actor, now
        row.started_at = row.ended_at = row.problem = None
    after_commit(
        session,
        f"sync:{account_id}",
        lambda: core.jobs.enqueue(Queue.BACKGROUND, "sync", account_id),
    )


def run(core: Core, account_id: int) -> None:
    """Do what was asked for, unless somebody else does, and note what came of it.

    Several units of work, none open while the provider is asked.
    """
    with core.db.unit() as session:
        row = session.get(Sync, account_id, with_for_update=True)
        now = core.clock.now()
        if row is None or row.ended_at or (row.started_at and not _is_hung(row, now)):
            return
        row.started_at, actor = now, row.actor
    problem: str | None = None
    found: tuple[Changes, ...] = ()
    try:
        found = sync(core, account_id, actor=actor)
    except GrowthCoreError as error:
        problem = str(error)
    with core.db.unit() as session:
        row = session.get_one(Sync, account_id, with_for_update=True)
        row.ended_at, row.problem = core.clock.now(), problem
        row.added = sum(each.added for each in found)
        row.changed = sum(each.changed for each in found)
        row.removed = sum(each.removed for each in found)


def sync(core: Core, account_id: int, *, actor: str) -> tuple[Changes, ...]:
    """Ask the account's provider for its senders and templates, and keep them. Audited.

    Returns what changed of the senders and of the templates. Nothing is changed unless both were
    fetched whole. Several units of work, none open while the provider is asked. Raises
    :class:`ConfigError`, :class:`RetryableError` and :class:`PluginFailure`.
    """
    channel = core.accounts.channel(account_id)
    can = channel.capabilities
    with core.plugins.guarded(CHANNEL, channel.id):
        senders = channel.sync_senders() if can.syncs_senders else ()
        templates = channel.sync_templates() if can.syncs_templates else ()
    now = core.clock.now()
    with core.db.unit() as session:
        account = core.accounts.get(session, account_id, lock=True)
        changes = (
            directory.replace_senders(session, account_id, senders),
            directory.replace_templates(session, account_id, templates),
        )
        account.synced_at = now
        audit.record(
            session,
            at=now,
            actor=actor,
            action="account.synced",
            kind="account",
            id=account_id,
            details={"senders": len(senders), "templates": len(templates)},
        )
    return changes


def due(core: Core, session: Session) -> list[int]:
    """The accounts to ask for: not synced since the last night, or failed an hour ago."""
    now = core.clock.now()
    night = _last_night(now, ZoneInfo(workspace.get(session).zone))
    known = {row.account_id: row for row in session.scalars(select(Sync))}
    channels = core.plugins.channels
    return [
        account.id
        for account in core.accounts.list(session, CHANNEL)
        if account.enabled and syncs(channels.get(account.provider))
        if _is_due(known.get(account.id), night, now)
    ]


def waiting(session: Session, now: datetime) -> Sequence[int]:
    """The accounts that were asked for and that nobody works on."""
    idle = or_(Sync.started_at.is_(None), Sync.started_at <= now - HUNG)
    found = (
        select(Sync.account_id)
        .join(Account, Account.id == Sync.account_id)
        .where(Sync.ended_at.is_(None), idle, Account.enabled)
    )
    return session.scalars(found.order_by(Sync.asked_at)).all()


def _is_due(row: Sync | None, night: datetime, now: datetime) -> bool:
    if row is None:
        return True
    if row.ended_at is None:
        return False
    return row.asked_at < night or (row.problem is not None and row.ended_at <= now - _AGAIN)


def _is_hung(row: Sync, now: datetime) -> bool:
    return row.started_at is not None and row.started_at <= now - HUNG


def _last_night(now: datetime, zone: ZoneInfo) -> datetime:
    """The last time it was four in the morning at the shop."""
    local = now.astimezone(zone)
    night = datetime.combine(local.date(), _NIGHT, zone)
    return night if night <= local else night - timedelta(days=1)
