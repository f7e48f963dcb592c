"""The shop itself: its name, address, zone, currency and language, and what advertising says of it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from zoneinfo import available_timezones

from babel import Locale
from flask import Blueprint, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from growthcore.api import InvalidInput
from growthcore.operators import workspace as settings
from growthcore.web.admin import pages
from growthcore.web.admin.access import Role, actor, allow
from growthcore.web.admin.shop import workspace
from growthcore.web.current import core

blueprint = Blueprint("workspace", __name__, url_prefix="/settings/workspace")

_KEPT_WHEN_EMPTY = frozenset({"url", "zone", "currency", "locale"})


@blueprint.get("/")
@allow(Role.MANAGER)
def index() -> Response:
    """The form."""
    shop = workspace()
    return _form({field: getattr(shop, field) for field in settings.NAMES})


@blueprint.post("/")
@allow(Role.MANAGER)
def save() -> Response:
    """Keep what was changed; of what a shop always has, what is not filled in stays."""
    known = settings.NAMES
    given = {field: request.form[field].strip() for field in known if field in request.form}
    values = {field: text for field, text in given.items() if text or field not in _KEPT_WHEN_EMPTY}
    try:
        with core().db.unit() as session:
            settings.update(session, values, now=core().clock.now(), actor=actor())
    except InvalidInput as error:
        return _form(given, pages.errors(error), 422)
    pages.toast(_("저장되었습니다."))
    return pages.go(".index")


def _form(
    values: Mapping[str, str], errors: Mapping[str, str] | None = None, status: int = 200
) -> Response:
    return pages.page(
        "admin/settings/workspace.html",
        status,
        values=values,
        errors=errors or {},
        zones=sorted(available_timezones()),
        currencies=_currencies(),
    )


@cache
def _currencies() -> list[str]:
    return sorted(Locale("en").currencies)
