"""Which files contents still name, so that the others can go."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Text, cast, exists, select
from sqlalchemy.orm import Session

from growthcore.campaigns.models import Campaign, CampaignVersion, MessageTemplate
from growthcore.core import Core

KEPT = timedelta(days=7)
"""How long a file stays that nothing names: somebody may still be writing."""


def sweep(core: Core, session: Session) -> int:
    """Remove files that no template and no campaign names, over or not; returns how many."""
    return core.files.sweep(core.clock.now() - KEPT, lambda key: _is_named(session, key))


def _is_named(session: Session, key: str) -> bool:
    documents = (Campaign.definition, CampaignVersion.definition, MessageTemplate.content)
    return any(
        session.scalar(select(exists().where(cast(each, Text).contains(key, autoescape=True))))
        for each in documents
    )
