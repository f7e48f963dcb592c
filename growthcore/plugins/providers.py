"""Building the providers of accounts: once for each version of an account, or to be tried only."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

import structlog

from growthcore.api.connections import Connection
from growthcore.api.errors import ConfigError
from growthcore.api.files import Files
from growthcore.api.ports import AccountState, Clock, HttpClient
from growthcore.api.provider import Provider, ProviderContext
from growthcore.db.unit_of_work import Database
from growthcore.plugins import configuration
from growthcore.plugins.configuration import Checked
from growthcore.plugins.directory import StoredDirectory
from growthcore.plugins.models import Account
from growthcore.plugins.offers import Kind, NoDirectory
from growthcore.plugins.registry import Plugins
from growthcore.plugins.secrets import Keys
from growthcore.plugins.state import PassingState, StoredState

CHANNEL: Kind = "channel"
CONNECTION: Kind = "connection"
SOURCE: Kind = "source"


class Providers:
    """What the accounts of one shop are built into. Safe to share by threads."""

    def __init__(
        self,
        *,
        db: Database,
        plugins: Plugins,
        clock: Clock,
        http: HttpClient,
        keys: Keys,
        files: Files,
    ) -> None:
        self._db = db
        self._plugins = plugins
        self._clock = clock
        self._http = http
        self._keys = keys
        self._files = files
        self._built: dict[int, tuple[int, Provider]] = {}
        # A provider may ask for its connection while it is built.
        self._lock = threading.RLock()

    def offered(self, kind: str) -> Mapping[str, type[Provider]]:
        """The providers there are of a kind, by id."""
        if kind == SOURCE:
            return self._plugins.sources
        return self._plugins.connections if kind == CONNECTION else self._plugins.channels

    def get(self, kind: Kind, account_id: int) -> Provider:
        """The provider of an account that is switched on. Raises :class:`ConfigError`."""
        with self._db.read() as session:
            account = session.get(Account, account_id)
        if account is None or not account.enabled or account.kind != kind or account.removed_at:
            raise ConfigError(f"The account {account_id} is switched off or gone.")
        with self._lock:
            version, built = self._built.get(account_id, (0, None))
            if built is None or version != account.version:
                built = self._build(account)
                self._built[account_id] = (account.version, built)
        return built

    def trial(
        self, kind: Kind, offered: type[Provider], checked: Checked, account_id: int | None
    ) -> Provider:
        """A provider of settings that are kept nowhere; its state is empty and passes with it."""
        config = configuration.load(offered.Config(), checked.config, checked.secrets)
        return self._made(
            kind, offered, self._context(offered, config, account_id, state=PassingState())
        )

    def class_of(self, account: Account) -> type[Provider]:
        """The class of an account's provider. Raises :class:`ConfigError` when it is not active."""
        offered = self.offered(account.kind).get(account.provider)
        if offered is None:
            raise ConfigError(
                f"No active plugin offers {account.provider!r}, which the account "
                f"{account.label!r} needs; `growthcore plugins list` tells why"
            )
        return offered

    def misfit(self, account: Account) -> str | None:
        """Why the configuration of an account no longer fits its provider, if it does not."""
        offered = self.offered(account.kind).get(account.provider)
        try:
            if offered:
                self._load(account, offered)
        except ConfigError as error:
            return str(error)
        return None

    def _build(self, account: Account) -> Provider:
        offered = self.class_of(account)
        config = self._load(account, offered)
        state = StoredState(self._db, account.id, self._keys)
        context = self._context(offered, config, account.id, state=state)
        return self._made(cast("Kind", account.kind), offered, context)

    def _made(self, kind: Kind, offered: type[Provider], context: ProviderContext) -> Provider:
        with self._plugins.guarded(kind, offered.id):
            return offered(context)

    def _context(
        self,
        offered: type[Provider],
        config: Mapping[str, Any],
        account_id: int | None,
        *,
        state: AccountState,
    ) -> ProviderContext:
        return ProviderContext(
            config=config,
            clock=self._clock,
            http=self._http,
            log=structlog.get_logger(provider=offered.id, account_id=account_id),
            state=state,
            directory=StoredDirectory(self._db, account_id) if account_id else NoDirectory(),
            connections=_Connections(self),
            account_id=account_id,
            files=self._files,
        )

    def _load(self, account: Account, offered: type[Provider]) -> Mapping[str, Any]:
        secrets = configuration.unseal(self._keys, account.id, account.sealed)
        return configuration.load(offered.Config(), account.config, secrets)


@dataclass(frozen=True)
class _Connections:
    """:class:`growthcore.api.Connections`."""

    providers: Providers

    def get(self, account_id: int) -> Connection:
        return cast("Connection", self.providers.get(CONNECTION, account_id))
