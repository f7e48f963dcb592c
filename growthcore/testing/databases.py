"""Databases for tests: the tables are made once a test process, then copied."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from growthcore.db import migrations
from growthcore.db.unit_of_work import Database
from growthcore.plugins.registry import Plugins
from growthcore.testing.postgres import Postgres


def make_tables(url: str) -> None:
    """Create every table of the core and of the installed plugins in an empty database."""
    database = Database(url)
    migrations.create_all(database, Plugins.load())
    database.dispose()


def sqlite_url(path: Path) -> str:
    """The SQLAlchemy URL of a SQLite file."""
    return f"sqlite:///{path}"


@contextmanager
def sqlite_copy(template: Path, path: Path) -> Iterator[Database]:
    """A database in ``path``, with the tables of ``template``."""
    path.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(template, path)
    database = Database(sqlite_url(path))
    yield database
    database.dispose()


@contextmanager
def postgres_copy(server: Postgres, template: str) -> Iterator[Database]:
    """A database of ``server`` of its own, with the tables of ``template``."""
    url = server.create_database(template=template)
    database = Database(url)
    yield database
    database.dispose()
    server.drop_database(url)
