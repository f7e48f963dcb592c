"""Files that a page gives to keep."""

from __future__ import annotations

from pathlib import PurePath

from flask import Response

SHEETS = ("csv", "xlsx")
"""The endings a table can be asked for with."""
_KINDS = {
    ".csv": "text/csv; charset=utf-8",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".json": "application/json",
    ".eml": "message/rfc822",
}


def download(content: bytes | str, name: str) -> Response:
    """``content`` as a file; what it is, its ending says. ``name`` is ours and needs no escaping."""
    response = Response(content, content_type=_KINDS[PurePath(name).suffix])
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
