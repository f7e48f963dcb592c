"""Migrations of the core and of every plugin, through one Alembic environment."""

from __future__ import annotations

import io
import re
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.script.revision import RevisionError
from alembic.util import CommandError
from sqlalchemy import Connection, text

from growthcore.api.errors import ConfigError, InvalidInput
from growthcore.db.engine import WRITES
from growthcore.db.ownership import (
    MigrationSet,
    core_set,
    known_plugins,
    migrations_folder,
    owner_of,
)
from growthcore.db.unit_of_work import Database

# Any number will do, as long as nothing else in the database uses it.
_LOCK = 7_160_326_218
_WAIT_FOR_OTHERS = "60s"
_WAIT_FOR_TABLES = "10s"


class Owners(Protocol):
    """Whoever knows which plugins own tables: :class:`growthcore.plugins.registry.Plugins`."""

    @property
    def migrations(self) -> Sequence[MigrationSet]:
        """One set for each plugin that owns tables."""


def upgrade(
    database: Database, plugins: Owners, *, only: str | None = None
) -> Mapping[str, Sequence[str]]:
    """Bring the core and every plugin, or ``only`` one of them, up to date.

    Each is a transaction of its own, and only one process at a time gets to work. Returns the
    revisions that were applied, by owner. Raises :class:`InvalidInput` for an unknown owner.
    """
    applied = {}
    for each in _chosen(plugins, only):
        with _migrating(database) as connection:
            if steps := _pending(connection, each):
                command.upgrade(_config(each, connection, plugins), "head")
                applied[each.name] = steps
    return applied


def downgrade(database: Database, plugins: Owners, name: str, revision: str) -> None:
    """Take one owner's tables back to ``revision``; ``base`` removes them."""
    (each,) = _chosen(plugins, name)
    with _migrating(database) as connection:
        command.downgrade(_config(each, connection, plugins), revision)


def pending(database: Database, plugins: Owners) -> Mapping[str, Sequence[str]]:
    """Revisions not applied yet, oldest first, by owner; owners without any are left out.

    Raises :class:`ConfigError` when the database was migrated by a newer version.
    """
    with database.engine.connect() as connection:
        found = {each.name: _pending(connection, each) for each in _chosen(plugins, None)}
    return {name: steps for name, steps in found.items() if steps}


def require_current(database: Database) -> None:
    """Raise :class:`ConfigError` while migrations of the core are pending."""
    with database.engine.connect() as connection:
        if _pending(connection, core_set()):
            raise ConfigError("The database is not up to date; run `growthcore db upgrade`")


def check(database: Database, plugins: Owners) -> Mapping[str, Sequence[str]]:
    """Where the tables differ from the models, in Alembic's words, by owner; ideally nothing."""
    found = {}
    with database.engine.connect() as connection:
        for each in _chosen(plugins, None):
            context = MigrationContext.configure(
                connection, opts=_options(each, connection, plugins)
            )
            differences = compare_metadata(context, each.metadata)
            if differences:
                found[each.name] = [_told(difference) for difference in differences]
    return found


def revision(plugins: Owners, name: str, message: str) -> Path:
    """Write the migration that leads from one owner's newest revision to its models.

    It is worked out on a scratch SQLite database. Returns the new file, to be read and corrected.
    """
    (each,) = _chosen(plugins, name)
    with tempfile.TemporaryDirectory() as folder:
        scratch = Database(f"sqlite:///{folder}/scratch.db")
        upgrade(scratch, plugins, only=name)
        number = len(list(each.folder.glob("[0-9]*.py"))) + 1
        with _migrating(scratch) as connection:
            script = command.revision(
                _config(each, connection, plugins),
                message,
                autogenerate=True,
                rev_id=f"{number:04}",
                version_path=str(each.folder),
            )
        scratch.dispose()
    path = Path(script.path)  # type: ignore[union-attr]  # one revision is asked for
    path.write_text(re.sub(r"\n +# ### .* ###", "", path.read_text()))
    return path


def create_all(database: Database, plugins: Owners) -> None:
    """Make every table of an empty scratch database at once, and mark it as up to date."""
    for each in _chosen(plugins, None):
        with _migrating(database) as connection:
            each.metadata.create_all(connection)
            command.stamp(_config(each, connection, plugins), "head")


def _chosen(plugins: Owners, only: str | None) -> Sequence[MigrationSet]:
    sets = [core_set(), *plugins.migrations]
    if only is None:
        return sets
    found = [each for each in sets if each.name == only]
    if not found:
        known = ", ".join(each.name for each in sets)
        raise InvalidInput({"plugin": f"{only!r} owns no tables here, only: {known}."})
    return found


@contextmanager
def _migrating(database: Database) -> Iterator[Connection]:
    """A transaction that no other migration runs beside."""
    with database.engine.connect() as plain:
        connection = plain.execution_options(**{WRITES: True})
        if database.dialect == "sqlite":
            # A table that is rebuilt is dropped for a moment: its references must not go with it.
            _pragma(connection, "foreign_keys=OFF")
            try:
                with connection.begin():
                    yield connection
            finally:
                _pragma(connection, "foreign_keys=ON")
            return
        with connection.begin():
            connection.execute(text(f"SET LOCAL lock_timeout = '{_WAIT_FOR_OTHERS}'"))
            connection.execute(text(f"SELECT pg_advisory_xact_lock({_LOCK})"))
            # A table in use makes the migration fail instead of queueing everybody behind it.
            connection.execute(text(f"SET LOCAL lock_timeout = '{_WAIT_FOR_TABLES}'"))
            yield connection


def _pragma(connection: Connection, pragma: str) -> None:
    # Not through SQLAlchemy: that would begin a transaction, inside which this has no effect.
    connection.connection.cursor().execute(f"PRAGMA {pragma}")


def _config(each: MigrationSet, connection: Connection, plugins: Owners) -> Config:
    config = Config(stdout=io.StringIO())
    for name, value in {
        "script_location": migrations_folder(),
        "version_locations": each.folder,
        "path_separator": "newline",
        "file_template": "%(rev)s_%(slug)s",
    }.items():
        config.set_main_option(name, str(value).replace("%", "%%"))
    config.attributes["connection"] = connection
    config.attributes["options"] = _options(each, connection, plugins)
    return config


def _options(each: MigrationSet, connection: Connection, plugins: Owners) -> dict[str, Any]:
    """How Alembic is configured, for running migrations and for comparing alike."""
    return {
        "target_metadata": each.metadata,
        "version_table": each.version_table,
        "include_name": _includes(each, known_plugins(connection, _names(plugins))),
        # SQLite changes a table by rebuilding it, which a first revision has no need of.
        "render_as_batch": any(each.folder.glob("[0-9]*.py")),
        "transactional_ddl": True,
    }


def _includes(each: MigrationSet, plugins: frozenset[str]) -> Callable[..., bool]:
    def includes(name: str | None, kind: str, _parents: Mapping[str, str | None]) -> bool:
        return kind != "table" or owner_of(name or "", plugins) == each.name

    return includes


def _names(plugins: Owners) -> frozenset[str]:
    return frozenset(each.name for each in plugins.migrations)


def _pending(connection: Connection, each: MigrationSet) -> Sequence[str]:
    scripts = _scripts(each.folder, each.folder.stat().st_mtime_ns)
    context = MigrationContext.configure(connection, opts={"version_table": each.version_table})
    current = context.get_current_heads()
    try:
        steps = scripts.iterate_revisions("heads", current or "base")
        return [step.revision for step in steps if step.revision not in current][::-1]
    except (CommandError, RevisionError) as error:
        raise ConfigError(
            f"The database stands at revision {', '.join(current)} of {each.name}, which this "
            "version does not know; install the newer version that made it"
        ) from error


@lru_cache(maxsize=100)
def _scripts(folder: Path, _changed_at: int) -> ScriptDirectory:
    """The revisions in a folder, which are all imported to find out their order."""
    config = Config()
    config.set_main_option("script_location", str(migrations_folder()).replace("%", "%%"))
    config.set_main_option("version_locations", str(folder).replace("%", "%%"))
    config.set_main_option("path_separator", "newline")
    return ScriptDirectory.from_config(config)


def _told(difference: Any) -> str:
    parts = difference[0] if isinstance(difference, list) else difference
    return " ".join(str(part) for part in parts if part is not None)
