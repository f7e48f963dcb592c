"""Which tables belong to the core, and which to which plugin."""

from __future__ import annotations

import importlib
from collections.abc import Collection
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from sqlalchemy import Connection, MetaData, inspect

import growthcore
from growthcore.db.base import Base

CORE = "core"
_VERSIONS = "alembic_version"
_LONGEST_IDENTIFIER = 63


@dataclass(frozen=True)
class MigrationSet:
    """The tables of one owner, ``core`` or a plugin, and the folder of their migrations.

    Each owner's place is kept in a version table of its own: a plugin can go, and everybody else's
    migrations still find their way.
    """

    name: str
    metadata: MetaData
    folder: Path

    @property
    def version_table(self) -> str:
        """The table that holds the revision this set stands at."""
        return _VERSIONS if self.name == CORE else f"{_VERSIONS}_{self.name}"[:_LONGEST_IDENTIFIER]


def core_set() -> MigrationSet:
    """The core's own: the ``models.py`` of every domain package."""
    package = Path(growthcore.__file__).parent
    for models in sorted(package.glob("*/models.py")):
        importlib.import_module(f"growthcore.{models.parent.name}.models")
    return MigrationSet(CORE, Base.metadata, migrations_folder() / "versions")


def migrations_folder() -> Path:
    """The Alembic environment, in a checkout and in a wheel alike."""
    return Path(str(resources.files("growthcore_migrations")))


def known_plugins(connection: Connection, plugins: Collection[str]) -> frozenset[str]:
    """The plugins that own tables here: those given, and those removed that left theirs behind."""
    prefix = f"{_VERSIONS}_"
    tables = inspect(connection).get_table_names()
    left = {table.removeprefix(prefix) for table in tables if table.startswith(prefix)}
    return frozenset(plugins) | left


def owner_of(table: str, plugins: Collection[str]) -> str | None:
    """``core`` or the plugin with the longest fitting prefix; None for the version tables."""
    if table == _VERSIONS or table.startswith(f"{_VERSIONS}_"):
        return None
    if table in Base.metadata.tables:
        return CORE
    fitting = [name for name in plugins if table == name or table.startswith(f"{name}_")]
    return max(fitting, key=len, default=CORE)
