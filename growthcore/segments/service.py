"""Who is in a segment. Counting, listing, asking about some and explaining one are one statement's work.

``definition`` is a tree as :mod:`growthcore.segments.definition` reads it. ``at`` is the moment asked
about, now without it. In the past it means "as of": what had happened by then, as far as is known
now. All raise :class:`InvalidInput` by path when the definition does not fit, and
:class:`NoHistory` naming the leaf whose past is not kept.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from growthcore.api import InvalidInput, Members
from growthcore.core import Core
from growthcore.db.chunks import chunks
from growthcore.segments import compiler, population
from growthcore.segments.definition import describe as sentence
from growthcore.segments.definition import parse
from growthcore.segments.query import SegmentQuery

Definition = Mapping[str, Any]


def count(
    core: Core, session: Session, definition: Definition, *, at: datetime | None = None
) -> int:
    """Exactly how many members there are."""
    found = _members(SegmentQuery.of(core, session, at), definition)
    return session.scalar(select(population.number(found))) or 0


def members_select(
    core: Core, session: Session, definition: Definition, *, at: datetime | None = None
) -> Select[int]:
    """A select of the members' ids, once each, as ``customer_id``: to order, limit or insert from."""
    found = _members(SegmentQuery.of(core, session, at), definition)
    ids = population.listed(found).subquery()
    return select(ids.c.customer_id)


def members(
    core: Core,
    session: Session,
    definition: Definition,
    *,
    at: datetime | None = None,
    after: int = 0,
    limit: int = 1_000,
) -> list[int]:
    """The ids of members in order, ``limit`` of them from the first one behind ``after``."""
    statement = members_select(core, session, definition, at=at)
    customer_id = statement.selected_columns.customer_id
    page = statement.where(customer_id > after).order_by(customer_id).limit(limit)
    return list(session.scalars(page))


def contains(
    core: Core,
    session: Session,
    definition: Definition,
    customer_ids: Collection[int],
    *,
    at: datetime | None = None,
) -> set[int]:
    """Those of the customers who are members."""
    query = SegmentQuery.of(core, session, at)
    tree = parse(definition, query.conditions)
    inside: set[int] = set()
    for asked in chunks(customer_ids):
        within = population.present(asked).cte("asked")
        found = compiler.members(tree, query.restricted(within))
        these = Members(select(within.c.customer_id))
        inside.update(session.scalars(compiler.combined([these, found])))
    return inside


def check(
    core: Core, session: Session, definition: Definition, *, inside: int | None = None
) -> None:
    """Raise :class:`InvalidInput` by path unless the definition can be evaluated.

    ``inside`` is the saved segment it is to belong to, which it must not contain.
    """
    query = _about_nobody(core, session)
    if inside is not None:
        query = replace(query, inside=(inside,))
    _members(query, definition)


def referred(core: Core, session: Session, definition: Definition) -> set[int]:
    """The saved segments a definition is made of, through others too; none if it fits no more."""
    query = _about_nobody(core, session)
    with suppress(InvalidInput):
        _members(query, definition)
    return query.referred


def describe(core: Core, definition: Definition, locale: str = "ko") -> str:
    """The definition as one sentence."""
    return sentence(parse(definition, core.plugins.conditions)).to(locale)


def _about_nobody(core: Core, session: Session) -> SegmentQuery:
    """A query under which nothing is estimated, and what is referred to is looked up."""
    return SegmentQuery.of(core, session).restricted(population.present(()).cte())


def _members(query: SegmentQuery, definition: Definition) -> Members:
    return population.members(parse(definition, query.conditions), query)
