"""Lists of customers with when each was last seen, which only their events tell."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, cast

from sqlalchemy import ColumnElement, Select, Subquery, func, literal_column, select
from sqlalchemy.orm import Session

from growthcore.customers import finding
from growthcore.customers.finding import Wanted
from growthcore.customers.models import Consent, Customer, Suppression
from growthcore.db.chunks import rows_in
from growthcore.db.paging import Page
from growthcore.events import vocabulary
from growthcore.events.models import Event

SORTS: Final = ("created", "name", "seen")
"""The newest first, by name, and whoever was seen last first."""

_SPANS = (timedelta(days=1), timedelta(days=7), timedelta(days=30), timedelta(days=120))
_FEW = 2_000
# An expression, else SQLite groups by walking every event there is.
_WHO = Event.customer_id + literal_column("0")
_ORDERS: Mapping[str, Sequence[Any]] = {
    "created": (Customer.created_at.desc(), Customer.id.desc()),
    "name": (Customer.name.is_(None), Customer.name, Customer.id),
}


@dataclass(frozen=True, kw_only=True)
class Listed:
    """A customer of a list; nothing is masked here.

    ``media`` are those the customer agreed to get advertising by, ``suppressed`` the kinds of
    address nothing is sent to.
    """

    customer: Customer
    last_seen_at: datetime | None
    media: Collection[str]
    suppressed: Collection[str]


def find(
    session: Session,
    wanted: Wanted,
    *,
    sort: str = "created",
    now: datetime,
    offset: int = 0,
    limit: int = 20,
) -> Page[Listed]:
    """A page of the customers who are wanted, in one of :data:`SORTS`."""
    if sort == "seen":
        ids, total = _seen_last(session, wanted, now, offset, limit)
    else:
        statement = select(Customer.id).where(*wanted.conditions()).order_by(*_ORDERS[sort])
        ids, total = _counted(session, statement.offset(offset).limit(limit), wanted, offset)
    return Page(listed(session, ids), total)


def _counted(
    session: Session, statement: Select[int], wanted: Wanted, offset: int
) -> tuple[Sequence[int], int]:
    """A page of ids and how many there are in all."""
    if not wanted.text:
        return session.scalars(statement).all(), finding.total(session, wanted)
    # Looking for text is a scan, which is not to be made twice.
    rows = session.execute(statement.add_columns(func.count().over())).all()
    if not rows:
        return [], finding.total(session, wanted) if offset else 0
    return [id_ for id_, _total in rows], rows[0][1]


def _seen_last(
    session: Session, wanted: Wanted, now: datetime, offset: int, limit: int
) -> tuple[Sequence[int], int]:
    total, ids = finding.total(session, wanted), cast("Sequence[int]", ())
    for statement in _seen_first(session, wanted, total, now):
        ids = session.scalars(statement.offset(offset).limit(limit)).all()
        if len(ids) == limit:
            break
    return ids, total


def listed(session: Session, customer_ids: Sequence[int]) -> list[Listed]:
    """Those customers, in that order."""
    rows = {row.id: row for (row,) in rows_in(session, select(Customer), Customer.id, customer_ids)}
    seen = last_seen(session, customer_ids)
    media = _media(session, customer_ids)
    suppressed = _suppressed(session, rows.values())
    return [
        Listed(
            customer=rows[id_],
            last_seen_at=seen.get(id_),
            media=media.get(id_, ()),
            suppressed=[
                kind
                for kind, digest in (
                    ("email", rows[id_].email_hash),
                    ("phone", rows[id_].phone_hash),
                )
                if (kind, digest) in suppressed
            ],
        )
        for id_ in customer_ids
    ]


def last_seen(session: Session, customer_ids: Collection[int]) -> dict[int, datetime]:
    """When the newest event of each customer occurred."""
    statement = (
        select(Event.customer_id, func.max(Event.occurred_at))
        .where(Event.customer_id.is_not(None))
        .group_by(Event.customer_id)
    )
    return dict(rows_in(session, statement, Event.customer_id, customer_ids))


def _seen_first(
    session: Session, wanted: Wanted, total: int, now: datetime
) -> Iterator[Select[int]]:
    """Whoever was seen last first, each time of more customers, in the end of all who are wanted.

    Of many, the last seen are looked for among the newest events, further and further back; of few,
    each is asked for.
    """
    if total <= _FEW:
        few = select(Customer.id).where(*wanted.conditions())
        yield _seen(wanted, _newest(Event.customer_id.in_(few)), outer=True)
        return
    names = vocabulary.name_ids(session, vocabulary.known_names(session)).values()
    for span in _SPANS:
        # A few ranges of the index by name and time.
        lately = _newest(Event.name_id.in_(names), Event.occurred_at > now - span)
        yield _seen(wanted, lately, outer=False)
    yield _seen(wanted, _newest(), outer=True)


def _seen(wanted: Wanted, seen: Subquery, *, outer: bool) -> Select[int]:
    return (
        select(Customer.id)
        .join(seen, seen.c.customer_id == Customer.id, isouter=outer)
        .where(*wanted.conditions())
        .order_by(seen.c.at.desc().nulls_last(), Customer.id.desc())
    )


def _newest(*which: ColumnElement[bool]) -> Subquery:
    """When the newest of such events occurred to each customer."""
    return (
        select(_WHO.label("customer_id"), func.max(Event.occurred_at).label("at"))
        .where(Event.customer_id.is_not(None), *which)
        .group_by(_WHO)
        .subquery()
    )


def _media(session: Session, customer_ids: Collection[int]) -> dict[int, list[str]]:
    statement = (
        select(Consent.customer_id, Consent.channel)
        .where(Consent.purpose == "advertising", Consent.granted.is_(True))
        .order_by(Consent.channel)
    )
    found: dict[int, list[str]] = {}
    for customer_id, medium in rows_in(session, statement, Consent.customer_id, customer_ids):
        found.setdefault(customer_id, []).append(medium)
    return found


def _suppressed(session: Session, rows: Collection[Customer]) -> set[tuple[str, str]]:
    hashes = [digest for row in rows for digest in (row.email_hash, row.phone_hash) if digest]
    statement = select(Suppression.address_kind, Suppression.address_hash)
    return {
        (kind, digest)
        for kind, digest in rows_in(session, statement, Suppression.address_hash, hashes)
    }
