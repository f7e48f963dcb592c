"""The area's blueprint, and what its views share."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort
from flask_babel import lazy_gettext as _l

from growthcore.catalog import content_clicks
from growthcore.catalog.content_input import Kind
from growthcore.catalog.models import Content
from growthcore.web.current import core

blueprint = Blueprint("contents", __name__, url_prefix="/catalog/contents")

KINDS = {Kind.BLOG: _l("블로그"), Kind.VIDEO: _l("영상"), Kind.REVIEW: _l("리뷰")}


@blueprint.context_processor
def _words() -> dict[str, Any]:
    """What every template of the area may use."""
    return {"kinds": KINDS, "click_days": content_clicks.DAYS}


def content_or_404(content_id: int) -> Content:
    """One content, or the page that says there is none."""
    with core().db.read() as session:
        return session.get(Content, content_id) or abort(404)
