"""Scripts, styles, fonts and icons: served from our own address, kept by browsers for good.

The address holds a version made from every file's content, so a new release is a new address, and
modules find each other by relative paths below it.
"""

from __future__ import annotations

import hashlib
import mimetypes
from functools import cache
from pathlib import Path
from typing import Any

from flask import Response, abort
from werkzeug.security import safe_join

from growthcore.web.admin.access import same_for_everybody

FOLDER = Path(__file__).parent / "static"
_YEAR = 31_536_000


@cache
def _current() -> str:
    """Changes whenever any file does."""
    digest = hashlib.sha256()
    for path in sorted(FOLDER.rglob("*")):
        if path.is_file():
            digest.update(path.relative_to(FOLDER).as_posix().encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def add_version(endpoint: str, values: dict[str, Any]) -> None:
    """Complete the addresses that ``url_for("admin.asset", path=…)`` makes."""
    if endpoint == "admin.asset":
        values.setdefault("version", _current())


@same_for_everybody
def asset(version: str, path: str) -> Response:
    """A file. Whatever version is asked for gets what there is; only the current one is kept.

    Read whole: the largest is a few hundred kilobytes, and nothing stays open when a browser turns
    away half-way.
    """
    place = safe_join(str(FOLDER), path)
    if place is None or not Path(place).is_file():
        abort(404)
    kind = mimetypes.guess_type(place)[0] or "application/octet-stream"
    response = Response(Path(place).read_bytes(), mimetype=kind)
    if version == _current():
        response.cache_control.public = True
        response.cache_control.max_age = _YEAR
        response.cache_control.immutable = True
    return response
