"""The plugins of one shop: loaded, isolated from one another, and asked."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any, Self

import click
import structlog
from pluggy import HookImpl

from growthcore.api.admin import AdminPage
from growthcore.api.algorithms import Algorithm
from growthcore.api.channels import Channel
from growthcore.api.conditions import Condition
from growthcore.api.connections import Connection
from growthcore.api.context import PluginContext
from growthcore.api.errors import GrowthCoreError
from growthcore.api.policies import Policy
from growthcore.api.ports import Clock, HttpClient
from growthcore.api.provider import ProviderContext
from growthcore.api.sources import Source
from growthcore.api.templates import MissingValue
from growthcore.api.triggers import Trigger
from growthcore.api.variables import Variable
from growthcore.clock import SystemClock
from growthcore.db.ownership import MigrationSet
from growthcore.plugins import discovery, offers
from growthcore.plugins.discovery import Incompatible, Installed, Unfit
from growthcore.plugins.hooks import Hooks, call
from growthcore.plugins.http import Http
from growthcore.plugins.offers import Kind, NoConnections, NoDirectory, NoState, Offers
from growthcore.plugins.records import PluginFailure, PluginRecord, State

_log = structlog.get_logger()


@dataclass(frozen=True)
class Answer:
    """What one plugin said to a hook, or the error it raised instead."""

    plugin: str
    value: Any = None
    error: Exception | None = None


class Plugins:
    """Every installed plugin. Which ones are active changes only while an installation starts."""

    def __init__(self, clock: Clock, http: HttpClient) -> None:
        self.records: list[PluginRecord] = []
        self._clock = clock
        self._http = http
        self._hooks = Hooks()
        self._active: dict[str, Offers] = {}
        self._tables: dict[str, MigrationSet] = {}

    @classmethod
    def load(
        cls,
        *,
        disabled: Collection[str] = frozenset(),
        strict: bool = False,
        entry_points: Iterable[Installed] | None = None,
        clock: Clock | None = None,
        http: HttpClient | None = None,
    ) -> Self:
        """Import, check and ask every installed plugin that is not ``disabled``.

        Never raises for a broken plugin, unless ``strict``: then :class:`PluginFailure`.
        """
        plugins = cls(clock or SystemClock(), http or Http())
        found = discovery.installed() if entry_points is None else entry_points
        # Sorted, so that who keeps a disputed name does not depend on the order of installation.
        for each in sorted(found, key=lambda each: (each.name, each.distribution)):
            record = plugins._add(each, disabled)
            if strict and record.state in (State.FAILED, State.INCOMPATIBLE):
                raise PluginFailure(record.name, record.error or "failed")
        return plugins

    def record(self, name: str) -> PluginRecord | None:
        """The record of the plugin that has this name."""
        return next((record for record in self.records if record.name == name), None)

    # ------------------------------------------------------------ what they offer

    @property
    def channels(self) -> Mapping[str, type[Channel]]:
        """Channel classes by id; :class:`~growthcore.plugins.accounts.Accounts` builds them."""
        return self._all("channel")

    @property
    def connections(self) -> Mapping[str, type[Connection]]:
        """Connection classes by id, built by accounts too."""
        return self._all("connection")

    @property
    def sources(self) -> Mapping[str, type[Source]]:
        """Source classes by id, built by accounts too."""
        return self._all("source")

    @property
    def algorithms(self) -> Mapping[str, Algorithm]:
        """Algorithms by id."""
        return self._all("algorithm")

    @property
    def conditions(self) -> Mapping[str, Condition]:
        """Segment conditions by id."""
        return self._all("condition")

    @property
    def triggers(self) -> Mapping[str, Trigger]:
        """Triggers by id."""
        return self._all("trigger")

    @property
    def policies(self) -> Mapping[str, Policy]:
        """Send policies by id."""
        return self._all("policy")

    @property
    def variables(self) -> Mapping[str, Variable]:
        """Variables by the name between the braces."""
        return self._all("variable")

    @property
    def pages(self) -> Mapping[str, Sequence[AdminPage]]:
        """Admin pages by plugin."""
        return {name: each.pages for name, each in self._active.items() if each.pages}

    @property
    def commands(self) -> Mapping[str, Sequence[click.Command]]:
        """Commands by plugin."""
        found = ((name, each.commands) for name, each in self._active.items())
        return {name: commands for name, commands in found if commands}

    @property
    def migrations(self) -> Sequence[MigrationSet]:
        """The tables and migrations of each plugin that owns any, active or held back for them."""
        return list(self._tables.values())

    def owner(self, kind: Kind, provider_id: str) -> str | None:
        """The plugin that offers a provider."""
        for name, each in self._active.items():
            if provider_id in each.providers[kind]:
                return name
        return None

    # ------------------------------------------------------------ asking them

    def ask(
        self, hook: str, context: Callable[[str], PluginContext], **arguments: Any
    ) -> list[Answer]:
        """Call a runtime hook of every plugin, each with its own context.

        What a plugin raises is logged, counted and in its answer; the others are asked all the same.
        """
        return [
            self._answer(hook, each, {**arguments, "context": context(each.plugin_name)})
            for each in self._hooks.of(hook)
        ]

    def require(
        self, hook: str, context: Callable[[str], PluginContext], **arguments: Any
    ) -> list[Answer]:
        """The same for hooks inside the core's transaction: what a plugin raises is raised.

        Raises :class:`PluginFailure` for anything that is no :class:`GrowthCoreError`.
        """
        answers = []
        for each in self._hooks.of(hook):
            name = each.plugin_name
            with self.calling(name):
                value = call(each, {**arguments, "context": context(name)})
            answers.append(Answer(name, value))
        return answers

    @contextmanager
    def guarded(self, kind: Kind, provider_id: str) -> Iterator[None]:
        """Turn what a provider raises unexpectedly into a :class:`PluginFailure`, and count it."""
        with self.calling(self.owner(kind, provider_id) or provider_id):
            yield

    @contextmanager
    def calling(self, plugin: str) -> Iterator[None]:
        """The same for anything else that is called of a plugin, such as a page."""
        try:
            yield
        except (GrowthCoreError, MissingValue):
            raise
        except Exception as error:
            self._failed(plugin, error)
            raise PluginFailure(plugin, f"{type(error).__name__} while it was called") from error

    def hold(self, name: str, error: str) -> None:
        """Take a plugin out of service because its migrations are pending."""
        self._active.pop(name, None)
        self._hooks.unregister(name)
        if record := self.record(name):
            record.stop(State.MIGRATIONS_PENDING, error)

    # ------------------------------------------------------------ inside

    def _add(self, plugin: Installed, disabled: Collection[str]) -> PluginRecord:
        first = self.record(plugin.name)
        record = PluginRecord(
            name=plugin.name, distribution=plugin.distribution, version=plugin.version
        )
        self.records.append(record)
        if first:
            record.stop(State.FAILED, f"the name is also used by {first.distribution}; remove one")
        elif plugin.name in disabled:
            record.stop(State.DISABLED, "switched off")
        else:
            self._activate(plugin, record)
        return record

    def _activate(self, plugin: Installed, record: PluginRecord) -> None:
        try:
            module = plugin.load()
            record.manifest = discovery.manifest_of(module, plugin)
            self._hooks.register(module, plugin.name)
            collected = offers.collect(
                lambda hook: self._hooks.offered(hook, plugin.name),
                self.owner,
                lambda provider: self._context(plugin.name, provider),
            )
            tables = _tables(record.name, module, collected)
        # A plugin that raises anything at all, or exits, while it loads costs itself only.
        except (Exception, SystemExit) as error:  # noqa: BLE001
            self._hooks.unregister(plugin.name)
            state = State.INCOMPATIBLE if isinstance(error, Incompatible) else State.FAILED
            said = str(error) if isinstance(error, Unfit) else f"{type(error).__name__}: {error}"
            record.stop(state, said, error)
            _log.warning("plugin_not_loaded", plugin=plugin.name, state=state.value, error=said)
        else:
            self._active[plugin.name] = collected
            self._tables |= tables
            record.offers = collected.ids

    def _context(self, plugin: str, provider: str) -> ProviderContext:
        return ProviderContext(
            clock=self._clock,
            http=self._http,
            log=structlog.get_logger(plugin=plugin, provider=provider),
            state=NoState(),
            directory=NoDirectory(),
            connections=NoConnections(),
        )

    def _all(self, kind: Kind) -> dict[str, Any]:
        merged: dict[str, Any] = {}
        for each in self._active.values():
            merged |= each.providers[kind]
        return merged

    def _answer(self, hook: str, implementation: HookImpl, given: Mapping[str, Any]) -> Answer:
        name = implementation.plugin_name
        try:
            return Answer(name, call(implementation, given))
        except Exception as error:  # noqa: BLE001 - one plugin's defect is not another's
            self._failed(name, error)
            _log.warning("hook_failed", plugin=name, hook=hook, error=type(error).__name__)
            return Answer(name, error=error)

    def _failed(self, plugin: str, error: Exception) -> None:
        if record := self.record(plugin):
            record.count(error, self._clock.now())


def _tables(name: str, module: ModuleType, offered: Offers) -> dict[str, MigrationSet]:
    if offered.base is None:
        return {}
    folder = Path(module.__file__ or "/nowhere").parent / "migrations"
    if not folder.is_dir():
        raise Unfit("growthcore_models: put a folder migrations beside the plugin's module")
    return {name: MigrationSet(name, offered.base.metadata, folder)}
