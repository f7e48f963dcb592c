"""The scheduler: recurring tasks whose times are rows of the database.

Every task finds its work by a query, so that two schedulers, or none for an hour, do no harm.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session
from structlog import get_logger

from growthcore.analytics import attribution, crediting
from growthcore.campaigns import attachments, progress, timed
from growthcore.core import Core, Queue
from growthcore.db.upsert import insert
from growthcore.events import carts, identification, reading
from growthcore.messaging import collecting, delivery, recovery, replays, syncing
from growthcore.messaging.states import State
from growthcore.operators import attempts, resets, sessions
from growthcore.plugins.accounts import CONNECTION
from growthcore.recommendations import records, refreshing, touches, training
from growthcore.recommendations.evaluation import measuring
from growthcore.recommendations.rules import counting
from growthcore.sources import deliveries, pulling, runs
from growthcore.worker.models import Schedule

log = get_logger()

BACKLOG = 8
"""With so many jobs waiting, another wake-up tells nobody anything new."""


@dataclass(frozen=True)
class Task:
    """Something done again and again: short, or only waking a worker."""

    name: str
    every: timedelta
    run: Callable[[Core], None]


def _start_scheduled(core: Core) -> None:
    with core.db.unit() as session:
        progress.start_scheduled(session, core.clock.now())
        unenrolled = progress.unenrolled(session)
    for campaign_id in unenrolled if core.jobs.waiting(Queue.BACKGROUND) < BACKLOG else ():
        core.jobs.enqueue(Queue.BACKGROUND, "enrol", campaign_id)


def _ask_timed(core: Core) -> None:
    with core.db.read() as session:
        found = timed.waiting(core, session)
    for campaign_id in found if core.jobs.waiting(Queue.BACKGROUND) < BACKLOG else ():
        core.jobs.enqueue(Queue.BACKGROUND, "come_due", campaign_id)


def _wake_senders(core: Core) -> None:
    if core.jobs.waiting(Queue.SEND) >= BACKLOG:
        return
    with core.db.read() as session:
        due = progress.with_due_messages(session, core.clock.now())
    for campaign_id in due:
        core.jobs.enqueue(Queue.SEND, "send", campaign_id)


def _wake_reactions(core: Core) -> None:
    with core.db.read() as session:
        unseen = reading.has_unreacted(session)
    if unseen and core.jobs.waiting(Queue.EVENTS) < BACKLOG:
        core.jobs.enqueue(Queue.EVENTS, "react")


def _sweep(core: Core) -> None:
    with core.db.unit() as session:
        again, uncertain = recovery.sweep(session, core.clock.now())
    if again or uncertain:
        log.warning("ledger.swept", due_again=again, uncertain=uncertain)


def _wake_polls(core: Core) -> None:
    now = core.clock.now()
    with core.db.read() as session:
        asked = {State.SENT: "poll", State.UNCERTAIN: "settle"}
        due = [job for state, job in asked.items() if delivery.due(session, now, 1, state)]
    for job in due if core.jobs.waiting(Queue.BACKGROUND) < BACKLOG else ():
        core.jobs.enqueue(Queue.BACKGROUND, job)


def _wake_replays(core: Core) -> None:
    with core.db.read() as session:
        due = replays.is_due(session, core.clock.now())
    if due and core.jobs.waiting(Queue.SEND) < BACKLOG:
        core.jobs.enqueue(Queue.SEND, "replay")


def _close_idle_carts(core: Core) -> None:
    with core.db.unit() as session:
        carts.close_idle(session, now=core.clock.now())


def _wake_adoption(core: Core) -> None:
    with core.db.read() as session:
        since = core.clock.now() - timedelta(days=1)
        left = identification.unadopted(session, since)
    for visitor_id in left if core.jobs.waiting(Queue.BACKGROUND) < BACKLOG else ():
        core.jobs.enqueue(Queue.BACKGROUND, "adopt", visitor_id)


def _wake_refreshing(core: Core) -> None:
    with core.db.read() as session:
        due = refreshing.due(core, session)
    for model_id in due if core.jobs.waiting(Queue.BACKGROUND) < BACKLOG else ():
        core.jobs.enqueue(Queue.BACKGROUND, "refresh", model_id)


def _wake_training(core: Core) -> None:
    due: list[tuple[str, int | str]] = []
    with core.db.read() as session:
        due += [("train", model_id) for model_id in training.needs_training(core, session)]
        due += [("measure", placement) for placement in measuring.waiting(session)]
    for job, what in due if core.jobs.waiting(Queue.BACKGROUND) < BACKLOG else ():
        core.jobs.enqueue(Queue.BACKGROUND, job, what)


def _wake_syncs(core: Core) -> None:
    with core.db.read() as session:
        due = syncing.due(core, session)
        waiting = syncing.waiting(session, core.clock.now())
    for account_id in due:
        with core.db.unit() as session:
            syncing.ask(core, session, account_id, actor="scheduler")
    for account_id in waiting if core.jobs.waiting(Queue.BACKGROUND) < BACKLOG else ():
        core.jobs.enqueue(Queue.BACKGROUND, "sync", account_id)


def _wake_collections(core: Core) -> None:
    due = collecting.due(core, core.clock.now())
    for account_id in due if core.jobs.waiting(Queue.BACKGROUND) < BACKLOG else ():
        core.jobs.enqueue(Queue.BACKGROUND, "collect", account_id)


def _keep_connections(core: Core) -> None:
    with core.db.read() as session:
        found = [each.id for each in core.accounts.list(session, CONNECTION) if each.enabled]
    for account_id in found:
        core.jobs.enqueue(Queue.BACKGROUND, "keep", account_id)


def _ask_sources(core: Core) -> None:
    for account_id, wanted in pulling.due(core, core.clock.now()).items():
        with core.db.unit() as session:
            for full in (False, True):
                parts = [part for part, anew in wanted.items() if anew is full]
                pulling.ask(core, session, account_id, parts, full=full, actor=pulling.SCHEDULER)


def _wake_sources(core: Core) -> None:
    now = core.clock.now()
    with core.db.read() as session:
        posted = deliveries.waiting(session, now)
        pulls = runs.waiting(session, now)
    for account_id in posted if core.jobs.waiting(Queue.EVENTS) < BACKLOG else ():
        core.jobs.enqueue(Queue.EVENTS, "receive", account_id)
    for account_id in pulls if core.jobs.waiting(Queue.BACKGROUND) < BACKLOG else ():
        core.jobs.enqueue(Queue.BACKGROUND, "pull", account_id)


def _sweep_sources(core: Core) -> None:
    with core.db.unit() as session:
        for rows in (runs, deliveries):
            rows.sweep(session, core.clock.now())


def _sweep_files(core: Core) -> None:
    with core.db.read() as session:
        attachments.sweep(core, session)


def _wake_mailer(core: Core) -> None:
    with core.db.read() as session:
        due = resets.due(session, core.clock.now())
    if due and core.jobs.waiting(Queue.BACKGROUND) < BACKLOG:
        core.jobs.enqueue(Queue.BACKGROUND, "mail_resets")


def _forget_sign_ins(core: Core) -> None:
    with core.db.unit() as session:
        for rows in (sessions, attempts, resets):
            rows.sweep(session, core.clock.now())


def _attribute(core: Core) -> None:
    while attribution.attribute(core) == attribution.BATCH:
        pass


def _credit(core: Core) -> None:
    while crediting.credit(core) == crediting.BATCH:
        pass


def _forget_shown(core: Core) -> None:
    with core.db.unit() as session:
        records.sweep(core, session)
        touches.sweep(core, session)
        counting.sweep(session, core.clock.now())


def _complete(core: Core) -> None:
    with core.db.unit() as session:
        progress.complete(session, core.clock.now())


TASKS: Sequence[Task] = (
    Task("campaigns.start", timedelta(seconds=1), _start_scheduled),
    Task("triggers.due", timedelta(hours=1), _ask_timed),
    Task("messages.wake", timedelta(seconds=1), _wake_senders),
    Task("events.wake", timedelta(seconds=2), _wake_reactions),
    Task("messages.sweep", timedelta(seconds=5), _sweep),
    Task("messages.poll", timedelta(seconds=5), _wake_polls),
    Task("messages.replay", timedelta(seconds=5), _wake_replays),
    Task("campaigns.complete", timedelta(seconds=2), _complete),
    Task("carts.close", timedelta(minutes=10), _close_idle_carts),
    Task("visitors.adopt", timedelta(seconds=30), _wake_adoption),
    Task("models.train", timedelta(seconds=10), _wake_training),
    Task("models.refresh", timedelta(seconds=10), _wake_refreshing),
    Task("orders.attribute", timedelta(seconds=2), _attribute),
    Task("orders.credit", timedelta(seconds=2), _credit),
    Task("recommendations.forget", timedelta(hours=1), _forget_shown),
    Task("accounts.sync", timedelta(minutes=1), _wake_syncs),
    Task("messages.collect", timedelta(minutes=1), _wake_collections),
    Task("connections.keep", timedelta(days=1), _keep_connections),
    Task("sources.ask", timedelta(minutes=1), _ask_sources),
    Task("sources.wake", timedelta(seconds=5), _wake_sources),
    Task("sources.sweep", timedelta(hours=1), _sweep_sources),
    Task("files.sweep", timedelta(days=1), _sweep_files),
    Task("resets.wake", timedelta(seconds=30), _wake_mailer),
    Task("sign_ins.forget", timedelta(hours=1), _forget_sign_ins),
)


def tick(core: Core, now: datetime, tasks: Sequence[Task] = TASKS) -> list[str]:
    """Run the tasks that are due and that nobody else has taken; returns their names.

    A task that fails is noted with its error and comes again at its next time.
    """
    ran = []
    for task in tasks:
        with core.db.read() as session:
            due_at = session.scalar(select(Schedule.due_at).where(Schedule.name == task.name))
        if due_at is not None and due_at > now:
            continue
        with core.db.unit() as session:
            taken = _take(session, task, due_at, now)
        if taken:
            _run(core, task)
            ran.append(task.name)
    return ran


def _take(session: Session, task: Task, due_at: datetime | None, now: datetime) -> bool:
    """Move the task's time on, if it still is what was read."""
    following = now + task.every
    if due_at is None:
        added = (
            insert(session, Schedule)
            .values(name=task.name, due_at=following, last_run_at=now)
            .on_conflict_do_nothing()
            .returning(Schedule.name)
        )
        return session.execute(added).first() is not None
    moved = (
        update(Schedule)
        .where(Schedule.name == task.name, Schedule.due_at == due_at)
        .values(due_at=following, last_run_at=now)
        .returning(Schedule.name)
    )
    return session.execute(moved).first() is not None


def _run(core: Core, task: Task) -> None:
    problem = None
    try:
        task.run(core)
    except Exception as error:
        log.exception("task.failed", task=task.name)
        problem = f"{type(error).__name__}: {error}"[:500]
    if problem:
        with core.db.unit() as session:
            session.execute(
                update(Schedule).where(Schedule.name == task.name).values(last_error=problem)
            )
