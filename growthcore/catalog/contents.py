"""Contents: made and changed in bulk, found, hidden and removed."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import delete as deletion
from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from growthcore.api.errors import InvalidInput
from growthcore.catalog import revisions, upserting
from growthcore.catalog.content_input import ContentInput, Kind, check
from growthcore.catalog.models import Content
from growthcore.catalog.revisions import Of
from growthcore.customers.outcomes import Change, Upserted
from growthcore.db.chunks import among
from growthcore.db.paging import Page, paged
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
_CONTENTS = upserting.Kind(Content, Of.CONTENTS, _KEPT)
_NEEDED = ("kind", "title", "url")


def upsert_contents(
    session: Session, items: Sequence[ContentInput], *, now: datetime
) -> list[Upserted]:
    """Make or change contents, one outcome an item, in order."""
    told = upserting.checked(items, check)
    return upserting.upsert(session, _CONTENTS, told, partial(_apply, now=now), now)


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
    return upserting.lay_over(rows, key, fields)


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
