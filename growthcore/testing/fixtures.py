"""The pytest plugin of the kit; load it with ``pytest_plugins = ["growthcore.testing.fixtures"]``.

``database``, ``clock``, ``settings``, ``http`` and ``jobs`` are the parts, ``core`` a whole shop made
of them. Tests never leave this machine and leave ``os.environ`` as they found it.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any, Protocol

import pytest
from argon2 import PasswordHasher
from flask import Flask
from jinja2 import FileSystemBytecodeCache
from werkzeug.routing import Rule

from growthcore.app import build_core
from growthcore.clock import FixedClock
from growthcore.core import Core
from growthcore.db import migrations
from growthcore.db.unit_of_work import Database
from growthcore.operators import passwords
from growthcore.plugins import discovery, secrets
from growthcore.plugins.discovery import Installed
from growthcore.plugins.registry import Plugins
from growthcore.settings import Settings
from growthcore.testing import databases
from growthcore.testing.checks import BoundCheck
from growthcore.testing.fakes import FakeHttp
from growthcore.testing.jobs import CollectedJobs
from growthcore.testing.postgres import Postgres
from growthcore.testing.values import START


class MakeCore(Protocol):
    """Builds a shop on ``database`` with ``plugins``, those installed unless told otherwise."""

    def __call__(self, database: Database, plugins: Sequence[Installed] | None = None) -> Core:
        """The shop, its tables up to date."""


pytest_plugins = ["growthcore.testing.postgres", "growthcore.testing.guards"]


@cache
def _installed(_path: tuple[str, ...]) -> Sequence[Installed]:
    """What is installed where Python looks now."""
    return discovery.installed()


@pytest.fixture(autouse=True, scope="session")
def _templates_compiled_once(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Have the many applications of a test run share their compiled templates."""
    cache = FileSystemBytecodeCache(str(tmp_path_factory.mktemp("templates")))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Flask, "jinja_options", {**Flask.jinja_options, "bytecode_cache": cache})
        yield


@pytest.fixture(autouse=True, scope="session")
def _routes_compiled_once() -> Iterator[None]:
    """Have them share what builds addresses, too: it takes most of the time an application does."""
    compile_builder = Rule._compile_builder  # noqa: SLF001 - there is no other way in
    compiled: dict[tuple[object, ...], Callable[..., tuple[str, str]]] = {}

    def remembered(rule: Rule, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        key = (rule.rule, tuple(rule._trace), repr(rule.defaults), append_unknown)  # noqa: SLF001
        if key not in compiled:
            compiled[key] = compile_builder(rule, append_unknown)
        return compiled[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Rule, "_compile_builder", remembered)
        yield


@pytest.fixture
def clock() -> FixedClock:
    """A clock that stands at 2026-03-02 10:00 in Seoul; move it by setting ``clock.at``."""
    return FixedClock(START)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings of a shop whose data lies in a folder of this test."""
    # A machine that is busy for a second must not look like an algorithm that hangs.
    return Settings(data_dir=tmp_path / "data", fresh_seconds=0, recommend_milliseconds=60_000)


@pytest.fixture
def http() -> FakeHttp:
    """An HTTP client that answers as scripted: ``http.answer(200, json_body={…})``."""
    return FakeHttp()


@pytest.fixture
def jobs() -> CollectedJobs:
    """The wake-ups that were enqueued."""
    return CollectedJobs()


@pytest.fixture
def cheap_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hash people's passwords in no time."""
    cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(passwords, "HASHER", cheap)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with every table of the core, to copy."""
    path = tmp_path_factory.mktemp("sqlite") / "template.db"
    databases.make_tables(databases.sqlite_url(path))
    return path


@pytest.fixture(scope="session")
def postgres_template(postgres_server: Postgres) -> Iterator[str]:
    """The URL of a PostgreSQL database with every table of the core, to copy."""
    url = postgres_server.create_database()
    databases.make_tables(url)
    yield url
    postgres_server.drop_database(url)


@pytest.fixture
def sqlite_database(sqlite_template: Path, settings: Settings) -> Iterator[Database]:
    """A fresh SQLite database with every table of the core."""
    path = settings.data_dir / "growthcore.db"
    with databases.sqlite_copy(sqlite_template, path) as database:
        yield database


@pytest.fixture
def postgresql_database(postgres_server: Postgres, postgres_template: str) -> Iterator[Database]:
    """A fresh PostgreSQL database with every table of the core."""
    with databases.postgres_copy(postgres_server, postgres_template) as database:
        yield database


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def database(request: pytest.FixtureRequest) -> Database:
    """A fresh database with every table of the core, on each database in turn."""
    found: Database = request.getfixturevalue(f"{request.param}_database")
    return found


@pytest.fixture
def make_core(
    settings: Settings, clock: FixedClock, http: FakeHttp, jobs: CollectedJobs
) -> Iterator[MakeCore]:
    """Build a shop: ``make_core(database)``, ``make_core(database, plugins_of(MyPlugin))``."""
    built: list[Core] = []

    def make(database: Database, plugins: Sequence[Installed] | None = None) -> Core:
        loaded = Plugins.load(
            entry_points=_installed(tuple(sys.path)) if plugins is None else plugins,
            strict=bool(plugins),
            clock=clock,
            http=http,
        )
        migrations.upgrade(database, loaded)
        url = database.engine.url.render_as_string(hide_password=False)
        keyed = replace(settings, database_url=url, secret_keys=secrets.generate())
        core = build_core(keyed, clock=clock, plugins=loaded, jobs=jobs, http=http)
        built.append(core)
        return core

    yield make
    for core in built:
        core.db.dispose()


@pytest.fixture
def core(make_core: MakeCore, sqlite_database: Database) -> Core:
    """A shop on a fresh SQLite database, with every plugin that is installed."""
    return make_core(sqlite_database)


@pytest.fixture
def check(request: pytest.FixtureRequest) -> Callable[[], None]:
    """One check of a conformance suite, ready to call; the suite's decorator fills it in."""
    bound: BoundCheck[Any] = request.param
    return bound.ready(request.getfixturevalue)
