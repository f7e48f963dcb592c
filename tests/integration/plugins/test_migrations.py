"""Migrations of the core and of a plugin that owns a table, on both databases."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
from sqlalchemy import String, inspect, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, mapped_column

from growthcore.api import ConfigError, InvalidInput, hookimpl
from growthcore.api.db import plugin_base
from growthcore.db import migrations
from growthcore.db.ownership import MigrationSet, core_set, owner_of
from growthcore.db.unit_of_work import Database
from growthcore.messaging.models import MessageSnapshot, PolicySetting, SendPolicy
from growthcore.plugins.records import State
from growthcore.plugins.registry import Plugins
from growthcore.testing.plugins import a_manifest, plugins_of

NONE = Plugins.load(entry_points=[])


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def empty(request, tmp_path) -> Iterator[Database]:
    """An empty database, on each database in turn."""
    url = f"sqlite:///{tmp_path}/empty.db"
    if request.param == "postgresql":
        url = request.getfixturevalue("postgres_url")
    database = Database(url)
    yield database
    database.dispose()


def a_stock_plugin(folder: Path, *columns: str) -> ModuleType:
    """A plugin module that owns the table ``stock_alert_rows``, in a package of its own."""
    base = plugin_base("stock_alert")
    body = {
        "__tablename__": "stock_alert_rows",
        "__annotations__": {"id": Mapped[int], **dict.fromkeys(columns, Mapped[str])},
        "id": mapped_column(primary_key=True),
        **{name: mapped_column(String(10), server_default="") for name in columns},
    }
    type("Row", (base,), body)
    module = ModuleType("growthcore_stock_alert.plugin")
    module.__file__ = str(folder / "plugin.py")
    module.MANIFEST = a_manifest("stock_alert")
    module.growthcore_models = hookimpl(lambda: base)
    return module


@pytest.fixture
def package(tmp_path) -> Path:
    folder = tmp_path / "growthcore_stock_alert"
    (folder / "migrations").mkdir(parents=True)
    return folder


def load(package: Path, *columns: str) -> Plugins:
    return Plugins.load(entry_points=plugins_of(a_stock_plugin(package, *columns)), strict=True)


@pytest.fixture
def stock(package) -> Plugins:
    """The plugin with its first migration written."""
    plugins = load(package)
    migrations.revision(plugins, "stock_alert", "initial")
    return plugins


def tables(database: Database) -> set[str]:
    return set(inspect(database.engine).get_table_names())


def test_the_migrations_of_the_core_make_what_its_models_say(empty):
    migrations.upgrade(empty, NONE)

    assert migrations.check(empty, NONE) == {}
    assert migrations.pending(empty, NONE) == {}


def test_the_migrations_of_the_core_leave_nothing_behind_when_taken_back(empty):
    migrations.upgrade(empty, NONE)

    migrations.downgrade(empty, NONE, "core", "base")

    assert tables(empty) == {"alembic_version"}
    migrations.upgrade(empty, NONE)
    assert migrations.check(empty, NONE) == {}


def test_partial_indexes_are_partial(empty):
    migrations.upgrade(empty, NONE)

    query = {
        "sqlite": "SELECT sql FROM sqlite_master WHERE name = 'ix_events_unreacted'",
        "postgresql": "SELECT indexdef FROM pg_indexes WHERE indexname = 'ix_events_unreacted'",
    }
    with empty.read() as session:
        assert " WHERE " in session.scalar(text(query[empty.dialect]))


def test_the_send_settings_of_before_become_those_of_policies(empty):
    migrations.upgrade(empty, NONE)
    with empty.unit() as session:
        session.execute(text("INSERT INTO send_policy (id, version, priorities) VALUES (1, 7, 1)"))
    migrations.downgrade(empty, NONE, "core", "0004")
    with empty.unit() as session:
        session.execute(text("UPDATE send_policy SET quiet_until = 540, cooldown_seconds = 7200"))

    migrations.upgrade(empty, NONE)

    with empty.read() as session:
        found = {row.id: row.params for row in session.query(PolicySetting)}
        assert session.get_one(SendPolicy, 1).version == 7
    assert found == {
        "quiet_hours": {"begins": "21:00", "ends": "09:00", "exempt": []},
        "cooldown": {"pause": {"minutes": 120}},
    }


def test_upgrading_again_does_nothing(empty):
    assert list(migrations.upgrade(empty, NONE)) == ["core"]
    assert migrations.upgrade(empty, NONE) == {}


def test_an_empty_database_has_everything_pending(empty, stock):
    assert list(migrations.pending(empty, stock)) == ["core", "stock_alert"]
    with pytest.raises(ConfigError, match="growthcore db upgrade"):
        migrations.require_current(empty)


def test_a_plugin_is_migrated_with_the_core_and_apart_from_it(empty, stock):
    applied = migrations.upgrade(empty, stock)

    assert applied["stock_alert"] == ["0001"]
    assert {"stock_alert_rows", "alembic_version_stock_alert"} <= tables(empty)
    assert migrations.check(empty, stock) == {}

    migrations.downgrade(empty, stock, "stock_alert", "base")

    assert "stock_alert_rows" not in tables(empty)
    assert list(migrations.pending(empty, stock)) == ["stock_alert"]


def test_a_plugin_can_be_migrated_alone(empty, stock):
    assert list(migrations.upgrade(empty, stock, only="stock_alert")) == ["stock_alert"]
    assert list(migrations.pending(empty, stock)) == ["core"]


def test_an_unknown_owner_is_refused_with_those_there_are(empty, stock):
    with pytest.raises(InvalidInput, match="only: core, stock_alert"):
        migrations.upgrade(empty, stock, only="stocks")


def test_the_core_finds_its_way_after_the_plugin_is_gone(empty, stock):
    migrations.upgrade(empty, stock)

    assert migrations.upgrade(empty, NONE) == {}
    assert migrations.check(empty, NONE) == {}
    migrations.downgrade(empty, NONE, "core", "base")
    migrations.upgrade(empty, NONE)
    assert "stock_alert_rows" in tables(empty)


def test_a_missing_migration_is_told_for_its_owner_alone(empty, stock, package):
    migrations.upgrade(empty, stock)

    found = migrations.check(empty, load(package, "note"))

    assert list(found) == ["stock_alert"]
    assert "add_column" in found["stock_alert"][0]


def test_the_next_migration_is_written_from_the_difference(empty, stock, package):
    migrations.upgrade(empty, stock)
    grown = load(package, "note")

    path = migrations.revision(grown, "stock_alert", "add note")

    assert path.name == "0002_add_note.py"
    assert migrations.upgrade(empty, grown) == {"stock_alert": ["0002"]}
    assert migrations.check(empty, grown) == {}
    migrations.downgrade(empty, grown, "stock_alert", "0001")
    assert migrations.check(empty, stock) == {}


def test_a_database_of_a_newer_version_is_refused(empty, stock):
    migrations.upgrade(empty, stock)
    with empty.unit() as session:
        session.execute(text("UPDATE alembic_version_stock_alert SET version_num = '0099'"))

    with pytest.raises(ConfigError, match="0099 of stock_alert"):
        migrations.pending(empty, stock)


def test_a_migration_that_fails_changes_nothing(empty, stock, package):
    migrations.upgrade(empty, stock)
    written = migrations.revision(load(package, "note"), "stock_alert", "add note")
    body = written.read_text()
    broken = body.replace("def downgrade", "    raise RuntimeError('no')\n\n\ndef downgrade")
    written.write_text(broken)

    with pytest.raises(RuntimeError):
        migrations.upgrade(empty, stock)

    columns = inspect(empty.engine).get_columns("stock_alert_rows")
    assert [column["name"] for column in columns] == ["id"]


def test_two_processes_that_upgrade_at_once_do_it_once(empty):
    applied: list[object] = []
    threads = [
        threading.Thread(target=lambda: applied.append(migrations.upgrade(empty, NONE)))
        for _ in range(2)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(map(len, applied)) == [0, 1]


def test_references_are_enforced_again_after_a_migration(empty):
    migrations.upgrade(empty, NONE)

    with pytest.raises(IntegrityError, match=r"(?i)foreign key"), empty.unit() as session:
        session.add(MessageSnapshot(message_id=1, content=b""))


def test_a_scratch_database_is_made_whole_at_once(empty, stock):
    migrations.create_all(empty, stock)

    assert migrations.pending(empty, stock) == {}
    assert migrations.check(empty, stock) == {}


def test_a_plugin_with_tables_and_no_migrations_fails(tmp_path):
    plugins = Plugins.load(entry_points=plugins_of(a_stock_plugin(tmp_path)))

    assert plugins.record("stock_alert").state is State.FAILED
    assert "migrations" in plugins.record("stock_alert").error


def test_a_held_plugin_can_still_be_migrated(empty, stock):
    stock.hold("stock_alert", "pending")

    assert "stock_alert" in migrations.upgrade(empty, stock)


@pytest.mark.parametrize(
    ("table", "owner"),
    [
        ("customers", "core"),
        ("customer_attributes", "core"),
        ("channel_sms", "channel_sms"),
        ("channel_sms_rows", "channel_sms"),
        ("channel_sms_log_rows", "channel_sms_log"),
        ("channel_smsx", "core"),
        ("alembic_version", None),
        ("alembic_version_channel_sms", None),
    ],
)
def test_a_table_belongs_to_the_longest_prefix(table, owner):
    core_set()

    assert owner_of(table, {"customer", "channel_sms", "channel_sms_log"}) == owner


def test_a_long_plugin_name_fits_the_version_table_of_postgresql():
    assert len(MigrationSet("a" * 50, core_set().metadata, Path()).version_table) <= 63
