"""Long lists in portions that both databases take as parameters of one statement."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any, TypeVar, Unpack

from sqlalchemy import Select
from sqlalchemy.orm import InstrumentedAttribute, Session

T = TypeVar("T")

SIZE = 10_000
"""SQLite takes 32,766 parameters, PostgreSQL 65,535."""


def chunks(values: Iterable[T], size: int = SIZE) -> Iterator[list[T]]:
    """The values in lists of at most ``size``."""
    iterator = iter(values)
    while portion := list(islice(iterator, size)):
        yield portion


def rows_in(
    session: Session,
    statement: Select[Unpack[tuple[Any, ...]]],
    column: InstrumentedAttribute[Any],
    values: Iterable[Any],
) -> Iterator[Any]:
    """The rows of ``statement`` whose ``column`` is one of the values, however many those are."""
    for portion in chunks(values):
        yield from session.execute(statement.where(column.in_(portion)))
