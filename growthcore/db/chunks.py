"""Long lists in SQL: as one parameter, or in portions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, Self, TypeVar

import msgspec
from sqlalchemy import (
    Boolean,
    ColumnElement,
    Dialect,
    Select,
    String,
    TypeDecorator,
    bindparam,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import InstrumentedAttribute, Session
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.sql.operators import OperatorType
from sqlalchemy.types import TypeEngine

T = TypeVar("T")

SIZE = 10_000


def chunks(values: Iterable[T], size: int = SIZE) -> Iterator[list[T]]:
    """The values in lists of at most ``size``."""
    iterator = iter(values)
    while portion := list(islice(iterator, size)):
        yield portion


class Listed(TypeDecorator[Sequence[Any]]):
    """A list in one parameter: an array, on SQLite its JSON."""

    impl = String
    cache_ok = True

    def __init__(self, item: TypeEngine[Any]) -> None:
        super().__init__()
        self.item = item

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Choose the parameter's type for the database at hand."""
        item = ARRAY(self.item) if dialect.name == "postgresql" else String()
        return dialect.type_descriptor(item)

    def process_bind_param(self, value: Sequence[Any] | None, dialect: Dialect) -> Any:
        """Convert on the way in."""
        return value if dialect.name == "postgresql" else msgspec.json.encode(value).decode()


class Among(FunctionElement[bool]):
    """``column IN values`` for statements that are kept: ``values`` is a :class:`Listed` parameter."""

    type = Boolean()
    inherit_cache = True

    def self_group(self, against: OperatorType | None = None) -> Self:
        """As it is: SQLAlchemy would add ``= 1`` for SQLite, which then uses no index."""
        return self


@compiles(Among, "sqlite")
def _in_json(element: Among, compiler: SQLCompiler, **options: Any) -> str:
    column, values = (compiler.process(each, **options) for each in element.clauses)
    return f"{column} IN (SELECT value FROM json_each({values}))"  # noqa: S608 - a column, a parameter


@compiles(Among, "postgresql")
def _any_of(element: Among, compiler: SQLCompiler, **options: Any) -> str:
    column, values = (compiler.process(each, **options) for each in element.clauses)
    return f"{column} = ANY ({values})"


def among_given(
    column: ColumnElement[Any] | InstrumentedAttribute[Any], name: str
) -> ColumnElement[bool]:
    """:func:`among` for a statement that is kept: the values are given as its parameter ``name``."""
    return Among(column, bindparam(name, type_=Listed(column.type)))


def among(
    column: InstrumentedAttribute[Any], values: Iterable[int | str | None]
) -> ColumnElement[bool]:
    """``column IN values`` with all of them in one parameter.

    ``in_`` makes a parameter of each, which for thousands takes longer than the query and has a
    limit. Only for columns of whole numbers and text.
    """
    return Among(column, bindparam(None, list(values), type_=Listed(column.type)))


def rows_in(
    session: Session,
    statement: Select[*tuple[Any, ...]],
    column: InstrumentedAttribute[Any],
    values: Iterable[int | str | None],
) -> Iterator[Any]:
    """The rows of ``statement`` whose ``column`` is one of the values, however many those are."""
    listed = list(values)
    if listed:
        yield from session.execute(statement.where(among(column, listed)))
