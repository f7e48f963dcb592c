"""Senders and templates as the providers of accounts know them: a copy, replaced by each sync."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Select, bindparam, case, delete, or_, select
from sqlalchemy.orm import Session

from growthcore.api.senders import Approval, ProviderTemplate, Sender
from growthcore.db.paging import Page, paged
from growthcore.db.prepared import Prepared
from growthcore.db.unit_of_work import Database
from growthcore.plugins.models import SenderRow, TemplateRow

_ORDER = list(Approval)


@dataclass(frozen=True, kw_only=True)
class Changes:
    """What a sync found new, other than before, and gone."""

    added: int = 0
    changed: int = 0
    removed: int = 0


class _Known(NamedTuple):
    """What is kept of a template."""

    code: str
    name: str
    approval: str
    detail: str | None
    sender: str | None
    content: dict[str, Any]
    changed_at: datetime | None


class StoredDirectory:
    """:class:`growthcore.api.Directory` of one account."""

    def __init__(self, db: Database, account_id: int) -> None:
        self._db = db
        self._account_id = account_id

    def senders(self) -> Sequence[Sender]:
        """Every sender as last synced."""
        with self._db.read() as session:
            return senders(session, self._account_id)

    def templates(self) -> Sequence[ProviderTemplate]:
        """Every template as last synced."""
        with self._db.read() as session:
            return templates(session, self._account_id)

    def template(self, code: str) -> ProviderTemplate | None:
        """One template as last synced."""
        # A channel looks its template up for each batch.
        rows = _TEMPLATE.rows(self._db, account=self._account_id, code=code)
        return _template(_Known(*rows[0])) if rows else None


def senders(session: Session, account_id: int) -> list[Sender]:
    """The senders of an account, approved ones first, then by how they are written."""
    rows = session.scalars(select(SenderRow).where(SenderRow.account_id == account_id))
    found = [_sender(row) for row in rows]
    return sorted(found, key=lambda each: (_ORDER.index(each.approval), each.label))


def templates(session: Session, account_id: int) -> list[ProviderTemplate]:
    """The templates of an account, approved ones first, then by name."""
    rows = session.scalars(select(TemplateRow).where(TemplateRow.account_id == account_id))
    found = [_template(row) for row in rows]
    return sorted(found, key=lambda each: (_ORDER.index(each.approval), each.name, each.code))


def template(session: Session, account_id: int, code: str) -> ProviderTemplate | None:
    """One template, if the provider lists it."""
    row = session.get(TemplateRow, (account_id, code))
    return _template(row) if row else None


_TEMPLATE = Prepared(
    select(*(getattr(TemplateRow, column) for column in _Known._fields)).where(
        TemplateRow.account_id == bindparam("account"), TemplateRow.code == bindparam("code")
    )
)


@dataclass(frozen=True, kw_only=True)
class Search:
    """What to look for in a list: ``q`` anywhere in what people read, ``sort`` is a column.

    Approval falls from approved to stopped.
    """

    q: str = ""
    approval: str = ""
    sort: str = "approval"
    descending: bool = True
    offset: int = 0
    limit: int = 20


def find_senders(session: Session, account_id: int, search: Search) -> Page[Sender]:
    """The senders of an account that a search finds."""
    texts = (SenderRow.label, SenderRow.registrant)
    found = select(SenderRow).where(SenderRow.account_id == account_id, *_fits(search, *texts))
    page = _paged(session, found, SenderRow, search, SenderRow.label)
    return Page(items=[_sender(row) for row in page.items], total=page.total)


def find_templates(session: Session, account_id: int, search: Search) -> Page[ProviderTemplate]:
    """The templates of an account that a search finds."""
    texts = (TemplateRow.name, TemplateRow.code)
    found = select(TemplateRow).where(TemplateRow.account_id == account_id, *_fits(search, *texts))
    page = _paged(session, found, TemplateRow, search, TemplateRow.name)
    return Page(items=[_template(row) for row in page.items], total=page.total)


def replace_senders(session: Session, account_id: int, found: Collection[Sender]) -> Changes:
    """Keep exactly these senders of an account."""
    known: dict[str, Any] = {each.key: each for each in senders(session, account_id)}
    return _replace(session, SenderRow, account_id, known, {each.key: each for each in found})


def replace_templates(
    session: Session, account_id: int, found: Collection[ProviderTemplate]
) -> Changes:
    """Keep exactly these templates of an account."""
    known: dict[str, Any] = {each.code: each for each in templates(session, account_id)}
    return _replace(session, TemplateRow, account_id, known, {each.code: each for each in found})


def forget(session: Session, account_id: int) -> None:
    """Keep nothing of an account."""
    for table in (SenderRow, TemplateRow):
        session.execute(delete(table).where(table.account_id == account_id))


def _replace(
    session: Session,
    table: type[SenderRow | TemplateRow],
    account_id: int,
    known: Mapping[str, Any],
    found: Mapping[str, Any],
) -> Changes:
    session.execute(delete(table).where(table.account_id == account_id))
    session.add_all(table(account_id=account_id, **asdict(each)) for each in found.values())
    return Changes(
        added=len(found.keys() - known.keys()),
        changed=sum(known[key] != found[key] for key in known.keys() & found.keys()),
        removed=len(known.keys() - found.keys()),
    )


def _fits(search: Search, *texts: Any) -> list[Any]:
    # Both kinds of row have the column.
    table = texts[0].class_
    wanted = [table.approval == search.approval] if search.approval else []
    if search.q:
        wanted.append(or_(*(text.icontains(search.q, autoescape=True) for text in texts)))
    return wanted


def _paged(
    session: Session, found: Select[Any], table: Any, search: Search, then: Any
) -> Page[Any]:
    rank = case({each.value: -place for place, each in enumerate(_ORDER)}, value=table.approval)
    column = rank if search.sort == "approval" else getattr(table, search.sort)
    first = column.desc().nulls_last() if search.descending else column.asc().nulls_last()
    ordered = found.order_by(first, then, *table.__mapper__.primary_key)
    return paged(session, ordered, offset=search.offset, limit=search.limit)


def _sender(row: SenderRow) -> Sender:
    return Sender(
        key=row.key,
        label=row.label,
        approval=Approval(row.approval),
        detail=row.detail,
        registrant=row.registrant,
        registered_at=row.registered_at,
    )


def _template(row: TemplateRow | _Known) -> ProviderTemplate:
    return ProviderTemplate(
        code=row.code,
        name=row.name,
        approval=Approval(row.approval),
        detail=row.detail,
        sender=row.sender,
        content=row.content,
        changed_at=row.changed_at,
    )
