"""About how many rows a select touches, told in well under a millisecond.

Only orders of magnitude matter: they decide what drives, and what is looked up from it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BinaryExpression,
    BindParameter,
    ColumnElement,
    FromClause,
    Select,
    func,
    literal_column,
    select,
)
from sqlalchemy.orm import Session
from sqlalchemy.sql import operators, visitors
from sqlalchemy.sql.elements import BooleanClauseList
from sqlalchemy.sql.selectable import SelectBase

from growthcore.customers.models import Customer
from growthcore.events.models import Event, EventItem

CEILING = 5_000
"""The most rows one look counts."""

_ENOUGH = 50
_SHARES = (64, 8)
_TIMED: tuple[FromClause, ...] = (Event.__table__, EventItem.__table__)


def rows_touched(session: Session, statement: SelectBase) -> int:
    """Rows of the ranges that ``statement`` reads.

    A range over time is told from its last sixty-fourth, or more of it where that holds too few;
    anything else is counted up to the ceiling, and is half of the customers from there on.
    """
    span = _span(session, statement) if isinstance(statement, Select) else None
    if span is None:
        return _counted_or_many(session, statement)
    for share in _SHARES:
        found = _count(session, span.last(share))
        if found >= _ENOUGH:
            return found * share
    return _count(session, span.last(1))


@dataclass(frozen=True)
class _Span:
    """A range of rows over time: what else is asked of them, and between which instants."""

    table: FromClause
    rest: tuple[ColumnElement[Any], ...]
    since: datetime
    until: datetime

    def last(self, share: int) -> Select[Any]:
        """The rows of the last ``share``-th."""
        at = self.table.c.occurred_at
        start = self.until - (self.until - self.since) / share
        return (
            select(literal_column("1"))
            .select_from(self.table)
            .where(*self.rest, at > start, at <= self.until)
        )


def _span(session: Session, statement: Select[Any]) -> _Span | None:
    terms = list(_terms(statement.whereclause))
    table = next((each for each in map(_table, terms) if each in _TIMED), None)
    if table is None:
        return None
    rest: list[ColumnElement[Any]] = []
    said: dict[tuple[str, Any], Any] = {}
    for term in terms:
        column = _compared(term, table)
        if column is not None:
            said[column, term.operator] = term.right.value
        if column != "occurred_at" and not _reads(term, "properties"):
            rest.append(term)
    until = said.get(("occurred_at", operators.le))
    since = said.get(("occurred_at", operators.gt)) or _oldest(
        session, said.get(("name_id", operators.eq))
    )
    if until is None or since is None or since >= until:
        return None
    return _Span(table, tuple(rest), since, until)


def _terms(where: ColumnElement[Any] | None) -> Iterator[Any]:
    if isinstance(where, BooleanClauseList) and where.operator is operators.and_:
        yield from where.clauses
    elif where is not None:
        yield where


def _table(term: Any) -> FromClause | None:
    """Whose column the term is about, where it compares one."""
    return getattr(getattr(term, "left", None), "table", None)


def _compared(term: Any, table: FromClause) -> str | None:
    """The name of the table's column that the term compares with a constant, if it does that."""
    if not isinstance(term, BinaryExpression) or not isinstance(term.right, BindParameter):
        return None
    return next((each.name for each in table.c if term.left is each), None)


def _reads(term: ColumnElement[Any], column: str) -> bool:
    """Whether the term reads a column that no index holds, so that it is no part of a range."""
    return any(getattr(each, "name", None) == column for each in visitors.iterate(term))


def _oldest(session: Session, name_id: int | None) -> datetime | None:
    """When the first such event occurred: one look-up in an index."""
    named = (Event.name_id == name_id, Event.customer_id.is_not(None))
    return session.scalar(select(func.min(Event.occurred_at)).where(*named))


def _count(session: Session, statement: SelectBase) -> int:
    limited = statement.limit(CEILING) if isinstance(statement, Select) else statement
    return session.scalar(select(func.count()).select_from(limited.subquery())) or 0


def _counted_or_many(session: Session, statement: SelectBase) -> int:
    found = _count(session, statement)
    if found < CEILING:
        return found
    return max(found, (session.scalar(select(func.max(Customer.id))) or 0) // 2)
