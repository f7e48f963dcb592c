"""The shop as one object: everything a process needs to serve it, and nothing global."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

from sqlalchemy.orm import Session
from structlog import get_logger

from growthcore.api.context import PluginContext
from growthcore.api.ports import Carts, Catalog, Clock, Consents, Customers, HttpClient
from growthcore.db.remembered import Remembered
from growthcore.db.unit_of_work import Database
from growthcore.plugins.accounts import Accounts
from growthcore.plugins.calls import Calls
from growthcore.plugins.files import StoredFiles
from growthcore.plugins.registry import Plugins
from growthcore.plugins.secrets import Keys
from growthcore.settings import Settings

if TYPE_CHECKING:
    # Higher layers: the application puts together what they keep.
    from growthcore.catalog.shelf import Shelf
    from growthcore.customers.listeners import CustomerListener
    from growthcore.recommendations.contents.shelf import ContentShelf


class Queue(StrEnum):
    """Queues by purpose; a worker process serves exactly one."""

    EVENTS = "events"
    SEND = "send"
    BACKGROUND = "background"


class JobQueue(Protocol):
    """Wakes workers up. The database is the truth: a wake-up that is lost is found by the sweeper."""

    def enqueue(self, queue: Queue, job: str, *args: int | str) -> None:
        """Ask for ``job`` (a function of :mod:`growthcore.worker.jobs`) to run soon.

        Never raises and never waits long: when the queue cannot be reached, work is only later.
        """

    def waiting(self, queue: Queue) -> int:
        """How many jobs wait in a queue; 0 when that can't be told."""


@dataclass(frozen=True, kw_only=True)
class Ports:
    """What the core hands to plugins, built once from the domain packages."""

    carts: Carts
    consents: Consents
    customers: Customers
    catalog: Catalog


@dataclass(frozen=True, kw_only=True)
class Core:
    """One shop. Built by :func:`growthcore.app.build_core`; processes hold one, tests make many."""

    settings: Settings
    db: Database
    clock: Clock
    plugins: Plugins
    accounts: Accounts
    jobs: JobQueue
    http: HttpClient
    calls: Calls
    keys: Keys = field(repr=False)
    files: StoredFiles = field(repr=False)
    ports: Ports = field(repr=False)
    shelf: Shelf = field(repr=False)
    contents: ContentShelf = field(repr=False)
    remembered: Remembered = field(repr=False)
    listeners: Sequence[CustomerListener] = field(default=(), repr=False)

    def plugin_context(self, plugin: str, session: Session | None = None) -> PluginContext:
        """What a hook of ``plugin`` is handed; ``session`` for hooks inside a transaction."""
        return PluginContext(
            plugin=plugin,
            clock=self.clock,
            log=get_logger(plugin=plugin),
            carts=self.ports.carts,
            unit=self.db.unit,
            session=session,
        )
