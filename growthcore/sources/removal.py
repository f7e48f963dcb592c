"""Forgetting what was pulled by an account, and posted for it, when it is removed."""

from __future__ import annotations

from sqlalchemy import delete
from sqlalchemy.orm import Session

from growthcore.sources.models import SourceDelivery, SourceRun


def forget(session: Session, account_id: int) -> None:
    """Keep no run and no webhook of an account; what was imported stays."""
    for table in (SourceRun, SourceDelivery):
        session.execute(delete(table).where(table.account_id == account_id))
