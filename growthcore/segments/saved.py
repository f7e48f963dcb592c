"""Saved segments: made, changed, put away and removed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from itertools import count
from typing import Any

from sqlalchemy import or_, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from growthcore.api import InvalidInput
from growthcore.core import Core
from growthcore.db.paging import Page, paged
from growthcore.db.upsert import insert
from growthcore.operators import audit
from growthcore.segments import service
from growthcore.segments.models import Segment

LONGEST_NAME = 100
LONGEST_DESCRIPTION = 1_000
SORTS: Mapping[str, InstrumentedAttribute[Any]] = {
    "changed": Segment.changed_at,
    "name": Segment.name,
    "count": Segment.count,
}

Usage = Callable[[Session, int], Sequence[str]]
"""What uses a segment, each in a few words such as ``campaign 12 "재구매 유도"``."""


def get(session: Session, segment_id: int) -> Segment:
    """One segment. Raises :class:`InvalidInput` when there is none."""
    segment = session.get(Segment, segment_id)
    if segment is None:
        raise InvalidInput({"segment_id": f"There is no segment {segment_id}."})
    return segment


def page(
    session: Session, *, archived: bool = False, after: int = 0, limit: int = 50
) -> list[Segment]:
    """Segments in use, or the ones put away, newest first; ``after`` is the last id seen."""
    away = Segment.archived_at.is_not(None) if archived else Segment.archived_at.is_(None)
    statement = select(Segment).where(away).order_by(Segment.id.desc()).limit(limit)
    if after:
        statement = statement.where(Segment.id < after)
    return list(session.scalars(statement))


def find(
    session: Session,
    text: str = "",
    *,
    archived: bool = False,
    sort: str = "changed",
    descending: bool = True,
    offset: int = 0,
    limit: int = 50,
) -> Page[Segment]:
    """Segments with ``text`` in their name or description, by one of :data:`SORTS`."""
    away = Segment.archived_at.is_not(None) if archived else Segment.archived_at.is_(None)
    order = SORTS.get(sort, Segment.changed_at)
    statement = (
        select(Segment)
        .where(away)
        .order_by(order.desc().nulls_last() if descending else order.nulls_first(), Segment.id)
    )
    if text:
        found = (
            Segment.name.icontains(text, autoescape=True),
            Segment.description.icontains(text, autoescape=True),
        )
        statement = statement.where(or_(*found))
    return paged(session, statement, offset=offset, limit=limit)


def names(session: Session) -> list[tuple[int, str]]:
    """The number and the name of every segment in use, by name."""
    statement = select(Segment.id, Segment.name).where(Segment.archived_at.is_(None))
    return [(id_, name) for id_, name in session.execute(statement.order_by(Segment.name))]


def create(
    core: Core,
    session: Session,
    name: str,
    definition: Mapping[str, Any],
    *,
    description: str = "",
    actor: str,
) -> Segment:
    """Save a definition under a name nothing else has.

    Raises :class:`InvalidInput`; what is wrong with the definition is by its path below
    ``definition``.
    """
    _check(core, session, name, description, definition)
    now = core.clock.now()
    made = session.scalar(
        insert(session, Segment)
        .values(
            name=name.strip(),
            description=description,
            definition=dict(definition),
            created_at=now,
            changed_at=now,
        )
        .on_conflict_do_nothing(index_elements=["name"])
        .returning(Segment.id)
    )
    if made is None:
        raise _taken(name)
    segment = get(session, made)
    _audit(core, session, actor, "segment.created", segment)
    return segment


def change(
    core: Core,
    session: Session,
    segment_id: int,
    *,
    version: int,
    name: str | None = None,
    description: str | None = None,
    definition: Mapping[str, Any] | None = None,
    actor: str,
) -> Segment:
    """Change what is given, if ``version`` is still the one in force.

    Raises :class:`InvalidInput`; by ``version`` when somebody else changed the segment meanwhile.
    """
    segment = get(session, segment_id)
    new_name = segment.name if name is None else name.strip()
    new_description = segment.description if description is None else description
    new_definition = segment.definition if definition is None else dict(definition)
    _check(core, session, new_name, new_description, new_definition, inside=segment_id)
    other = select(Segment.id).where(Segment.name == new_name, Segment.id != segment_id)
    if session.scalar(other) is not None:
        raise _taken(new_name)
    values: dict[str, Any] = {
        "name": new_name,
        "description": new_description,
        "definition": new_definition,
    }
    if new_definition != segment.definition:
        values |= {"count": None, "counted_at": None}
    _write(core, session, segment, version, values)
    _audit(core, session, actor, "segment.changed", segment)
    return segment


def archive(
    core: Core, session: Session, segment_id: int, *, archived: bool = True, actor: str
) -> Segment:
    """Put a segment away, or take it out again; what uses it goes on using it."""
    segment = get(session, segment_id)
    if archived != (segment.archived_at is not None):
        now = core.clock.now()
        segment.archived_at, segment.changed_at = (now if archived else None), now
        action = "segment.archived" if archived else "segment.restored"
        _audit(core, session, actor, action, segment)
    return segment


def delete(core: Core, session: Session, segment_id: int, *, usage: Usage, actor: str) -> None:
    """Remove a segment for good. Raises :class:`InvalidInput` naming what uses it."""
    segment = get(session, segment_id)
    used = [*_referring(core, session, segment_id), *usage(session, segment_id)]
    if used:
        text = f"Segment {segment.name!r} is used by {', '.join(used)}; archive it instead."
        raise InvalidInput({"segment_id": text})
    session.delete(segment)
    _audit(core, session, actor, "segment.deleted", segment)


def duplicate(core: Core, session: Session, segment_id: int, *, name: str, actor: str) -> Segment:
    """A copy called ``name``, or with a number behind it where that is taken."""
    source = get(session, segment_id)
    similar = select(Segment.name).where(Segment.name.startswith(name, autoescape=True))
    taken = set(session.scalars(similar))
    numbered = (name if n == 1 else f"{name} {n}" for n in count(1))
    free = next(each for each in numbered if each not in taken)
    return create(
        core, session, free, source.definition, description=source.description, actor=actor
    )


def recount(core: Core, session: Session, segment_id: int) -> int:
    """Count a segment now and keep the figure for lists."""
    found = service.count(core, session, get(session, segment_id).definition)
    note_count(session, segment_id, found, at=core.clock.now())
    return found


def note_count(session: Session, segment_id: int, count: int, *, at: datetime) -> None:
    """Keep an exact count for lists; it changes nothing about the segment itself."""
    values = {"count": count, "counted_at": at}
    session.execute(update(Segment).where(Segment.id == segment_id).values(**values))


def _check(
    core: Core,
    session: Session,
    name: str,
    description: str,
    definition: Mapping[str, Any],
    *,
    inside: int | None = None,
) -> None:
    errors = {}
    if not 1 <= len(name.strip()) <= LONGEST_NAME:
        errors["name"] = f"A segment's name has 1 to {LONGEST_NAME} characters."
    if len(description) > LONGEST_DESCRIPTION:
        errors["description"] = f"A description has at most {LONGEST_DESCRIPTION} characters."
    try:
        service.check(core, session, definition, inside=inside)
    except InvalidInput as error:
        errors |= {
            f"definition.{path}" if path else "definition": text
            for path, text in error.errors.items()
        }
    if errors:
        raise InvalidInput(errors)


def _taken(name: str) -> InvalidInput:
    return InvalidInput(
        {"name": f"Another segment is called {name.strip()!r}; choose another name."}
    )


def _write(
    core: Core, session: Session, segment: Segment, version: int, values: Mapping[str, Any]
) -> None:
    """Compare and set, so that of two people who change at once one is told."""
    changed = session.execute(
        update(Segment)
        .where(Segment.id == segment.id, Segment.version == version)
        .values(**values, version=version + 1, changed_at=core.clock.now())
        .returning(Segment.id)
    ).all()
    if not changed:
        raise InvalidInput(
            {"version": "Somebody else changed this segment meanwhile; reload it and try again."}
        )
    session.refresh(segment)


def _referring(core: Core, session: Session, segment_id: int) -> list[str]:
    """The other segments this one is part of, as words."""
    others = session.scalars(select(Segment).where(Segment.id != segment_id).order_by(Segment.id))
    return [
        f"segment {other.id} {other.name!r}"
        for other in others
        if segment_id in service.referred(core, session, other.definition)
    ]


def _audit(core: Core, session: Session, actor: str, action: str, segment: Segment) -> None:
    audit.record(
        session,
        at=core.clock.now(),
        actor=actor,
        action=action,
        kind="segment",
        id=segment.id,
        details={"name": segment.name, "version": segment.version},
    )
