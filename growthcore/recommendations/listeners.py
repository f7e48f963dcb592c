"""What is known about recommendations when customers become one, are forgotten, or ask."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, delete, or_, select, update
from sqlalchemy.orm import Session

from growthcore.customers.models import Visitor
from growthcore.recommendations.shown import ShownAnswer, Touch


class RecommendationsListener:
    """A :class:`~growthcore.customers.listeners.CustomerListener` over what was shown."""

    def merged(self, session: Session, kept_id: int, merged_id: int) -> Mapping[str, Any]:
        """Answers and touches of the merged customer become the kept one's."""
        moved = {}
        for name, table, key in (
            ("recommendation_answers", ShownAnswer, ShownAnswer.id),
            ("recommendation_touches", Touch, Touch.answer),
        ):
            whose = update(table).where(table.customer_id == merged_id)
            moved[name] = list(session.scalars(whose.values(customer_id=kept_id).returning(key)))
        return moved

    def erased(self, session: Session, customer_id: int) -> int:
        """What was recommended to the customer goes; touches count on, as events do."""
        gone = session.execute(delete(ShownAnswer).where(_theirs(customer_id)))
        return int(gone.rowcount)  # type: ignore[attr-defined]

    def exported(self, session: Session, customer_id: int) -> Mapping[str, Any]:
        """What was recommended to the customer, as far as it was written down."""
        rows = session.scalars(
            select(ShownAnswer).where(_theirs(customer_id)).order_by(ShownAnswer.id)
        )
        return {
            "recommendations": [
                {"at": row.at.isoformat(), "model": row.model, **row.content} for row in rows
            ]
        }


def _theirs(customer_id: int) -> ColumnElement[bool]:
    browsers = select(Visitor.id).where(
        or_(Visitor.customer_id == customer_id, Visitor.previous_customer_id == customer_id)
    )
    return or_(ShownAnswer.customer_id == customer_id, ShownAnswer.visitor_id.in_(browsers))
