"""The area's blueprint, and what its views share."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort
from sqlalchemy.orm import Session

from growthcore.api import InvalidInput
from growthcore.recommendations import widgets
from growthcore.recommendations.models import Rule
from growthcore.recommendations.rules import store
from growthcore.recommendations.rules.definition import PAGES

blueprint = Blueprint("rules", __name__, url_prefix="/models/rules")


@blueprint.context_processor
def _words() -> dict[str, Any]:
    """What every template of the area may use."""
    return {"pages": PAGES, "placements": widgets.PLACEMENTS}


def rule_or_404(session: Session, rule_id: int) -> Rule:
    """One rule, or the page that says there is none."""
    try:
        return store.get(session, rule_id)
    except InvalidInput:
        abort(404)
