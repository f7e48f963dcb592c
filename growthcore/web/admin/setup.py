"""Setting up: the shop and its first owner. Once somebody is there, there is no such page."""

from __future__ import annotations

from collections.abc import Mapping
from zoneinfo import available_timezones

from flask import Blueprint, Response, abort, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from growthcore.api import InvalidInput
from growthcore.operators import people, sessions, setup
from growthcore.operators.setup import Setup
from growthcore.web.admin import cookies, languages, pages
from growthcore.web.admin.access import open_to_all
from growthcore.web.admin.new_passwords import differing
from growthcore.web.current import core

blueprint = Blueprint("setup", __name__, url_prefix="/setup")

_CONTINENTS = frozenset(
    [
        "Africa",
        "America",
        "Antarctica",
        "Asia",
        "Atlantic",
        "Australia",
        "Europe",
        "Indian",
        "Pacific",
    ]
)


@blueprint.get("")
@open_to_all
def index() -> Response:
    """The form."""
    _require_nobody()
    return _form({"shop.zone": "Asia/Seoul"}, {})


@blueprint.post("")
@open_to_all
def run() -> BaseResponse:
    """Set the shop up and sign its owner in."""
    _require_nobody()
    posted, now = request.form, core().clock.now()
    owner = {name: posted.get(name, "") for name in ("name", "email", "password")}
    shop = {name: posted.get(f"shop.{name}", "") for name in ("name", "url", "zone")}
    try:
        wanted = Setup.of(shop, {**owner, "locale": languages.current()}, differing(posted))
        with core().db.unit() as session:
            person = setup.run(session, wanted, now=now)
            signed_in = sessions.begin(session, person, browser=request.user_agent.string, now=now)
    except InvalidInput as error:
        return _form(posted, pages.errors(error), 422)
    pages.toast(_("설정이 완료되었습니다."))
    return cookies.give(redirect(url_for("admin.home"), 303), signed_in)


def _require_nobody() -> None:
    with core().db.read() as session:
        if people.anybody(session):
            abort(404)


def _form(values: Mapping[str, str], errors: Mapping[str, str], status: int = 200) -> Response:
    return pages.page(
        "admin/signin/setup.html", status, values=values, errors=errors, zones=_zones()
    )


def _zones() -> list[tuple[str, str]]:
    found = [zone for zone in available_timezones() if zone.partition("/")[0] in _CONTINENTS]
    return [(zone, zone.replace("_", " ")) for zone in [*sorted(found), "UTC"]]
