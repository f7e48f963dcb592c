"""The admin: pages for people, made on the server."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any, cast

from flask import Blueprint, Flask, Response, g, redirect, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from growthcore.api.files import TYPES
from growthcore.core import Core
from growthcore.web.admin import (
    access,
    assets,
    attachments,
    blocks,
    campaigns,
    contents,
    customers,
    failures,
    fillings,
    formats,
    images,
    inbox,
    languages,
    me,
    models,
    navigation,
    parts,
    people,
    resets,
    rules,
    segments,
    settings,
    setup,
    signin,
)
from growthcore.web.admin.access import Role, allow
from growthcore.web.admin.shop import workspace

AREAS: Sequence[Blueprint] = (
    signin.blueprint,
    setup.blueprint,
    resets.blueprint,
    me.blueprint,
    people.blueprint,
    campaigns.blueprint,
    segments.blueprint,
    customers.blueprint,
    models.blueprint,
    rules.blueprint,
    contents.blueprint,
    blocks.blueprint,
    images.blueprint,
    attachments.blueprint,
    fillings.blueprint,
    inbox.blueprint,
    *settings.AREAS,
)
"""The areas of the admin, each mounted at its own prefix below ``/admin``."""

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: https: http:; "
    "font-src 'self'; connect-src 'self'; frame-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)


def register(app: Flask) -> None:
    """Add the admin at ``/admin``; ``/`` leads there."""
    _keep_notices(app)
    languages.register(app)
    formats.register(app)
    failures.register(app)
    app.context_processor(_context)
    app.register_blueprint(_blueprint())
    app.add_url_rule("/", "root", _root)


def _keep_notices(app: Flask) -> None:
    """Have what is said on the next page travel in a signed cookie; who is signed in does not."""
    core = cast("Core", app.extensions["growthcore"])
    newest, *older = (key.hex() for key in core.keys.derive("admin notices"))
    app.config.update(
        SECRET_KEY=newest,
        SECRET_KEY_FALLBACKS=older,
        SESSION_COOKIE_NAME="growthcore_notices",
        SESSION_COOKIE_PATH="/admin",
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=core.settings.base_url.startswith("https://"),
    )


def _blueprint() -> Blueprint:
    admin = Blueprint("admin", __name__, url_prefix="/admin", template_folder="templates")
    admin.before_request(access.check)
    admin.after_request(_protect)
    admin.url_defaults(assets.add_version)
    admin.add_url_rule("/static/<version>/<path:path>", "asset", assets.asset)
    admin.add_url_rule("/", "home", _home)
    for area in AREAS:
        admin.register_blueprint(area)
    return admin


def _root() -> BaseResponse:
    return redirect(url_for("admin.home"))


@allow(Role.VIEWER)
def _home() -> BaseResponse:
    return redirect(url_for("admin.campaigns.index"))


def _protect(response: Response) -> Response:
    """Pages run nothing but our own files, and are kept by no cache: they show people's data."""
    response.headers.setdefault("Content-Security-Policy", _POLICY)
    response.headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    if not response.cache_control.public:
        response.headers["Cache-Control"] = "no-store, private"
    return response


def _context() -> dict[str, Any]:
    """What every template of the admin may use."""
    if not request.path.startswith("/admin"):
        return {}
    return {
        "person": g.get("person"),
        "may": access.may,
        "menu": navigation.menu,
        "settings_menu": navigation.settings,
        "workspace": workspace,
        "locale": languages.current(),
        "is_part": parts.asked(),
        "asset": partial(url_for, "admin.asset"),
        "file_types": [f".{each}" for each in (*TYPES, "jpeg")],
    }
