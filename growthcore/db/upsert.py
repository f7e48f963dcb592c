"""``INSERT … ON CONFLICT`` in the words of both databases."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

Insert = postgresql.Insert | sqlite.Insert


def insert(session: Session, table: type | Table) -> Any:
    """An insert for the session's database, with ``on_conflict_do_nothing`` and ``…_update``."""
    return insert_for(session.get_bind().dialect.name, table)


def insert_for(dialect: str, table: type | Table) -> Any:
    """The same for a database by its name: for a statement that is kept."""
    return (postgresql if dialect == "postgresql" else sqlite).insert(table)
