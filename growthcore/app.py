"""One shop, put together step by step."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from growthcore import garbage
from growthcore.api.ports import Clock, HttpClient
from growthcore.catalog.ports import CatalogPort
from growthcore.catalog.shelf import Shelf
from growthcore.clock import FixedClock, SystemClock
from growthcore.core import Core, JobQueue, Ports, Queue
from growthcore.customers.ports import ConsentsPort, CustomersPort
from growthcore.db import migrations
from growthcore.db.ownership import CORE
from growthcore.db.remembered import Remembered
from growthcore.db.unit_of_work import Database
from growthcore.events.carts import CartsPort
from growthcore.events.listeners import EventsListener
from growthcore.messaging.listeners import MessagingListener
from growthcore.plugins import switches
from growthcore.plugins.accounts import Accounts
from growthcore.plugins.calls import Calls, renew_process
from growthcore.plugins.files import StoredFiles
from growthcore.plugins.http import Http
from growthcore.plugins.registry import Plugins
from growthcore.plugins.secrets import load_keys
from growthcore.recommendations.contents.shelf import ContentShelf
from growthcore.recommendations.listeners import RecommendationsListener
from growthcore.settings import Settings

if TYPE_CHECKING:
    from flask import Flask


class Unqueued:
    """A :class:`JobQueue` that wakes nobody: the sweeper finds what is due."""

    def enqueue(self, queue: Queue, job: str, *args: int | str) -> None:
        """Do nothing."""

    def waiting(self, queue: Queue) -> int:
        """Nothing ever waits."""
        return 0


def build_core(
    settings: Settings,
    *,
    clock: Clock | None = None,
    plugins: Plugins | None = None,
    jobs: JobQueue | None = None,
    http: HttpClient | None = None,
) -> Core:
    """The shop these settings describe. Its database may still be empty.

    ``clock``, ``plugins`` and ``http`` default to the real ones, ``jobs`` to none. Broken plugins
    are told by their records. Raises :class:`ConfigError` when the settings cannot work.
    """
    clock = clock or _clock(settings)
    http = http or Http()
    db = _database(settings)
    plugins = plugins or Plugins.load(disabled=_disabled(settings, db), clock=clock, http=http)
    pending = migrations.pending(db, plugins)
    _hold(plugins, pending)
    # Only an installation that keeps all its data itself makes its keys itself: several hosts that
    # share a database must share them too.
    keys = load_keys(settings, create=settings.database_url is None)
    files = StoredFiles(settings.data_dir / "files")
    accounts = Accounts(db=db, plugins=plugins, clock=clock, http=http, keys=keys, files=files)
    if CORE not in pending:
        accounts.review()
    shelf = Shelf(db, settings.fresh_seconds)
    return Core(
        settings=settings,
        db=db,
        clock=clock,
        plugins=plugins,
        accounts=accounts,
        jobs=jobs or Unqueued(),
        http=http,
        calls=Calls(settings.recommend_milliseconds / 1000),
        keys=keys,
        files=files,
        shelf=shelf,
        contents=ContentShelf(db, shelf, clock, settings.fresh_seconds),
        remembered=Remembered(settings.fresh_seconds),
        listeners=(EventsListener(clock), RecommendationsListener(), MessagingListener(clock)),
        ports=_ports(db),
    )


def _ports(db: Database) -> Ports:
    return Ports(
        carts=CartsPort(db),
        consents=ConsentsPort(db),
        customers=CustomersPort(db),
        catalog=CatalogPort(db),
    )


def _clock(settings: Settings) -> Clock:
    return FixedClock(settings.frozen_time) if settings.frozen_time else SystemClock()


def _database(settings: Settings) -> Database:
    if settings.database_url is None:
        settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    return Database(settings.database, full_durability=settings.durability == "full")


def _disabled(settings: Settings, db: Database) -> frozenset[str]:
    return settings.disabled_plugins | switches.disabled(db)


def _hold(plugins: Plugins, pending: Iterable[str]) -> None:
    """Leave out the plugins whose tables are not there yet."""
    for name in pending:
        if name != CORE:
            plugins.hold(name, "its tables are not up to date; run `growthcore db upgrade`")


def wsgi() -> Flask:
    """What a WSGI server calls to get the application: the shop the environment describes."""
    # Here, so that workers and commands, which serve no pages, start without them.
    from growthcore.web import create_app
    from growthcore.worker import embedded
    from growthcore.worker.queues import RqJobs

    settings = Settings.from_environment()
    url = settings.redis_url or embedded.running_url(settings.data_dir)
    core = build_core(settings, jobs=RqJobs(url, settings) if url else None)
    core.calls.worn_out = renew_process
    app = create_app(core, {"TRUSTED_PROXIES": settings.trusted_proxies})
    garbage.spare()
    return app
