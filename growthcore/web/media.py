"""Images of messages, for whoever reads them."""

from __future__ import annotations

import re
from pathlib import Path

from flask import Blueprint, Flask, Response, abort

from growthcore.campaigns import images
from growthcore.web.current import core

blueprint = Blueprint("media", __name__, url_prefix="/media")
_HASH = re.compile(r"[0-9a-f]{64}")
_YEAR = 31_536_000


def register(app: Flask) -> None:
    """Serve ``/media/<hash>.<ext>``."""
    app.register_blueprint(blueprint)


@blueprint.get("/<digest>.<extension>")
def show(digest: str, extension: str) -> Response:
    """One image; its address says what it consists of, so it may be kept for good."""
    if not _HASH.fullmatch(digest) or extension not in images.FORMATS:
        abort(404)
    path: Path = images.path_of(core(), digest, extension)
    if not path.is_file():
        abort(404)
    kind = f"image/{images.FORMATS[extension].lower()}"
    response = Response(path.read_bytes(), mimetype=kind)
    response.cache_control.public = True
    response.cache_control.max_age = _YEAR
    response.cache_control.immutable = True
    # Mail programs on the web, and shops, show it on pages of their own.
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    response.headers["Content-Disposition"] = "inline"
    return response
