"""The states that providers keep, sealed at rest: a token in one is as good as a password."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from growthcore.api.errors import ConfigError
from growthcore.db.prepared import Prepared
from growthcore.db.unit_of_work import Database
from growthcore.plugins.models import Account
from growthcore.plugins.secrets import Keys

_SEALED = "sealed"


class StoredState:
    """:class:`growthcore.api.AccountState` in the account's row. Never used inside a transaction."""

    def __init__(self, db: Database, account_id: int, keys: Keys) -> None:
        self._db = db
        self._account_id = account_id
        self._keys = keys

    def read(self) -> Mapping[str, Any]:
        """The document as last committed."""
        # Some channels read it before each request.
        rows = _STATE.rows(self._db, account=self._account_id)
        if not rows:
            raise self._gone()
        return opened(self._keys, self._account_id, rows[0][0])

    def update(self, change: Callable[[dict[str, Any]], None]) -> Mapping[str, Any]:
        """Lock the row, change a copy, commit. What ``change`` raises leaves all as it was."""
        with self._db.unit() as session:
            account = self._row(session, lock=True)
            document = opened(self._keys, account.id, account.state)
            change(document)
            account.state = sealed(self._keys, account.id, document)
        return document

    def _row(self, session: Session, *, lock: bool = False) -> Account:
        account = session.get(Account, self._account_id, with_for_update=lock or None)
        if account is None:
            raise self._gone()
        return account

    def _gone(self) -> ConfigError:
        return ConfigError(f"The account {self._account_id} no longer exists.")


_STATE = Prepared(select(Account.state).where(Account.id == bindparam("account")))


class PassingState:
    """The state of a provider that is only tried: empty at first, and gone with it."""

    def __init__(self) -> None:
        self._document: dict[str, Any] = {}

    def read(self) -> Mapping[str, Any]:
        """A copy of the document."""
        return copy.deepcopy(self._document)

    def update(self, change: Callable[[dict[str, Any]], None]) -> Mapping[str, Any]:
        """Change a copy and keep it, unless ``change`` raises."""
        document = copy.deepcopy(self._document)
        change(document)
        self._document = document
        return self.read()


def sealed(keys: Keys, account_id: int, document: Mapping[str, Any]) -> dict[str, Any]:
    """A document as the row keeps it, bound to its account."""
    return {_SEALED: keys.seal(json.dumps(document), _place(account_id))} if document else {}


def opened(keys: Keys, account_id: int, state: Mapping[str, Any] | None) -> dict[str, Any]:
    """An account's document; empty at first. Raises :class:`ConfigError` when it does not open."""
    if not state:
        return {}
    document: dict[str, Any] = json.loads(keys.open(state[_SEALED], _place(account_id)))
    return document


def _place(account_id: int) -> str:
    # No field of a configuration can have this name.
    return f"account/{account_id}/*state"
