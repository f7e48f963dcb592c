"""What models brought lately, as their cards tell it."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from flask import request
from sqlalchemy.orm import Session

from growthcore.analytics import recommended
from growthcore.analytics.recommended import ModelFigures
from growthcore.recommendations.models import Model
from growthcore.web.current import core

DAYS = (7, 30)
"""The periods there are to choose from."""


def days() -> int:
    """The period the reader chose, in days."""
    chosen = request.args.get("days", "")
    return next((each for each in DAYS if str(each) == chosen), DAYS[0])


def of(session: Session, models: Collection[Model], period: int) -> Mapping[int, ModelFigures]:
    """The figures of the last ``period`` days by model, the present hour included."""
    since, until = recommended.last_days(period, core().clock.now())
    return recommended.model_figures(session, [each.id for each in models], since, until)
