"""Files for messages to attach: taken in from the editor, and shown to who writes."""

from __future__ import annotations

from flask import Blueprint, Response, abort, jsonify, request, url_for

from growthcore.api import ConfigError, InvalidInput
from growthcore.api.files import TYPES
from growthcore.plugins.files import LARGEST
from growthcore.web.admin import pages
from growthcore.web.admin.access import Role, allow
from growthcore.web.current import core

blueprint = Blueprint("files", __name__, url_prefix="/files")


@blueprint.post("/")
@allow(Role.EDITOR)
def upload() -> tuple[Response, int]:
    """Keep a file; answers in JSON with what a content names it by."""
    given = request.files.get("file")
    data = given.stream.read(LARGEST + 1) if given else b""
    try:
        kept = core().files.add((given.filename if given else None) or "", data)
    except InvalidInput as error:
        return jsonify(errors=dict(pages.errors(error))), 422
    shown = url_for(
        ".show", digest=kept.key.partition(".")[0], extension=kept.key.partition(".")[2]
    )
    return jsonify(file=kept.key, name=kept.name, size=len(data), path=shown), 201


@blueprint.get("/<digest>.<extension>")
@allow(Role.EDITOR)
def show(digest: str, extension: str) -> Response:
    """One file, to be saved and never opened within the admin."""
    if len(digest) != 64 or not digest.isalnum() or extension not in TYPES:
        abort(404)
    try:
        data = core().files.read(f"{digest}.{extension}")
    except ConfigError:
        abort(404)
    response = Response(data, mimetype="application/octet-stream")
    response.headers["Content-Disposition"] = f"attachment; filename=file.{extension}"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
