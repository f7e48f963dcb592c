"""Contents: made and changed in bulk, found, hidden and removed."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete as deletion
from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from growthcore.api.errors import InvalidInput
from growthcore.catalog import revisions
from growthcore.catalog.content_input import ContentInput, Kind, check
from growthcore.catalog.models import Content
from growthcore.catalog.revisions import Of
from growthcore.customers.outcomes import Change, Upserted
from growthcore.db.chunks import among, rows_in
from growthcore.db.paging import Page, paged
from growthcore.db.upsert import insert
from growthcore.operators import audit

__all__ = [
    "Change",
    "ContentInput",
    "Kind",
    "Upserted",
    "change",
    "create",
    "delete",
    "find",
    "get",
    "show",
    "upsert_contents",
]

_KEPT = (
    "kind", "title", "url", "image_url", "summary", "author", "keywords", "products", "hidden",
    "published_at",
)  # fmt: skip
_NEEDED = ("kind", "title", "url")


def upsert_contents(
    session: Session, items: Sequence[ContentInput], *, now: datetime
) -> list[Upserted]:
    """Make or change contents, one outcome an item, in order."""
    checked = [_checked(item) for item in items]
    told = [each for each in checked if not isinstance(each, Upserted)]
    before = _current(session, (each["external_id"] for each in told))
    after = {key: dict(row) for key, row in before.items()}
    changes = [each if isinstance(each, Upserted) else _apply(after, each, now) for each in checked]
    _write(session, {key: row for key, row in after.items() if row != before.get(key)}, now)
    ids = dict(
        rows_in(session, select(Content.external_id, Content.id), Content.external_id, after)
    )
    return [
        each
        if each.change is Change.REJECTED
        else Upserted(change=each.change, id=ids[item.external_id.strip()])
        for each, item in zip(changes, items, strict=True)
    ]


def _checked(item: ContentInput) -> dict[str, Any] | Upserted:
    try:
        return check(item)
    except InvalidInput as error:
        return Upserted(change=Change.REJECTED, errors=error.errors)


def _apply(rows: dict[str, dict[str, Any]], told: Mapping[str, Any], now: datetime) -> Upserted:
    """Lay what was told over the content's row in ``rows``."""
    key = told["external_id"]
    fields = {name: value for name, value in told.items() if name in _KEPT}
    if key not in rows:
        if missing := [name for name in _NEEDED if name not in told]:
            errors = dict.fromkeys(missing, "A new content needs this.")
            return Upserted(change=Change.REJECTED, errors=errors)
        empty = {"keywords": [], "products": [], "hidden": False, "published_at": now}
        rows[key] = dict.fromkeys(_KEPT) | empty | fields
        return Upserted(change=Change.CREATED)
    changed = rows[key] | fields
    change = Change.UPDATED if changed != rows[key] else Change.UNCHANGED
    rows[key] = changed
    return Upserted(change=change)


def _current(session: Session, external_ids: Iterable[str]) -> dict[str, dict[str, Any]]:
    columns = select(Content.external_id, *(getattr(Content, name) for name in _KEPT))
    rows = rows_in(session, columns, Content.external_id, set(external_ids))
    return {key: dict(zip(_KEPT, rest, strict=True)) for key, *rest in rows}


def _write(session: Session, rows: dict[str, dict[str, Any]], now: datetime) -> None:
    if not rows:
        return
    revision = revisions.begin(session, Of.CONTENTS)
    written = {"created_at": now, "updated_at": now, "revision": revision}
    statement = insert(session, Content)
    told = {name: statement.excluded[name] for name in (*_KEPT, "updated_at", "revision")}
    session.connection().execute(
        statement.on_conflict_do_update(index_elements=["external_id"], set_=told),
        [rows[key] | {"external_id": key} | written for key in sorted(rows)],
    )


def get(session: Session, external_id: str) -> Content | None:
    """One content by the shop's id."""
    return session.scalar(select(Content).where(Content.external_id == external_id))


def create(session: Session, item: ContentInput, *, actor: str, now: datetime) -> int:
    """Make one content by hand; our id. Raises :class:`InvalidInput` by field."""
    if get(session, item.external_id.strip()):
        told = "There is a content with this ID already; choose another."
        raise InvalidInput({"external_id": told})
    return _save(session, item, actor, now)


def change(session: Session, item: ContentInput, *, actor: str, now: datetime) -> int:
    """Change one content by hand; our id. Raises :class:`InvalidInput` by field."""
    return _save(session, item, actor, now)


def _save(session: Session, item: ContentInput, actor: str, now: datetime) -> int:
    (done,) = upsert_contents(session, [item], now=now)
    if done.id is None:
        raise InvalidInput(done.errors)
    if done.change is not Change.UNCHANGED:
        action = "content.created" if done.change is Change.CREATED else "content.changed"
        _audited(session, [done.id], action, actor, now)
    return done.id


def find(
    session: Session,
    text: str = "",
    *,
    kind: str = "",
    hidden: bool | None = None,
    offset: int = 0,
    limit: int = 50,
) -> Page[Content]:
    """Contents, newest first; ``text`` is an id, or part of a title, a summary or an author's name."""
    statement = select(Content).order_by(Content.published_at.desc(), Content.id.desc())
    if text:
        columns = (Content.title, Content.summary, Content.author)
        has = (column.icontains(text, autoescape=True) for column in columns)
        statement = statement.where(or_(Content.external_id == text, *has))
    if kind:
        statement = statement.where(Content.kind == kind)
    if hidden is not None:
        statement = statement.where(Content.hidden.is_(hidden))
    return paged(session, statement, offset=offset, limit=limit)


def show(
    session: Session,
    external_ids: Collection[str],
    *,
    shown: bool = True,
    actor: str,
    now: datetime,
) -> int:
    """Have contents shown, or hidden; of how many that is a change."""
    revision = revisions.begin(session, Of.CONTENTS)
    done = session.execute(
        update(Content)
        .where(among(Content.external_id, external_ids), Content.hidden.is_(shown))
        .values(hidden=not shown, updated_at=now, revision=revision)
        .returning(Content.id)
    ).scalars()
    return _audited(session, done, "content.shown" if shown else "content.hidden", actor, now)


def delete(session: Session, external_ids: Collection[str], *, actor: str, now: datetime) -> int:
    """Remove contents with their clicks; how many there were."""
    revisions.begin(session, Of.CONTENTS)
    gone = deletion(Content).where(among(Content.external_id, external_ids)).returning(Content.id)
    return _audited(session, session.execute(gone).scalars(), "content.deleted", actor, now)


def _audited(session: Session, ids: Iterable[int], action: str, actor: str, now: datetime) -> int:
    done = sorted(ids)
    for id_ in done:
        audit.record(session, at=now, actor=actor, action=action, kind="content", id=id_)
    return len(done)
