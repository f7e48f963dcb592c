"""To whom a model is shown."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from growthcore.core import Core
from growthcore.customers.models import Visitor
from growthcore.recommendations.models import Model
from growthcore.segments import saved, service


def reaches(core: Core, session: Session, slug: str, visitor_id: int | None) -> bool:
    """Whether a model is shown to a visitor: to everybody, or to the customers of its segment."""
    segment_id = session.scalar(select(Model.segment_id).where(Model.slug == slug))
    if segment_id is None:
        return True
    customer_id = session.scalar(select(Visitor.customer_id).where(Visitor.id == visitor_id))
    if customer_id is None:
        return False
    segment = saved.get(session, segment_id)
    return bool(service.contains(core, session, segment.definition, [customer_id]))
