"""What the origin of imported rows is called in the database."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

from growthcore.api import InvalidInput

_PREFIX = "import:"
# The column holds 20 characters.
_LONGEST = 20 - len(_PREFIX)
_NAME = re.compile(rf"[A-Za-z0-9_-]{{1,{_LONGEST}}}")


def source_of(name: str | None, path: Path) -> str:
    """``import:<name>``, the name taken from the file's when none is given.

    Events are told apart by source and id, so that files of different names may count their rows
    alike, and one event that two files hold is known again only under one name.
    Raises :class:`InvalidInput` for a name that does not fit.
    """
    if name is None:
        return _PREFIX + _from_file(path)
    if not _NAME.fullmatch(name):
        raise InvalidInput({"--name": f"Use 1 to {_LONGEST} letters, digits, _ or -."})
    return _PREFIX + name


def _from_file(path: Path) -> str:
    stem = path.name.partition(".")[0]
    if _NAME.fullmatch(stem):
        return stem
    # Two long names, or two in Hangul, must not become one.
    digest = hashlib.sha256(stem.encode()).hexdigest()[:6]
    readable = re.sub(r"[^A-Za-z0-9_-]", "", stem)[: _LONGEST - 7]
    return f"{readable}-{digest}" if readable else digest
