"""Putting a shop together."""

from __future__ import annotations

from types import ModuleType

import pytest
from sqlalchemy.orm import Mapped, mapped_column

from growthcore.api import ConfigError, hookimpl
from growthcore.api.db import plugin_base
from growthcore.app import Unqueued, build_core
from growthcore.clock import FixedClock
from growthcore.core import Core, Queue
from growthcore.db import migrations
from growthcore.plugins.records import State
from growthcore.plugins.registry import Plugins
from growthcore.plugins.secrets import generate, key_file
from growthcore.settings import Settings
from growthcore.testing.fakes import START
from growthcore.testing.plugins import a_manifest, plugins_of


@pytest.fixture
def stock(tmp_path) -> ModuleType:
    """A plugin with one table and its migration."""
    base = plugin_base("stock_alert")
    body = {"__tablename__": "stock_alert", "__annotations__": {"id": Mapped[int]}}
    type("Row", (base,), {**body, "id": mapped_column(primary_key=True)})
    (tmp_path / "package" / "migrations").mkdir(parents=True)
    module = ModuleType("growthcore_stock_alert.plugin")
    module.__file__ = str(tmp_path / "package" / "plugin.py")
    module.MANIFEST = a_manifest("stock_alert")
    module.growthcore_models = hookimpl(lambda: base)
    migrations.revision(Plugins.load(entry_points=plugins_of(module)), "stock_alert", "initial")
    return module


def close(core: Core) -> Core:
    core.db.dispose()
    return core


def test_a_shop_without_settings_keeps_everything_in_its_data_folder(tmp_path):
    settings = Settings(data_dir=tmp_path / "new" / "data")

    core = close(build_core(settings))

    assert core.db.dialect == "sqlite"
    assert key_file(settings).exists()
    assert isinstance(core.jobs, Unqueued)
    core.jobs.enqueue(Queue.SEND, "dispatch", 1)


def test_a_shop_with_a_database_of_its_own_needs_keys_of_its_own(tmp_path):
    settings = Settings(data_dir=tmp_path / "data", database_url=f"sqlite:///{tmp_path}/shop.db")

    with pytest.raises(ConfigError, match="GROWTHCORE_SECRET_KEYS"):
        build_core(settings)
    assert not key_file(settings).exists()

    keyed = Settings(database_url=settings.database_url, secret_keys=generate())
    assert close(build_core(keyed)).keys.first == "k1"


def test_a_frozen_shop_stands_still(tmp_path):
    core = close(build_core(Settings(data_dir=tmp_path, frozen_time=START)))

    assert core.clock.now() == START


def test_a_plugin_is_held_until_its_tables_are_there(tmp_path, stock):
    settings = Settings(data_dir=tmp_path / "data")
    plugins = Plugins.load(entry_points=plugins_of(stock))
    core = build_core(settings, plugins=plugins)
    record = core.plugins.record("stock_alert")
    assert record.state is State.MIGRATIONS_PENDING
    assert "growthcore db upgrade" in record.error

    migrations.upgrade(core.db, core.plugins)
    core.db.dispose()

    again = close(build_core(settings, plugins=Plugins.load(entry_points=plugins_of(stock))))
    assert again.plugins.record("stock_alert").state is State.ACTIVE


def test_plugins_disabled_by_a_setting_are_not_loaded(tmp_path):
    everything = close(build_core(Settings(data_dir=tmp_path / "a")))
    names = [record.name for record in everything.plugins.records]

    core = close(build_core(Settings(data_dir=tmp_path / "b", disabled_plugins=frozenset(names))))

    assert {record.state for record in core.plugins.records} == {State.DISABLED}


def test_the_clock_given_is_the_clock_of_plugins(tmp_path):
    clock = FixedClock(START)

    core = close(build_core(Settings(data_dir=tmp_path), clock=clock))

    assert core.clock is clock
    assert core.plugin_context("sample").clock is clock
