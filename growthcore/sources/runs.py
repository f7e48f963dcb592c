"""Pulls as rows: asked for, taken by one worker at a time, moved on page by page, ended."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from secrets import token_hex
from typing import Any, Final

from sqlalchemy import and_, delete, func, or_, select
from sqlalchemy.orm import Session

from growthcore.api import Pulled
from growthcore.plugins.models import Account
from growthcore.plugins.providers import SOURCE
from growthcore.sources.importer import Reject
from growthcore.sources.models import OPEN, RunState, SourceRun

LEASE: Final = timedelta(minutes=5)
"""Longer than a page may take: whoever is still at it then has died."""
MOST_ATTEMPTS: Final = 10
MOST_REJECTS: Final = 50
"""Rejected rows that are kept to be shown; all are counted."""
KEPT: Final = timedelta(days=30)
_SHORTEST, _LONGEST = 5.0, 900.0


@dataclass(frozen=True, kw_only=True)
class Page:
    """A page that one worker is to pull: of which part, from where, and that it is theirs."""

    run_id: int
    part: str
    cursor: Mapping[str, Any] | None
    token: str


def ask(
    session: Session,
    account_id: int,
    parts: Collection[str],
    *,
    full: bool,
    actor: str,
    now: datetime,
) -> None:
    """Have parts pulled soon; what is under way already is left to do it.

    ``full`` begins anew, also what so far only waits.
    """
    session.get_one(Account, account_id, with_for_update=True)
    known = {row.part: row for row in _open(session, account_id)}
    for part in parts:
        row = known.get(part)
        if row is None or (full and not row.full and row.started_at):
            if row is not None:
                _end(row, RunState.STOPPED, now)
            row = SourceRun(account_id=account_id, part=part, actor=actor, asked_at=now, due_at=now)
            session.add(row)
        row.full, row.due_at = row.full or full, now


def stop(session: Session, account_id: int, *, now: datetime) -> int:
    """End what is under way; a page being pulled is still kept. Returns how many runs it ended."""
    session.get_one(Account, account_id, with_for_update=True)
    rows = _open(session, account_id)
    for row in rows:
        _end(row, RunState.STOPPED, now)
    return len(rows)


def take(session: Session, account_id: int, now: datetime) -> Page | None:
    """Become who pulls the next page of an account; None while somebody else is, or nothing is due."""
    account = session.get(Account, account_id, with_for_update=True)
    if account is None or not account.enabled or account.removed_at:
        return None
    rows = _open(session, account_id)
    if any(row.leased_until and row.leased_until > now for row in rows):
        return None
    row = next((row for row in rows if row.due_at <= now), None)
    if row is None:
        return None
    if row.started_at is None:
        row.started_at = now
        row.cursor = None if row.full else _last_cursor(session, row)
        row.full = row.cursor is None
    row.state, row.token, row.leased_until = RunState.RUNNING, token_hex(16), now + LEASE
    return Page(run_id=row.id, part=row.part, cursor=row.cursor, token=row.token)


def advance(
    session: Session, page: Page, pulled: Pulled, rejects: Sequence[Reject], now: datetime
) -> bool:
    """Keep how far a page got; False when the run is no longer this worker's."""
    row = _own(session, page)
    if row is None:
        return False
    row.cursor = dict(pulled.cursor)
    row.counted += pulled.count
    row.total = row.total if pulled.total is None else pulled.total
    row.rejected += len(rejects)
    shown = [each.shown for each in rejects[: max(0, MOST_REJECTS - len(row.rejects))]]
    row.rejects = [*row.rejects, *shown]
    row.attempts, row.error, row.due_at = 0, None, now
    _release(row, RunState.WAITING)
    if pulled.done:
        _end(row, RunState.DONE, now)
    return True


def postpone(
    session: Session, page: Page, error: str, *, after: float | None, now: datetime
) -> None:
    """Try the page again later, or give up after :data:`MOST_ATTEMPTS`."""
    row = _own(session, page)
    if row is None:
        return
    row.attempts += 1
    if row.attempts >= MOST_ATTEMPTS:
        fail(session, page, error, now=now)
        return
    row.error, row.due_at = error, now + wait(row.attempts, after)
    _release(row, RunState.WAITING)


def fail(session: Session, page: Page, error: str, *, now: datetime) -> None:
    """End a run that can't go on until somebody does something."""
    row = _own(session, page)
    if row is not None:
        row.error = error
        _end(row, RunState.FAILED, now)


def wait(attempts: int, after: float | None = None) -> timedelta:
    """How long to wait before the next attempt, unless the other side said."""
    usual = min(_LONGEST, _SHORTEST * 2 ** (attempts - 1))
    return timedelta(seconds=usual if after is None else min(max(after, 1.0), 3_600.0))


def newest(session: Session, account_id: int) -> dict[str, SourceRun]:
    """The newest run of each part of an account."""
    last = (
        select(func.max(SourceRun.id))
        .where(SourceRun.account_id == account_id)
        .group_by(SourceRun.part)
    )
    found = session.scalars(select(SourceRun).where(SourceRun.id.in_(last)))
    return {row.part: row for row in found}


def newest_full(session: Session, account_id: int) -> dict[str, datetime]:
    """When each part was last asked for from its beginning."""
    asked = (
        select(SourceRun.part, func.max(SourceRun.asked_at))
        .where(SourceRun.account_id == account_id, SourceRun.full)
        .group_by(SourceRun.part)
    )
    return {part: at for part, at in session.execute(asked)}  # noqa: C416


def history(session: Session, account_id: int, limit: int = 20) -> Sequence[SourceRun]:
    """The last runs of an account, the newest first."""
    rows = select(SourceRun).where(SourceRun.account_id == account_id)
    return session.scalars(rows.order_by(SourceRun.id.desc()).limit(limit)).all()


def waiting(session: Session, now: datetime) -> Sequence[int]:
    """The accounts of which something is due and nobody is at it."""
    free = or_(SourceRun.leased_until.is_(None), SourceRun.leased_until <= now)
    found = (
        select(SourceRun.account_id)
        .join(Account, Account.id == SourceRun.account_id)
        .where(SourceRun.state.in_(OPEN), SourceRun.due_at <= now, free)
        .where(Account.kind == SOURCE, Account.enabled, Account.removed_at.is_(None))
    )
    return session.scalars(found.distinct().order_by(SourceRun.account_id)).all()


def sweep(session: Session, now: datetime) -> None:
    """Forget old runs, but for those whose cursor or time is still asked for."""
    kept = select(func.max(SourceRun.id)).group_by(SourceRun.account_id, SourceRun.part)
    fulls = kept.where(SourceRun.full)
    placed = kept.where(SourceRun.cursor.is_not(None))
    session.execute(
        delete(SourceRun).where(
            SourceRun.ended_at < now - KEPT,
            and_(*(SourceRun.id.not_in(each) for each in (kept, fulls, placed))),
        )
    )


def _open(session: Session, account_id: int) -> Sequence[SourceRun]:
    rows = select(SourceRun).where(SourceRun.account_id == account_id, SourceRun.state.in_(OPEN))
    return session.scalars(rows.order_by(SourceRun.id)).all()


def _own(session: Session, page: Page) -> SourceRun | None:
    """The run, locked, if it still is this worker's."""
    own = (SourceRun.id == page.run_id, SourceRun.token == page.token)
    return session.scalar(select(SourceRun).where(*own).with_for_update())


def _release(row: SourceRun, state: RunState) -> None:
    row.state, row.token, row.leased_until = state, None, None


def _end(row: SourceRun, state: RunState, now: datetime) -> None:
    row.ended_at = now
    _release(row, state)


def _last_cursor(session: Session, row: SourceRun) -> dict[str, Any] | None:
    """Where the part's newest run before this one stands."""
    return session.scalar(
        select(SourceRun.cursor)
        .where(
            SourceRun.account_id == row.account_id,
            SourceRun.part == row.part,
            SourceRun.id < row.id,
            SourceRun.cursor.is_not(None),
        )
        .order_by(SourceRun.id.desc())
        .limit(1)
    )
