"""Rows that a shop tells of by its own ids: made and changed in bulk, one outcome an item."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from growthcore.api.errors import InvalidInput
from growthcore.catalog import revisions
from growthcore.catalog.models import Content, Product
from growthcore.catalog.revisions import Of
from growthcore.customers.outcomes import Change, Upserted
from growthcore.db.chunks import rows_in
from growthcore.db.upsert import insert

T = TypeVar("T")
Fields = dict[str, Any]
Checked = Fields | Upserted
"""What an item says, by field, or why it is refused."""


@dataclass(frozen=True)
class Kind:
    """``kept`` are the columns of a table that a shop tells of, counted as ``of``."""

    row: type[Product | Content]
    of: Of
    kept: Sequence[str]


def checked(items: Sequence[T], check: Callable[[T], Fields]) -> list[Checked]:
    """What each item says; ``check`` raises :class:`InvalidInput`."""
    return [_checked(item, check) for item in items]


def _checked(item: T, check: Callable[[T], Fields]) -> Checked:
    try:
        return check(item)
    except InvalidInput as error:
        return Upserted(change=Change.REJECTED, errors=error.errors)


def upsert(
    session: Session,
    kind: Kind,
    told: Sequence[Checked],
    apply: Callable[[dict[str, Fields], Fields], Upserted],
    now: datetime,
) -> list[Upserted]:
    """Write what changed; ``apply`` lays what an item says over its row, by the shop's id."""
    sound = [each for each in told if not isinstance(each, Upserted)]
    before = _current(session, kind, (each["external_id"] for each in sound))
    after = {key: dict(row) for key, row in before.items()}
    changes = [each if isinstance(each, Upserted) else apply(after, each) for each in told]
    _write(session, kind, {key: row for key, row in after.items() if row != before.get(key)}, now)
    columns = select(kind.row.external_id, kind.row.id)
    ids = dict(rows_in(session, columns, kind.row.external_id, after))
    return [
        done
        if isinstance(each, Upserted) or done.change is Change.REJECTED
        else Upserted(change=done.change, id=ids[each["external_id"]])
        for done, each in zip(changes, told, strict=True)
    ]


def lay_over(rows: dict[str, Fields], key: str, fields: Fields) -> Upserted:
    """Change a row that is there."""
    changed = rows[key] | fields
    change = Change.UPDATED if changed != rows[key] else Change.UNCHANGED
    rows[key] = changed
    return Upserted(change=change)


def _current(session: Session, kind: Kind, external_ids: Iterable[str]) -> dict[str, Fields]:
    columns = select(kind.row.external_id, *(getattr(kind.row, name) for name in kind.kept))
    rows = rows_in(session, columns, kind.row.external_id, set(external_ids))
    return {key: dict(zip(kind.kept, rest, strict=True)) for key, *rest in rows}


def _write(session: Session, kind: Kind, rows: dict[str, Fields], now: datetime) -> None:
    if not rows:
        return
    revision = revisions.begin(session, kind.of)
    written = {"created_at": now, "updated_at": now, "revision": revision}
    statement = insert(session, kind.row)
    told = {name: statement.excluded[name] for name in (*kind.kept, "updated_at", "revision")}
    session.connection().execute(
        statement.on_conflict_do_update(index_elements=["external_id"], set_=told),
        [rows[key] | {"external_id": key} | written for key in sorted(rows)],
    )
