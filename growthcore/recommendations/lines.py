"""Lines of events that people did, read for many of them at once."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, bindparam, func, literal, select, union_all
from sqlalchemy.orm import Session

from growthcore.db.chunks import among, among_given
from growthcore.db.prepared import Prepared
from growthcore.db.unit_of_work import Database
from growthcore.events.models import Event, EventItem

Person = tuple[int | None, int | None]
"""A customer's id and a visitor's; either may be missing."""
Done = tuple[datetime, int, int]
"""When, which product, and the event's number."""
Seen = tuple[datetime, int]
"""When, and which product."""
Lines = Select[*tuple[Any, ...]]
"""Who saw which product, and when."""

MOST_LINES = 1000
"""So many of a person's last lines are weighed."""

HELD = 200
"""So many of a person's last lines are read at once, and answer whatever is asked of those with less."""

_WHO = "who"


def newest(
    db: Database, people: Collection[Person], until: datetime, names: Collection[int] | None
) -> Mapping[Person, Sequence[Done] | None]:
    """What each did last, newest first, of events with these numbers or of all: without a transaction.

    It is all they did, or None of those who did more than :data:`HELD`.
    """
    given = {
        "customers": list({customer for customer, _ in people if customer is not None}),
        "visitors": list({visitor for _, visitor in people if visitor is not None}),
        "until": until,
        "most": HELD + 1,
    }
    rows = _ALL.rows(db, **given) if names is None else _NAMED.rows(db, **given, names=list(names))
    found: dict[tuple[bool, int | None], list[Done]] = {}
    for is_named, who, at, product, name in rows:
        found.setdefault((bool(is_named), who), []).append((at, product, name))
    return {person: _whole(found, person) for person in people}


def _whole(
    found: Mapping[tuple[bool, int | None], Sequence[Done]], person: Person
) -> Sequence[Done] | None:
    """A person's lines, as a customer and as a visitor, newest first; None where some were left out."""
    named, unnamed = found.get((True, person[0]), ()), found.get((False, person[1]), ())
    if not (named or unnamed):
        return ()
    if max(len(named), len(unnamed)) > HELD:
        return None
    return sorted([*named, *unnamed], reverse=True)


def _newest(*more: Any) -> Prepared:
    """The statement, with ``more`` that has to be so."""
    is_customers = among_given(EventItem.customer_id, "customers")
    is_visitors = among_given(Event.visitor_id, "visitors")
    joined = select(EventItem).join(Event, EventItem.event_id == Event.id)
    return Prepared(
        union_all(
            _ranked(
                EventItem.customer_id, select(EventItem).where(is_customers, *more), named=True
            ),
            _ranked(
                Event.visitor_id,
                joined.where(is_visitors, Event.customer_id.is_(None), *more),
                named=False,
            ),
        )
    )


def _ranked(who: Any, lines: Lines, *, named: bool) -> Lines:
    """The newest lines of everybody, with whether they are a customer's."""
    line = (EventItem.occurred_at, EventItem.product_id, EventItem.name_id)
    newest_first = (EventItem.occurred_at.desc(), EventItem.product_id.desc())
    rank = func.row_number().over(partition_by=who, order_by=newest_first)
    ranked = (
        lines.with_only_columns(who.label(_WHO), *line, rank.label("rank"))
        .where(EventItem.occurred_at <= bindparam("until", type_=EventItem.occurred_at.type))
        .subquery()
    )
    columns = ranked.c
    return select(
        literal(named), columns[_WHO], columns.occurred_at, columns.product_id, columns.name_id
    ).where(columns.rank <= bindparam("most"))


_ALL = _newest()
_NAMED = _newest(among_given(EventItem.name_id, "names"))


def of_customers(names: Sequence[int], ids: Collection[int]) -> Lines:
    """What is customers', of events with these numbers."""
    return select(
        EventItem.customer_id.label(_WHO),
        EventItem.product_id,
        EventItem.occurred_at,
        EventItem.name_id,
    ).where(among(EventItem.customer_id, ids), EventItem.name_id.in_(names))


def of_visitors(names: Sequence[int], ids: Collection[int]) -> Lines:
    """What is no customer's, or not yet."""
    return (
        select(
            Event.visitor_id.label(_WHO),
            EventItem.product_id,
            EventItem.occurred_at,
            EventItem.name_id,
        )
        .join(EventItem, EventItem.event_id == Event.id)
        .where(
            among(Event.visitor_id, ids),
            Event.customer_id.is_(None),
            Event.name_id.in_(names),
        )
    )


def seen(
    session: Session, lines: Lines, until: datetime, limit: int
) -> Mapping[int | None, Sequence[Seen]]:
    """The newest ``limit`` products of everybody the lines are of."""
    who, product, at, _ = lines.selected_columns
    last_seen = func.max(at)
    rank = func.row_number().over(partition_by=who, order_by=(last_seen.desc(), product.desc()))
    ranked = (
        lines.with_only_columns(who, last_seen.label("at"), product, rank.label("rank"))
        .where(at <= until)
        .group_by(who, product)
        .subquery()
    )
    columns = select(ranked.c[_WHO], ranked.c.at, ranked.c.product_id)
    found: dict[int | None, list[Seen]] = {}
    for person, at_last, shown in session.execute(columns.where(ranked.c.rank <= limit)):
        found.setdefault(person, []).append((at_last, shown))
    return found


def last(session: Session, lines: Lines, until: datetime) -> Mapping[int | None, Sequence[Done]]:
    """The last lines of everybody they are of."""
    who, product, at, _ = lines.selected_columns
    rank = func.row_number().over(partition_by=who, order_by=(at.desc(), product.desc()))
    ranked = lines.add_columns(rank.label("rank")).where(at <= until).subquery()
    columns = select(ranked.c[_WHO], ranked.c.occurred_at, ranked.c.product_id, ranked.c.name_id)
    found: dict[int | None, list[Done]] = {}
    for person, *done in session.execute(columns.where(ranked.c.rank <= MOST_LINES)):
        found.setdefault(person, []).append((done[0], done[1], done[2]))
    return found
