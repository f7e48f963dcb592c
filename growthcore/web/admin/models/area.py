"""The area's blueprint, and what its views share."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from growthcore.api import InvalidInput, Text
from growthcore.recommendations import service, troubles, widgets
from growthcore.recommendations.models import Model
from growthcore.web.admin import languages, sentences
from growthcore.web.current import core

blueprint = Blueprint("models", __name__, url_prefix="/models")


@blueprint.context_processor
def _words() -> dict[str, Any]:
    """What every template of the area may use."""
    return {
        "algorithm": algorithm,
        "placements": widgets.PLACEMENTS,
        "told": told,
        "trouble": lambda model: troubles.of(model, now=core().clock.now()),
        "why_skipped": why_skipped,
    }


def model_or_404(session: Session, slug: str) -> Model:
    """One model, or the page that says there is none."""
    try:
        return service.get(session, slug)
    except InvalidInput:
        abort(404)


def algorithm(algorithm_id: str) -> Text:
    """What an algorithm is called; its id when its plugin is gone."""
    found = core().plugins.algorithms.get(algorithm_id)
    return found.title if found else Text(algorithm_id, algorithm_id)


def told(message: str) -> str:
    """What a training said of itself, in the reader's language."""
    return sentences.localised({"": message}, languages.current())[""]


def why_skipped(code: str) -> str:
    """Why a model of the chain gave nothing, in words."""
    words = {
        "unknown": _("삭제된 모델입니다."),
        "disabled": _("노출이 꺼져 있습니다."),
        "algorithm_missing": _("알고리즘 플러그인이 설치되어 있지 않거나 꺼져 있습니다."),
        "params_outdated": _("알고리즘 설정을 다시 저장해야 합니다."),
        "not_trained": _("아직 학습되지 않았습니다."),
        "failed": _("알고리즘이 실패했습니다."),
        "timed_out": _("알고리즘이 제때 답하지 않았습니다."),
        "resting": _("알고리즘이 잇따라 답하지 못해 잠시 묻지 않습니다."),
        "nothing_known": _("이 고객이나 상품에 대해 아는 것이 없습니다."),
        "nothing_left": _("추천할 상품이 모두 품절이거나 제외되었습니다."),
    }
    return words.get(code, code)
