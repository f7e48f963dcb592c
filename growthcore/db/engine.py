"""Engines: how each database is opened."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
from sqlalchemy import Connection, Engine, create_engine, event, make_url

from growthcore.api.errors import ConfigError

WRITES = "growthcore_writes"
"""Execution option of connections whose transaction will write: SQLite then begins IMMEDIATE, so
that two writers wait for one another instead of failing when the second upgrades its lock."""


def _json(value: Any) -> str:
    return msgspec.json.encode(value).decode()


# Parameters hold addresses and names: they must not reach a log by way of an error's text.
_COMMON: Mapping[str, Any] = {"json_serializer": _json, "hide_parameters": True}


def open_engine(url: str, *, full_durability: bool = False) -> Engine:
    """An engine for ``sqlite:///…`` or ``postgresql+psycopg://…``.

    Raises :class:`ConfigError` for any other database.
    """
    backend = make_url(url).drivername
    if backend in ("sqlite", "sqlite+pysqlite"):
        return _open_sqlite(url, full_durability)
    if backend == "postgresql+psycopg":
        return create_engine(url, pool_pre_ping=True, pool_size=10, max_overflow=10, **_COMMON)
    raise ConfigError(
        f"GROWTHCORE_DATABASE_URL begins with {backend!r}; "
        "use sqlite:///PATH or postgresql+psycopg://USER@HOST/NAME"
    )


def _open_sqlite(url: str, full_durability: bool) -> Engine:
    engine = create_engine(url, connect_args={"timeout": 30}, **_COMMON)
    synchronous = "FULL" if full_durability else "NORMAL"

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: Any) -> None:
        # SQLAlchemy, not the driver, says when a transaction begins; see _begin.
        connection.isolation_level = None
        for pragma in (
            "journal_mode=WAL",
            f"synchronous={synchronous}",
            "foreign_keys=ON",
            "temp_store=MEMORY",
            "cache_size=-65536",
            "mmap_size=1073741824",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get(WRITES)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine
