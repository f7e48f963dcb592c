"""Which of the saved segments one customer is in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from growthcore.api import GrowthCoreError
from growthcore.core import Core
from growthcore.segments import service
from growthcore.segments.models import Segment


@dataclass(frozen=True)
class Belonging:
    """The segments a customer is in now, and those that can't be told: a plugin of theirs fails."""

    inside: Sequence[Segment]
    unknown: Sequence[Segment]


def belonging(core: Core, session: Session, customer_id: int) -> Belonging:
    """Ask every saved segment that was not put away, by name."""
    inside, unknown = [], []
    for segment in session.scalars(
        select(Segment).where(Segment.archived_at.is_(None)).order_by(Segment.name, Segment.id)
    ).all():
        try:
            if service.contains(core, session, segment.definition, [customer_id]):
                inside.append(segment)
        except GrowthCoreError:
            unknown.append(segment)
    return Belonging(inside, unknown)
