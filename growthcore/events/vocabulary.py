"""What events are called: GA4's e-commerce names, Segment's as aliases, and the shop's own.

Standard names have fixed numbers; the shop's own get numbers from :data:`FIRST_CUSTOM` on, in the
table ``event_names``. Numbers are looked up, not cached: one indexed query a batch that has names of
the shop's own, and never a number that a rollback took back.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from functools import lru_cache
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from growthcore.api.event_names import ALIASES, STANDARD, canonical
from growthcore.db.upsert import insert
from growthcore.events.models import EventName

__all__ = [
    "ALIASES",
    "FIRST_CUSTOM",
    "MOST_CUSTOM",
    "STANDARD",
    "canonical",
    "intern",
    "known_names",
    "name_id",
    "name_ids",
    "names_of",
    "standard",
]

FIRST_CUSTOM: Final = 1000
MOST_CUSTOM: Final = 5000
"""How many names of its own a shop may have: a bound on what a public key can make us keep."""

_STANDARD_BY_ID = {id_: name for name, id_ in STANDARD.items()}


def name_id(session: Session, name: str) -> int | None:
    """The number of a name in any spelling, or None when nothing was ever called so."""
    kept = canonical(name)
    return name_ids(session, [kept]).get(kept) if kept else None


@lru_cache
def standard(names: tuple[str, ...]) -> Mapping[str, int] | None:
    """The numbers of names in any spelling, if all that are events are of the vocabulary."""
    known = {name: kept for name in names if (kept := canonical(name))}
    if not STANDARD.keys() >= set(known.values()):
        return None
    return {name: STANDARD[kept] for name, kept in known.items()}


def name_ids(session: Session, names: Collection[str]) -> dict[str, int]:
    """The numbers of those of the canonical names that have one."""
    found = {name: STANDARD[name] for name in names if name in STANDARD}
    if custom := set(names) - set(found):
        rows = session.execute(
            select(EventName.name, EventName.id).where(EventName.name.in_(custom))
        )
        found |= {key: value for key, value in rows}  # noqa: C416
    return found


def names_of(session: Session, ids: Iterable[int]) -> dict[int, str]:
    """The names behind numbers; unknown numbers are left out."""
    wanted = set(ids)
    found = {id_: _STANDARD_BY_ID[id_] for id_ in wanted if id_ in _STANDARD_BY_ID}
    if custom := wanted - set(found):
        rows = session.execute(select(EventName.id, EventName.name).where(EventName.id.in_(custom)))
        found |= {key: value for key, value in rows}  # noqa: C416
    return found


def known_names(session: Session) -> list[str]:
    """Every name there can be events of: the standard ones in order, then the shop's own by name."""
    return [*STANDARD, *session.scalars(select(EventName.name).order_by(EventName.name))]


def intern(session: Session, names: Collection[str]) -> dict[str, int]:
    """The numbers of canonical names, made where there are none yet.

    Names past the shop's :data:`MOST_CUSTOM` are left out of the answer.
    """
    found = name_ids(session, names)
    while missing := sorted(set(names) - set(found)):
        last = session.scalar(select(func.max(EventName.id))) or FIRST_CUSTOM - 1
        room = FIRST_CUSTOM + MOST_CUSTOM - 1 - last
        if room <= 0:
            break
        rows = [
            {"id": last + number, "name": name}
            for number, name in enumerate(missing[:room], start=1)
        ]
        # Somebody else may take a number or make a name at the same time: whoever commits first
        # wins, the other finds it on the next turn.
        session.execute(insert(session, EventName).values(rows).on_conflict_do_nothing())
        found = name_ids(session, names)
    return found
