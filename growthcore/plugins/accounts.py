"""Accounts: the stored configuration of a provider, and the provider built from it."""

from __future__ import annotations

import threading
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from growthcore.api.channels import Channel, Diagnosis
from growthcore.api.connections import Connection
from growthcore.api.errors import ConfigError, InvalidInput
from growthcore.api.ports import Clock, HttpClient
from growthcore.api.provider import Provider, ProviderContext
from growthcore.db.unit_of_work import Database
from growthcore.operators import audit
from growthcore.plugins import configuration
from growthcore.plugins.directory import StoredDirectory
from growthcore.plugins.models import Account
from growthcore.plugins.offers import Kind
from growthcore.plugins.registry import Plugins
from growthcore.plugins.secrets import Keys
from growthcore.plugins.state import StoredState

CHANNEL: Kind = "channel"
CONNECTION: Kind = "connection"


class Accounts:
    """The accounts of one shop. Safe to share by threads."""

    def __init__(
        self,
        *,
        db: Database,
        plugins: Plugins,
        clock: Clock,
        http: HttpClient,
        keys: Keys,
    ) -> None:
        self._db = db
        self._plugins = plugins
        self._clock = clock
        self._http = http
        self._keys = keys
        self._built: dict[int, tuple[int, Provider]] = {}
        self._lock = threading.Lock()

    def list(self, session: Session) -> Sequence[Account]:
        """Every account, oldest first."""
        return session.scalars(select(Account).order_by(Account.id)).all()

    def get(self, session: Session, account_id: int, *, lock: bool = False) -> Account:
        """One account. Raises :class:`InvalidInput` when there is none."""
        account = session.get(Account, account_id, with_for_update=lock or None)
        if account is None:
            raise InvalidInput({"account_id": f"There is no account {account_id}."})
        return account

    def create(
        self,
        session: Session,
        *,
        provider: str,
        label: str,
        values: Mapping[str, Any],
        actor: str,
        kind: Kind = CHANNEL,
    ) -> Account:
        """Configure a provider. Secrets in ``values`` are plain texts or references.

        Raises :class:`InvalidInput` by field.
        """
        offered = self._offered(kind).get(provider)
        if offered is None:
            known = ", ".join(sorted(self._offered(kind))) or "none"
            raise InvalidInput({"provider": f"No {kind} {provider!r} is installed, only: {known}."})
        checked = configuration.check(offered.Config(), values, {})
        now = self._clock.now()
        account = Account(
            kind=kind,
            provider=provider,
            label=_label(label),
            config=checked.config,
            sealed={},
            state={},
            created_at=now,
            changed_at=now,
        )
        session.add(account)
        session.flush()  # The secrets are bound to the id.
        self._seal(account, checked.secrets)
        self._audit(session, account, "account.created", actor, sorted(values))
        return account

    def update(
        self,
        session: Session,
        account_id: int,
        *,
        values: Mapping[str, Any],
        actor: str,
        label: str | None = None,
        forget: Collection[str] = (),
    ) -> Account:
        """Replace the configuration; secrets that are blank or left out stay as they were.

        Those named in ``forget`` go, unless ``values`` has a new one. None stays when where it is
        sent to changes.

        Raises :class:`InvalidInput` by field, :class:`ConfigError` when the provider is not active.
        """
        account = self.get(session, account_id, lock=True)
        schema = self._class(account).Config()
        names = configuration.secret_names(schema)
        # One that is entered anew need not open, or a lost key could never be mended.
        stored = {
            name: sealed
            for name, sealed in account.sealed.items()
            if name in names and name not in forget and values.get(name) in ("", None)
        }
        kept = configuration.unseal(self._keys, account.id, stored)
        checked = configuration.check(schema, values, kept)
        if kept and configuration.moved(schema, account.config, checked.config):
            raise InvalidInput(
                dict.fromkeys(kept, "Enter it again: where it is sent to has changed.")
            )
        account.config = checked.config
        self._seal(account, checked.secrets)
        account.label = _label(label) if label is not None else account.label
        account.attention = None
        self._changed(account)
        self._audit(session, account, "account.changed", actor, sorted(values))
        return account

    def switch(self, session: Session, account_id: int, *, enabled: bool, actor: str) -> Account:
        """Switch an account on or off."""
        account = self.get(session, account_id, lock=True)
        account.enabled = enabled
        self._changed(account)
        self._audit(session, account, "account.enabled" if enabled else "account.disabled", actor)
        return account

    def channel(self, account_id: int) -> Channel:
        """The account's channel, built once for each version of the account.

        Raises :class:`ConfigError` when it is switched off, its plugin is not active, or its
        configuration no longer fits, and :class:`PluginFailure` when it cannot be built.
        """
        return cast("Channel", self._provider(CHANNEL, account_id))

    def connection(self, account_id: int) -> Connection:
        """The account's connection; raises what :meth:`channel` does."""
        return cast("Connection", self._provider(CONNECTION, account_id))

    def _provider(self, kind: Kind, account_id: int) -> Provider:
        with self._db.read() as session:
            account = session.get(Account, account_id)
        if account is None or not account.enabled or account.kind != kind:
            raise ConfigError(f"The account {account_id} is switched off or gone.")
        with self._lock:
            version, built = self._built.get(account_id, (0, None))
            if built is None or version != account.version:
                built = self._build(account)
                self._built[account_id] = (account.version, built)
        return built

    def verify(self, account_id: int) -> None:
        """Try the account for real, and note the outcome on it. Call it outside any transaction.

        Raises what :meth:`channel` raises and what the provider's ``verify`` does.
        """
        try:
            with self._db.read() as session:
                kind = cast("Kind", self.get(session, account_id).kind)
            provider = self._provider(kind, account_id)
            with self._plugins.guarded(kind, provider.id):
                provider.verify()
        except ConfigError as error:
            self._note(account_id, str(error))
            raise
        self._note(account_id, None)

    def diagnose(self, account_id: int) -> Sequence[Diagnosis]:
        """What a channel's sending depends on outside. Call it outside any transaction.

        Raises what :meth:`channel` raises.
        """
        channel = self.channel(account_id)
        with self._plugins.guarded(CHANNEL, channel.id):
            return channel.diagnose()

    def review(self) -> None:
        """Put every account whose configuration no longer fits its provider into attention."""
        with self._db.read() as session:
            wrong = {account.id: self._misfit(account) for account in self.list(session)}
        for account_id, attention in wrong.items():
            if attention:
                self._note(account_id, attention)

    def rotate(self, session: Session, *, actor: str) -> int:
        """Seal every secret again with the first key. Returns how many there were."""
        keys, count = self._keys, 0
        for account in session.scalars(select(Account).with_for_update()):
            opened = configuration.unseal(keys, account.id, account.sealed)
            self._seal(account, opened)
            count += len(opened)
        audit.record(
            session,
            at=self._clock.now(),
            actor=actor,
            action="secrets.rotated",
            kind="key",
            id=keys.first,
            details={"secrets": count},
        )
        return count

    def _offered(self, kind: str) -> Mapping[str, type[Provider]]:
        return self._plugins.connections if kind == CONNECTION else self._plugins.channels

    def _class(self, account: Account) -> type[Provider]:
        offered = self._offered(account.kind).get(account.provider)
        if offered is None:
            raise ConfigError(
                f"No active plugin offers {account.provider!r}, which the account "
                f"{account.label!r} needs; `growthcore plugins list` tells why"
            )
        return offered

    def _build(self, account: Account) -> Provider:
        offered = self._class(account)
        context = ProviderContext(
            config=self._load(account, offered),
            clock=self._clock,
            http=self._http,
            log=structlog.get_logger(provider=account.provider, account_id=account.id),
            state=StoredState(self._db, account.id),
            directory=StoredDirectory(self._db, account.id),
            connections=_Connections(self),
            account_id=account.id,
        )
        with self._plugins.guarded(cast("Kind", account.kind), account.provider):
            return offered(context)

    def _load(self, account: Account, offered: type[Provider]) -> Mapping[str, Any]:
        secrets = configuration.unseal(self._keys, account.id, account.sealed)
        return configuration.load(offered.Config(), account.config, secrets)

    def _misfit(self, account: Account) -> str | None:
        offered = self._offered(account.kind).get(account.provider)
        try:
            if offered:
                self._load(account, offered)
        except ConfigError as error:
            return str(error)
        return None

    def _note(self, account_id: int, attention: str | None) -> None:
        with self._db.unit() as session:
            account = session.get(Account, account_id)
            if account is not None:
                account.attention = attention

    def _seal(self, account: Account, secrets: Mapping[str, str]) -> None:
        account.sealed = configuration.seal(self._keys, account.id, secrets)

    def _changed(self, account: Account) -> None:
        account.version += 1
        account.changed_at = self._clock.now()

    def _audit(
        self,
        session: Session,
        account: Account,
        action: str,
        actor: str,
        fields: Sequence[str] = (),
    ) -> None:
        audit.record(
            session,
            at=self._clock.now(),
            actor=actor,
            action=action,
            kind="account",
            id=account.id,
            details={"provider": account.provider, "fields": list(fields)},
        )


@dataclass(frozen=True)
class _Connections:
    """:class:`growthcore.api.Connections`."""

    accounts: Accounts

    def get(self, account_id: int) -> Connection:
        return self.accounts.connection(account_id)


def _label(label: str) -> str:
    stripped = label.strip()
    if not 1 <= len(stripped) <= 100:
        raise InvalidInput({"label": "Give the account a name of 1 to 100 characters."})
    return stripped
