"""Long lists in SQL: as one parameter, or in portions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any, TypeVar

import msgspec
from sqlalchemy import ColumnElement, Select, any_, bindparam, func, literal, select, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import InstrumentedAttribute, Session

T = TypeVar("T")

SIZE = 10_000


def chunks(values: Iterable[T], size: int = SIZE) -> Iterator[list[T]]:
    """The values in lists of at most ``size``."""
    iterator = iter(values)
    while portion := list(islice(iterator, size)):
        yield portion


def among(
    session: Session, column: InstrumentedAttribute[Any], values: Iterable[int | str | None]
) -> ColumnElement[bool]:
    """``column IN values`` with all of them in one parameter.

    ``in_`` makes a parameter of each, which for thousands takes longer than the query and has a
    limit. Only for columns of whole numbers and text.
    """
    listed = list(values)
    if session.get_bind().dialect.name == "postgresql":
        return column == any_(bindparam(None, listed, type_=ARRAY(column.type)))
    document = literal(msgspec.json.encode(listed).decode())
    return column.in_(select(text("value")).select_from(func.json_each(document)))


def rows_in(
    session: Session,
    statement: Select[*tuple[Any, ...]],
    column: InstrumentedAttribute[Any],
    values: Iterable[int | str | None],
) -> Iterator[Any]:
    """The rows of ``statement`` whose ``column`` is one of the values, however many those are."""
    listed = list(values)
    if listed:
        yield from session.execute(statement.where(among(session, column, listed)))
