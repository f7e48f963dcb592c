"""Choosing an algorithm for a place in a worker, and what came of it for people to see."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from growthcore.api import InvalidInput, Placement, TrainingStopped
from growthcore.core import Core, Queue
from growthcore.db.unit_of_work import after_commit
from growthcore.db.upsert import insert
from growthcore.operators import audit
from growthcore.recommendations import watching
from growthcore.recommendations.evaluation import choosing
from growthcore.recommendations.evaluation.choosing import Choice
from growthcore.recommendations.models import PlaceChoice
from growthcore.recommendations.watching import Watch

_LONGEST_PROBLEM = 200


def ask(core: Core, session: Session, placement: Placement, *, actor: str) -> None:
    """Have a worker measure a place; nothing happens while it does so already."""
    row = session.get(PlaceChoice, placement.value, with_for_update=True)
    now = core.clock.now()
    if row is None:
        row = PlaceChoice(placement=placement.value)
        session.add(row)
    elif is_open(core, row):
        return
    row.asked_at, row.began_at, row.share, row.problem = now, None, 0.0, None
    audit.record(
        session,
        at=now,
        actor=actor,
        action="placement.measured",
        kind="placement",
        id=placement.value,
        details={},
    )
    wake = partial(core.jobs.enqueue, Queue.BACKGROUND, "measure", placement.value)
    after_commit(session, f"measure {placement}", wake)


def is_open(core: Core, row: PlaceChoice) -> bool:
    """Whether somebody waits for it, and a worker can still be at it."""
    return row.asked_at is not None and not is_lost(core, row)


def is_lost(core: Core, row: PlaceChoice) -> bool:
    """Whether the worker that measured it died with it; it can be asked for again."""
    since = row.began_at
    return since is not None and since <= core.clock.now() - watching.lease(core.settings)


def of(session: Session, placement: str) -> PlaceChoice | None:
    """What is known of a place, if anybody ever asked."""
    return session.get(PlaceChoice, placement)


def suited(session: Session) -> dict[str, list[str]]:
    """The places where each algorithm was found to be the best."""
    found: dict[str, list[str]] = {}
    for row in session.scalars(select(PlaceChoice).order_by(PlaceChoice.placement)):
        if row.result and row.result["algorithm"]:
            found.setdefault(row.result["algorithm"], []).append(row.placement)
    return found


def waiting(session: Session) -> Sequence[str]:
    """Places that no worker has begun to measure."""
    asked = PlaceChoice.asked_at.is_not(None), PlaceChoice.began_at.is_(None)
    return session.scalars(select(PlaceChoice.placement).where(*asked)).all()


def measure(core: Core, placement: Placement) -> bool:
    """Measure a place that waits for it; False when another worker does. Safe to call twice."""
    now = core.clock.now()
    mine = update(PlaceChoice).where(PlaceChoice.placement == placement.value)
    with core.db.unit() as session:
        free = mine.where(PlaceChoice.asked_at.is_not(None), PlaceChoice.began_at.is_(None))
        if session.scalar(free.values(began_at=now).returning(PlaceChoice.placement)) is None:
            return False

    def note(share: float) -> bool:
        with core.db.unit() as session:
            session.execute(mine.values(share=share))
        return False

    try:
        choice = choosing.choose(core, placement, now, Watch(core.settings, note).report)
    except (InvalidInput, TrainingStopped) as error:
        with core.db.unit() as session:
            problem = _why(error)[:_LONGEST_PROBLEM]
            session.execute(mine.values(asked_at=None, began_at=None, problem=problem))
    else:
        keep(core, placement, choice, now)
    return True


def _why(error: InvalidInput | TrainingStopped) -> str:
    return " ".join(error.errors.values()) if isinstance(error, InvalidInput) else str(error)


def keep(core: Core, placement: Placement, choice: Choice, now: datetime) -> None:
    """Note what was found of a place; whoever waits for it has it."""
    found = {"result": choice.summary(), "measured_at": now}
    ended = {"asked_at": None, "began_at": None, "share": 0.0, "problem": None}
    with core.db.unit() as session:
        statement = insert(session, PlaceChoice).values(placement=placement.value, **found, **ended)
        session.execute(
            statement.on_conflict_do_update(index_elements=["placement"], set_={**found, **ended})
        )
