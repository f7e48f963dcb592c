"""Accounts: the stored configuration of a provider, and the provider built from it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from growthcore.api.channels import Channel
from growthcore.api.connections import Connection
from growthcore.api.diagnosis import Diagnosis
from growthcore.api.errors import ConfigError, InvalidInput
from growthcore.api.files import Files, NoFiles
from growthcore.api.ports import Clock, HttpClient
from growthcore.api.provider import Provider
from growthcore.api.sources import Source
from growthcore.db.unit_of_work import Database
from growthcore.operators import audit
from growthcore.plugins import choices, configuration, directory, state
from growthcore.plugins.models import Account
from growthcore.plugins.offers import Kind
from growthcore.plugins.providers import CHANNEL, CONNECTION, SOURCE, Providers
from growthcore.plugins.registry import Plugins
from growthcore.plugins.secrets import Keys
from growthcore.plugins.trials import Trials

__all__ = ["CHANNEL", "CONNECTION", "SOURCE", "Accounts"]


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
        files: Files | None = None,
    ) -> None:
        self._db = db
        self._plugins = plugins
        self._clock = clock
        self._keys = keys
        self._providers = Providers(
            db=db, plugins=plugins, clock=clock, http=http, keys=keys, files=files or NoFiles()
        )
        self.trials = Trials(db, plugins, clock, keys, self._providers)

    def list(self, session: Session, kind: Kind | None = None) -> Sequence[Account]:
        """Every account, or those of a kind, oldest first."""
        found = select(Account).where(Account.removed_at.is_(None)).order_by(Account.id)
        return session.scalars(found.where(Account.kind == kind) if kind else found).all()

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
        offered = self._providers.offered(kind).get(provider)
        if offered is None:
            known = ", ".join(sorted(self._providers.offered(kind))) or "none"
            raise InvalidInput({"provider": f"No {kind} {provider!r} is installed, only: {known}."})
        checked = configuration.check(offered.Config(), values, {})
        choices.require_connections(session, offered.Config(), checked.config)
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
        schema = self._providers.class_of(account).Config()
        checked = configuration.revise(self._keys, schema, account, values, forget)
        choices.require_connections(session, schema, checked.config)
        account.config = checked.config
        self._seal(account, checked.secrets)
        account.label = _label(label) if label is not None else account.label
        account.attention = None
        self._changed(account)
        self._audit(session, account, "account.changed", actor, sorted(values))
        return account

    def remove(self, session: Session, account_id: int, *, actor: str) -> Account:
        """Forget an account with its secrets, senders and templates.

        Its row stays: the campaigns it sent name it, and nothing else may get its id.
        """
        account = self.get(session, account_id, lock=True)
        account.enabled, account.removed_at = False, self._clock.now()
        account.config, account.sealed, account.state, account.attention = {}, {}, {}, None
        directory.forget(session, account_id)
        self._changed(account)
        self._audit(session, account, "account.removed", actor)
        return account

    def switch(self, session: Session, account_id: int, *, enabled: bool, actor: str) -> Account:
        """Switch an account on or off."""
        account = self.get(session, account_id, lock=True)
        account.enabled = enabled
        self._changed(account)
        self._audit(session, account, "account.enabled" if enabled else "account.disabled", actor)
        return account

    def offered(self, kind: Kind) -> Mapping[str, type[Provider]]:
        """What an account of a kind can be made of, by id."""
        return self._providers.offered(kind)

    def class_of(self, account: Account) -> type[Provider] | None:
        """The class of an account's provider; None while no active plugin offers it."""
        return self._providers.offered(account.kind).get(account.provider)

    def channel(self, account_id: int) -> Channel:
        """The account's channel, built once for each version of the account.

        Raises :class:`ConfigError` when it is switched off, its plugin is not active, or its
        configuration no longer fits, and :class:`PluginFailure` when it cannot be built.
        """
        return cast("Channel", self._providers.get(CHANNEL, account_id))

    def connection(self, account_id: int) -> Connection:
        """The account's connection; raises what :meth:`channel` does."""
        return cast("Connection", self._providers.get(CONNECTION, account_id))

    def source(self, account_id: int) -> Source:
        """The account's source; raises what :meth:`channel` does."""
        return cast("Source", self._providers.get(SOURCE, account_id))

    def verify(self, account_id: int) -> None:
        """Try the account for real, and note the outcome on it. Call it outside any transaction.

        Raises what :meth:`channel` raises and what the provider's ``verify`` does.
        """
        try:
            with self._db.read() as session:
                kind = cast("Kind", self.get(session, account_id).kind)
            provider = self._providers.get(kind, account_id)
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
            wrong = {account.id: self._providers.misfit(account) for account in self.list(session)}
        for account_id, attention in wrong.items():
            if attention:
                self._note(account_id, attention)

    def rotate(self, session: Session, *, actor: str) -> int:
        """Seal every secret again with the first key. Returns how many there were."""
        keys, count = self._keys, 0
        for account in session.scalars(select(Account).with_for_update()):
            opened = configuration.unseal(keys, account.id, account.sealed)
            self._seal(account, opened)
            document = state.opened(keys, account.id, account.state)
            account.state = state.sealed(keys, account.id, document)
            count += len(opened) + bool(document)
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


def _label(label: str) -> str:
    stripped = label.strip()
    if not 1 <= len(stripped) <= 100:
        raise InvalidInput({"label": "Give the account a name of 1 to 100 characters."})
    return stripped
