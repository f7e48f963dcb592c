"""Statements that are run for every visitor: put together once, then handed to the driver as they are.

SQLAlchemy takes five times as long to run a small statement as SQLite does. What it would do to values
on their way in and out is done here too; what it would do about transactions is not needed to read,
see :mod:`.readers`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import BindParameter, CompoundSelect, Dialect, Select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql.compiler import SQLCompiler

from growthcore.db.unit_of_work import Database

_Process = Callable[[Any], Any] | None
_Statement = Select[*tuple[Any, ...]] | CompoundSelect[*tuple[Any, ...]]


class Prepared:
    """A statement that reads, with all of its parameters named."""

    def __init__(self, statement: _Statement) -> None:
        self._statement = statement
        self._compiled = cache(lambda dialect: _Compiled(statement, dialect))

    def rows(self, db: Database, **given: Any) -> list[tuple[Any, ...]]:
        """Its rows now. Raises :class:`sqlalchemy.exc.DBAPIError` as SQLAlchemy would."""
        compiled: _Compiled = self._compiled(db.engine.dialect)
        return compiled.rows(db, given)


class _Compiled:
    """The statement as one database takes it."""

    def __init__(self, statement: _Statement, dialect: Dialect) -> None:
        compiled = statement.compile(dialect=dialect)
        self._text = str(compiled)
        self._dialect = dialect
        self._binds: Sequence[tuple[str, Any, _Process]] = [
            (name, bind.value, bind.type.dialect_impl(dialect).bind_processor(dialect))
            for name, bind in _in_order(compiled)
        ]
        self._is_positional = compiled.positional
        self._names = [name for name, _, _ in self._binds]
        self._results: Sequence[_Process] = [
            column.type.dialect_impl(dialect).result_processor(dialect, None)
            for column in statement.selected_columns
        ]
        self._processes = any(self._results)

    def rows(self, db: Database, given: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        told = [
            process(given.get(name, value)) if process else given.get(name, value)
            for name, value, process in self._binds
        ]
        parameters: Any = told if self._is_positional else dict(zip(self._names, told, strict=True))
        try:
            found = db.readers.rows(self._text, parameters)
        except self._dialect.loaded_dbapi.Error as error:
            raise DBAPIError.instance(
                self._text, None, error, self._dialect.loaded_dbapi.Error, hide_parameters=True,
                dialect=self._dialect,
            ) from error  # fmt: skip
        return [self._processed(row) for row in found] if self._processes else found

    def _processed(self, row: Sequence[Any]) -> tuple[Any, ...]:
        return tuple(
            process(value) if process else value
            for process, value in zip(self._results, row, strict=True)
        )


def _in_order(compiled: SQLCompiler) -> Sequence[tuple[str, BindParameter[Any]]]:
    """The parameters as the driver takes them: by place, again wherever they stand, or once by name."""
    names = compiled.positiontup if compiled.positional else list(compiled.binds)
    return [(name, compiled.binds[name]) for name in names or ()]
