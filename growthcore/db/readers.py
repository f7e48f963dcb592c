"""Connections that read one statement at a time, each a transaction of its own.

What a pool does around a statement, such as asking whether the connection still works and rolling
back, takes longer than a small statement: on PostgreSQL two more ways to the server and back.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Engine

_MOST_IDLE = 8


class Readers:
    """Idle connections of one engine, beside those of its pool: eight at the most."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._idle: list[Any] = []

    def rows(self, statement: str, parameters: Any) -> list[Any]:
        """The rows of a statement. Raises what the driver raises.

        A connection that broke while it was idle is replaced, once.
        """
        try:
            connection = self._idle.pop()
        except IndexError:
            return self._run(self._opened(), statement, parameters)
        try:
            return self._run(connection, statement, parameters)
        except self._engine.dialect.loaded_dbapi.OperationalError:
            if self._engine.dialect.name == "sqlite":
                raise
            return self._run(self._opened(), statement, parameters)

    def dispose(self) -> None:
        """Close those that are idle."""
        while self._idle:
            self._idle.pop().close()

    def _run(self, connection: Any, statement: str, parameters: Any) -> list[Any]:
        try:
            cursor = connection.cursor()
            cursor.execute(statement, parameters)
            found: list[Any] = cursor.fetchall()
            cursor.close()
        except BaseException:
            connection.close()
            raise
        if len(self._idle) < _MOST_IDLE:
            self._idle.append(connection)
        else:
            connection.close()
        return found

    def _opened(self) -> Any:
        """A connection that the pool made ready and knows nothing of any more."""
        pooled = self._engine.raw_connection()
        connection = pooled.driver_connection
        pooled.detach()
        if self._engine.dialect.name == "postgresql":
            connection.autocommit = True  # type: ignore[union-attr]
        return connection
