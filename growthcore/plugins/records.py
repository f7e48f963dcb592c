"""What is known about each installed plugin, and the error that names one."""

from __future__ import annotations

import traceback
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from growthcore.api.errors import GrowthCoreError
from growthcore.api.manifest import Category, Manifest
from growthcore.api.text import Text


class State(StrEnum):
    """Whether a plugin answers, and if not, why."""

    ACTIVE = "active"
    DISABLED = "disabled"
    FAILED = "failed"
    INCOMPATIBLE = "incompatible"
    MIGRATIONS_PENDING = "migrations_pending"


class PluginFailure(GrowthCoreError):
    """A plugin did what it must not; the cause is chained. The message names no values."""

    def __init__(self, plugin: str, message: str) -> None:
        super().__init__(f"plugin {plugin}: {message}")
        self.plugin = plugin


@dataclass(kw_only=True)
class PluginRecord:
    """One installed plugin as this process sees it.

    ``error`` is a sentence and ``traceback`` the whole story of why it is not active. ``offers``
    are ids by kind. ``failures`` counts calls that raised since the process started;
    ``last_failed_at`` and ``last_error`` are the newest one's time and traceback.
    """

    name: str
    distribution: str
    version: str
    state: State = State.ACTIVE
    manifest: Manifest | None = None
    error: str | None = None
    traceback: str | None = field(default=None, repr=False)
    offers: Mapping[str, Sequence[str]] = field(default_factory=dict)
    failures: int = 0
    last_failed_at: datetime | None = None
    last_error: str | None = field(default=None, repr=False)

    @property
    def title(self) -> Text:
        """The manifest's title; the name while no manifest could be read."""
        return self.manifest.title if self.manifest else Text(self.name, self.name)

    @property
    def category(self) -> Category:
        """The manifest's category."""
        return self.manifest.category if self.manifest else Category.OTHER

    def stop(self, state: State, error: str, cause: BaseException | None = None) -> None:
        """Note that the plugin does not run, and why."""
        self.state, self.error, self.offers = state, error, {}
        if cause is not None:
            self.traceback = "".join(traceback.format_exception(cause))

    def count(self, error: BaseException, at: datetime) -> None:
        """Note that a call raised; the plugin stays active."""
        self.failures += 1
        self.last_failed_at = at
        self.last_error = "".join(traceback.format_exception(error))
