"""The state an account keeps for its provider."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy.orm import Session

from growthcore.api.errors import ConfigError
from growthcore.db.unit_of_work import Database
from growthcore.plugins.models import Account


class StoredState:
    """:class:`growthcore.api.AccountState` in the account's row. Never used inside a transaction."""

    def __init__(self, db: Database, account_id: int) -> None:
        self._db = db
        self._account_id = account_id

    def read(self) -> Mapping[str, Any]:
        """The document as last committed."""
        with self._db.read() as session:
            return self._row(session).state

    def update(self, change: Callable[[dict[str, Any]], None]) -> Mapping[str, Any]:
        """Lock the row, change a copy, commit. What ``change`` raises leaves all as it was."""
        with self._db.unit() as session:
            account = self._row(session, lock=True)
            document = copy.deepcopy(account.state)
            change(document)
            account.state = document
        return document

    def _row(self, session: Session, *, lock: bool = False) -> Account:
        account = session.get(Account, self._account_id, with_for_update=lock or None)
        if account is None:
            raise ConfigError(f"The account {self._account_id} no longer exists.")
        return account
