"""Many rows at once, the way each driver takes them fastest."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import Column, Connection, inspect
from sqlalchemy.orm import Session
from sqlalchemy.types import TypeEngine

Processor = Callable[[Any], Any]


def insert_rows(
    session: Session, table: type, names: Sequence[str], rows: Iterable[Sequence[Any]]
) -> None:
    """Insert ``rows``, the columns ``names`` of ``table`` in order, without answering their ids.

    Column types convert as always, but SQLAlchemy does not handle each row: ``executemany`` on
    SQLite, ``COPY`` on PostgreSQL. Defaults of the model are not applied.
    """
    connection = session.connection()
    columns = _columns(table, names)
    converted = [*_converted(rows, [_processor(each.type, connection) for each in columns])]
    if not converted:
        return
    target = _target(columns)
    if connection.dialect.name == "postgresql":
        _copy(connection, target, converted)
    else:
        marks = ", ".join("?" * len(names))
        connection.exec_driver_sql(f"INSERT INTO {target} VALUES ({marks})", converted)  # noqa: S608


def insert_new(
    session: Session,
    table: type,
    names: Sequence[str],
    rows: Iterable[Sequence[Any]],
    *,
    returning: Sequence[str],
) -> list[Any]:
    """The same on PostgreSQL only, leaving out what is there already and answering what is not.

    An array a column, since thousands of parameters take longer than the insertion.
    """
    connection = session.connection()
    columns = _columns(table, names)
    converted = _converted(rows, [_processor(each.type, connection) for each in columns])
    arrays = tuple(list(values) for values in zip(*converted, strict=True))
    kinds = (each.type.compile(connection.dialect) for each in columns)
    made = connection.exec_driver_sql(
        f"INSERT INTO {_target(columns)} "  # noqa: S608 - names of our own tables
        f"SELECT * FROM unnest({', '.join(f'%s::{kind}[]' for kind in kinds)}) "
        f"ON CONFLICT DO NOTHING RETURNING {', '.join(returning)}",
        arrays,
    )
    return list(made.all())


def _columns(table: type, names: Sequence[str]) -> list[Column[Any]]:
    return [inspect(table).local_table.c[name] for name in names]


def _target(columns: Sequence[Column[Any]]) -> str:
    return f"{columns[0].table.name} ({', '.join(each.name for each in columns)})"


def _processor(kind: TypeEngine[Any], connection: Connection) -> Processor | None:
    dialect = connection.dialect
    found: Processor | None = kind.dialect_impl(dialect).bind_processor(dialect)
    return found


def _converted(
    rows: Iterable[Sequence[Any]], processors: Sequence[Processor | None]
) -> Iterator[tuple[Any, ...]]:
    # Most columns go as they are, so only the others are looked at.
    working = [(place, to) for place, to in enumerate(processors) if to]
    for row in rows:
        values = list(row)
        for place, to in working:
            if values[place] is not None:
                values[place] = to(values[place])
        yield tuple(values)


def _copy(connection: Connection, target: str, rows: Iterable[Sequence[Any]]) -> None:
    cursor: Any = connection.connection.cursor()
    with cursor, cursor.copy(f"COPY {target} FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)
