"""How many answers each rule changed lately."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from growthcore.db.upsert import insert
from growthcore.recommendations.shown import RuleCount

DAYS = 7

Counts = Counter[tuple[int, datetime]]
"""Answers by rule and hour."""


def of_answers(rules: Iterable[Collection[int]], at: datetime) -> Counts:
    """What answers add, each changed by some rules."""
    hour = at.replace(minute=0, second=0, microsecond=0)
    return Counter((rule, hour) for each in rules for rule in each)


def add(session: Session, counts: Counts) -> None:
    """Add to what is kept, rows in key order, so that two writers never wait for one another's."""
    rows = [
        {"rule_id": rule, "hour": hour, "answers": counts[rule, hour]}
        for rule, hour in sorted(counts)
    ]
    if rows:
        statement = insert(session, RuleCount)
        added = RuleCount.__table__.c.answers + statement.excluded.answers
        keys = ["rule_id", "hour"]
        session.execute(
            statement.on_conflict_do_update(index_elements=keys, set_={"answers": added}), rows
        )


def lately(session: Session, rules: Collection[int], now: datetime) -> Mapping[int, int]:
    """Answers of the last :data:`DAYS` days by rule; those that changed none are missing."""
    found = session.execute(
        select(RuleCount.rule_id, func.sum(RuleCount.answers))
        .where(RuleCount.rule_id.in_(list(rules)), RuleCount.hour > now - timedelta(days=DAYS))
        .group_by(RuleCount.rule_id)
    )
    return {rule: int(answers) for rule, answers in found}


def sweep(session: Session, now: datetime) -> None:
    """Forget what is no longer told."""
    session.execute(delete(RuleCount).where(RuleCount.hour <= now - timedelta(days=DAYS + 1)))
