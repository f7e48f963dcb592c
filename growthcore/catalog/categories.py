"""Categories by path."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from growthcore.catalog.models import Category
from growthcore.db.chunks import chunks, rows_in
from growthcore.db.upsert import insert

LONGEST_PATH = 300


def normalise_path(text: str) -> str | None:
    """A path without blanks around its parts, or None when nothing is left.

    >>> normalise_path(" 여성 > 상의 / 니트 ")
    '여성/상의/니트'
    """
    parts = (part.strip() for part in re.split("[/>]", text))
    return "/".join(part for part in parts if part) or None


def ensure(session: Session, paths: Collection[str]) -> dict[str, int]:
    """The ids of normalised paths, made together with their parents where they are missing."""
    found = _ids(session, paths)
    if missing := set(paths) - set(found):
        wanted = sorted({parent for path in missing for parent in _with_parents(path)})
        for portion in chunks(wanted):
            session.execute(
                insert(session, Category)
                .values([{"path": path} for path in portion])
                .on_conflict_do_nothing()
            )
        found |= _ids(session, missing)
    return found


def _ids(session: Session, paths: Iterable[str]) -> dict[str, int]:
    rows = rows_in(session, select(Category.path, Category.id), Category.path, paths)
    return dict(rows)


def _with_parents(path: str) -> list[str]:
    parts = path.split("/")
    return ["/".join(parts[:depth]) for depth in range(1, len(parts) + 1)]
