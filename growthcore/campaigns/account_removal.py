"""Removing accounts that nothing needs any more."""

from __future__ import annotations

from sqlalchemy.orm import Session

from growthcore.api import InvalidInput
from growthcore.campaigns import dependents
from growthcore.core import Core
from growthcore.sources import removal


def remove(core: Core, session: Session, account_id: int, *, actor: str) -> None:
    """Forget an account. Raises :class:`InvalidInput` naming what still needs it."""
    account = core.accounts.get(session, account_id, lock=True)
    campaigns = [each.name for each in dependents.of_account(session, account_id)]
    accounts = [each.label for each in dependents.of_connection(core, session, account_id)]
    if campaigns:
        names = ", ".join(campaigns)
        raise InvalidInput(
            {"account_id": f"End or delete the campaigns that use the account first: {names}"}
        )
    if accounts:
        names = ", ".join(accounts)
        raise InvalidInput(
            {"account_id": f"Change or delete the accounts that go by it first: {names}"}
        )
    core.accounts.remove(session, account.id, actor=actor)
    removal.forget(session, account.id)
