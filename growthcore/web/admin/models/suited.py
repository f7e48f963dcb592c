"""Which algorithm suits a model's place best, by what the shop's own customers did."""

from __future__ import annotations

from typing import Any

from flask import Response
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from growthcore.api import Placement
from growthcore.recommendations.evaluation import measuring
from growthcore.recommendations.evaluation.judging import LEAST
from growthcore.recommendations.models import Model
from growthcore.web.admin import pages
from growthcore.web.admin.access import Role, actor, allow
from growthcore.web.admin.models.area import blueprint, model_or_404
from growthcore.web.current import core


def of(session: Session, model: Model) -> dict[str, Any]:
    """What ``_suited.html`` shows."""
    row = measuring.of(session, model.placement)
    candidates = row.result["candidates"] if row and row.result else []
    return {
        "measured": row,
        "is_open": row is not None and measuring.is_open(core(), row),
        "is_lost": row is not None and measuring.is_lost(core(), row),
        "own": next((each for each in candidates if each["algorithm"] == model.algorithm), None),
        "least": LEAST,
    }


@blueprint.get("/<slug>/suited")
@allow(Role.VIEWER)
def suited(slug: str) -> Response:
    """How the measurement stands; when it has come to its end, the page is asked for anew."""
    with core().db.read() as session:
        model = model_or_404(session, slug)
        found = of(session, model)
    if not found["is_open"]:
        return Response(headers={"HX-Refresh": "true"})
    return pages.fragment("admin/models/_suited.html", model=model, suited=found)


@blueprint.post("/<slug>/suited")
@allow(Role.EDITOR)
def measure(slug: str) -> BaseResponse:
    """Have a worker measure the model's place."""
    with core().db.unit() as session:
        model = model_or_404(session, slug)
        measuring.ask(core(), session, Placement(model.placement), actor=actor())
    pages.toast(_("알고리즘을 비교하고 있습니다. 끝나면 이 화면에 결과가 나타납니다."))
    return pages.go("admin.models.show", slug=slug)
