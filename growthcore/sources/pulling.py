"""Pulling: asked for by a person or the scheduler, done page by page by a worker."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.orm import Session
from structlog import get_logger

from growthcore.api import GrowthCoreError, InvalidInput, Part, RetryableError
from growthcore.core import Core, Queue
from growthcore.db.unit_of_work import after_commit
from growthcore.operators import audit
from growthcore.plugins.providers import SOURCE
from growthcore.sources import runs
from growthcore.sources.importer import StoredImporter
from growthcore.sources.runs import Page

log = get_logger()

EVERY: Final = timedelta(hours=1)
"""How often what is new is asked for, once somebody has pulled for the first time."""
SCHEDULER: Final = "scheduler"


def parts(core: Core, account_id: int) -> Sequence[Part]:
    """What an account pulls. Call it outside any transaction; raises what ``Accounts.source`` does."""
    source = core.accounts.source(account_id)
    with core.plugins.guarded(SOURCE, source.id):
        return list(source.parts)


def ask(
    core: Core,
    session: Session,
    account_id: int,
    wanted: Sequence[str],
    *,
    full: bool,
    actor: str,
) -> None:
    """Have a worker pull parts soon, from where the last pull ended or (``full``) all anew. Audited."""
    now = core.clock.now()
    runs.ask(session, account_id, wanted, full=full, actor=actor, now=now)
    if actor != SCHEDULER:
        action = "source.pulled_anew" if full else "source.pulled"
        _audit(core, session, account_id, action, actor, parts=list(wanted))
    after_commit(
        session,
        f"pull:{account_id}",
        lambda: core.jobs.enqueue(Queue.BACKGROUND, "pull", account_id),
    )


def stop(core: Core, session: Session, account_id: int, *, actor: str) -> None:
    """End what is under way; the next pull goes on where it stood. Audited."""
    runs.stop(session, account_id, now=core.clock.now())
    _audit(core, session, account_id, "source.stopped", actor)


def chosen(known: Sequence[Part], wanted: Sequence[str]) -> list[str]:
    """The parts of these names, or all. Raises :class:`InvalidInput` for one there is not."""
    ids = [part.id for part in known]
    if unknown := [each for each in wanted if each not in ids]:
        raise InvalidInput({"part": f"There is no part {unknown[0]!r}, only: {', '.join(ids)}."})
    return [each for each in ids if not wanted or each in wanted]


def step(core: Core, account_id: int) -> bool:
    """Pull one page; False when nothing is due, or somebody else is at it.

    Several units of work, none open while the source is asked.
    """
    with core.db.unit() as session:
        page = runs.take(session, account_id, core.clock.now())
    if page is None:
        return False
    try:
        _pull(core, account_id, page)
    except RetryableError as error:
        with core.db.unit() as session:
            now = core.clock.now()
            runs.postpone(session, page, str(error), after=error.after, now=now)
    except GrowthCoreError as error:
        log.warning("source.failed", account_id=account_id, part=page.part)
        with core.db.unit() as session:
            runs.fail(session, page, str(error), now=core.clock.now())
    return True


def due(core: Core, now: datetime) -> dict[int, dict[str, bool]]:
    """What the scheduler is to ask for: parts by account, and whether anew. Outside transactions."""
    with core.db.read() as session:
        accounts = [each.id for each in core.accounts.list(session, SOURCE) if each.enabled]
    found = {account_id: _due(core, account_id, now) for account_id in accounts}
    return {account_id: wanted for account_id, wanted in found.items() if wanted}


def _due(core: Core, account_id: int, now: datetime) -> dict[str, bool]:
    with core.db.read() as session:
        newest = runs.newest(session, account_id)
        anew = runs.newest_full(session, account_id)
    if not newest:
        return {}  # A person begins: it fetches people's data.
    try:
        known = parts(core, account_id)
    except GrowthCoreError:
        return {}  # The account's own page tells why.
    wanted = {}
    for part in known:
        last, full_at = newest.get(part.id), anew.get(part.id)
        if last and (last.is_open or last.asked_at > now - EVERY):
            continue
        stale = part.renewed_every and full_at and full_at <= now - part.renewed_every
        wanted[part.id] = bool(stale)
    return wanted


def _pull(core: Core, account_id: int, page: Page) -> None:
    source = core.accounts.source(account_id)
    importer = StoredImporter(core, account_id, source.id, live=False)
    with core.plugins.guarded(SOURCE, source.id):
        pulled = source.pull(page.part, page.cursor, importer)
    with core.db.unit() as session:
        runs.advance(session, page, pulled, importer.rejects, core.clock.now())


def _audit(
    core: Core, session: Session, account_id: int, action: str, actor: str, **details: object
) -> None:
    audit.record(
        session,
        at=core.clock.now(),
        actor=actor,
        action=action,
        kind="account",
        id=account_id,
        details=details,
    )
