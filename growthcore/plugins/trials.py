"""Trying settings before they are kept, and proving later that exactly these were tried."""

from __future__ import annotations

import hmac
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from growthcore.api.errors import InvalidInput
from growthcore.api.ports import Clock
from growthcore.db.unit_of_work import Database
from growthcore.plugins import choices, configuration
from growthcore.plugins.configuration import Checked
from growthcore.plugins.models import Account
from growthcore.plugins.offers import Kind
from growthcore.plugins.providers import Providers
from growthcore.plugins.registry import Plugins
from growthcore.plugins.secrets import Keys

LIFE = timedelta(minutes=10)
"""How long a proof is good for: what worked an hour ago may not any more."""


@dataclass(frozen=True, kw_only=True)
class Typed:
    """Settings as somebody typed them, of a new account or of one that they are to change."""

    kind: Kind
    provider: str
    values: Mapping[str, Any] = field(repr=False)
    account_id: int | None = None
    forget: Collection[str] = ()


class Trials:
    """Tries settings that are kept nowhere. Safe to share by threads.

    A proof is the time it ends with a keyed hash (HMAC-SHA-256) over that time, the account and all
    its settings: it tells nothing of them, and is worth nothing for any others.
    """

    def __init__(
        self, db: Database, plugins: Plugins, clock: Clock, keys: Keys, providers: Providers
    ) -> None:
        self._db = db
        self._plugins = plugins
        self._clock = clock
        self._keys = keys
        self._providers = providers

    def run(self, typed: Typed) -> str:
        """Verify what was typed, and return the proof of it. Call it outside any transaction.

        Raises :class:`InvalidInput` by field, and what the provider's ``verify`` does.
        """
        checked = self._checked(typed)
        offered = self._providers.offered(typed.kind)[typed.provider]
        provider = self._providers.trial(typed.kind, offered, checked, typed.account_id)
        with self._plugins.guarded(typed.kind, typed.provider):
            provider.verify()
        ends = self._clock.now() + LIFE
        return f"{int(ends.timestamp())}.{self._signatures(typed, checked, ends)[0]}"

    def require(self, typed: Typed, proof: str) -> None:
        """Raise :class:`InvalidInput` where saving takes a trial, unless it was of just this."""
        if not self._providers.offered(typed.kind)[typed.provider].verify_before_save:
            return
        text, _, signature = proof.partition(".")
        ends = int(text) if text.isdecimal() and len(text) < 12 else 0
        at = datetime.fromtimestamp(ends, self._clock.now().tzinfo)
        known = self._signatures(typed, self._checked(typed), at)
        genuine = [hmac.compare_digest(signature.encode(), each.encode()) for each in known]
        if not any(genuine) or at <= self._clock.now():
            raise InvalidInput(
                {"": "These settings were not verified, or too long ago. Verify them, then save."}
            )

    def _checked(self, typed: Typed) -> Checked:
        schema = self._providers.offered(typed.kind)[typed.provider].Config()
        with self._db.read() as session:
            if typed.account_id is None:
                checked = configuration.check(schema, typed.values, {})
            else:
                account = session.get_one(Account, typed.account_id)
                checked = configuration.revise(
                    self._keys, schema, account, typed.values, typed.forget
                )
            choices.require_connections(session, schema, checked.config)
        return checked

    def _signatures(self, typed: Typed, checked: Checked, ends: datetime) -> list[str]:
        """What a proof that ends then says, by each key, newest first."""
        claim = [
            int(ends.timestamp()),
            typed.kind,
            typed.provider,
            typed.account_id,
            checked.config,
            dict(checked.secrets),
        ]
        plain = json.dumps(claim, sort_keys=True, ensure_ascii=False).encode()
        keys = self._keys.derive("account trials")
        return [hmac.digest(key, plain, "sha256").hex() for key in keys]
