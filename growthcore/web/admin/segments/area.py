"""The area's blueprint, and what its views share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, abort
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from growthcore.api import InvalidInput
from growthcore.segments import saved, service
from growthcore.segments.models import Segment
from growthcore.web.admin import languages, pages
from growthcore.web.current import core

blueprint = Blueprint("segments", __name__, url_prefix="/segments")


@blueprint.context_processor
def _words() -> dict[str, Any]:
    """What every template of the area may use."""
    return {"sentence": sentence, "medium": medium}


def segment_or_404(session: Session, segment_id: int) -> Segment:
    """One segment, or the page that says there is none."""
    try:
        return saved.get(session, segment_id)
    except InvalidInput:
        abort(404)


def sentence(definition: Mapping[str, Any]) -> str:
    """A definition in words; what is wrong with it when a plugin it needs is gone."""
    try:
        return service.describe(core(), definition, languages.current())
    except InvalidInput as error:
        return " ".join(pages.errors(error).values())


def medium(name: str) -> str:
    """A channel's medium in the reader's language."""
    words = {
        "email": _("이메일"),
        "sms": _("문자(SMS)"),
        "kakao": _("카카오톡"),
        "onsite": _("온사이트"),
    }
    return words.get(name, name)
