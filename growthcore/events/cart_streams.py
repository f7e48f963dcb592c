"""The cart events of owners, read for folding."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from growthcore.db.chunks import among, rows_in
from growthcore.events.folding import ADD, CART_EVENTS, PURCHASE, REMOVE, CartEvent, Piece
from growthcore.events.models import Cart, Event, EventItem
from growthcore.events.owners import Owner
from growthcore.events.vocabulary import STANDARD

CART_IDS = {STANDARD[name]: name for name in CART_EVENTS}
MOST_EVENTS: Final = 5000
"""Of one owner, the newest: more is a machine's doing, and must not hold up the shop."""

_WITH_PIECES = {STANDARD[name] for name in (ADD, REMOVE, PURCHASE)}


@dataclass
class Stream:
    """One owner's cart events, the cart each belonged to so far, and the browser it came from."""

    events: list[CartEvent] = field(default_factory=list)
    carts: dict[int, int | None] = field(default_factory=dict)
    visitors: dict[int, int | None] = field(default_factory=dict)


def load(
    session: Session, since: Mapping[Owner, datetime], named: Mapping[int, str]
) -> dict[Owner, Stream]:
    """The streams from each owner's own instant on.

    ``named`` has the shop's keys of the events that were not given their cart yet.
    """
    rows = [row for row in _rows(session, since) if row.occurred_at >= since[_owner(row)]]
    pieces = _pieces(session, (row.id for row in rows if row.name_id in _WITH_PIECES))
    streams: dict[Owner, Stream] = {}
    for row in rows:
        stream = streams.setdefault(_owner(row), Stream())
        stream.carts[row.id] = row.cart_id
        stream.visitors[row.id] = row.visitor_id
        stream.events.append(
            CartEvent(
                id=row.id,
                name=CART_IDS[row.name_id],
                at=row.occurred_at,
                tie=(row.source, row.event_id),
                key=named.get(row.id) or shop_key(row.key),
                pieces=pieces.get(row.id, ()),
            )
        )
    return streams


def shop_key(key: str | None) -> str | None:
    """The shop's own part of a cart's key; None for a cart it has no key for."""
    return key.partition(":")[2] or None if key else None


def _owner(row: Any) -> Owner:
    return (
        Owner(True, row.customer_id)
        if row.customer_id is not None
        else Owner(False, row.visitor_id)
    )


def _rows(session: Session, since: Mapping[Owner, datetime]) -> Iterator[Any]:
    first = min(since.values())
    known = [owner.id for owner in since if owner.known]
    anonymous = [owner.id for owner in since if not owner.known]
    if known:
        yield from _newest(session, first, Event.customer_id, among(Event.customer_id, known))
    if anonymous:
        theirs = among(Event.visitor_id, anonymous) & Event.customer_id.is_(None)
        yield from _newest(session, first, Event.visitor_id, theirs)


def _newest(
    session: Session,
    first: datetime,
    owner: InstrumentedAttribute[int | None],
    theirs: ColumnElement[bool],
) -> Iterator[Any]:
    """The cart events of each owner from ``first`` on, at most :data:`MOST_EVENTS` of each."""
    age = func.row_number().over(partition_by=owner, order_by=Event.occurred_at.desc())
    ranked = (
        select(
            Event.id,
            Event.source,
            Event.event_id,
            Event.name_id,
            Event.occurred_at,
            Event.customer_id,
            Event.visitor_id,
            Event.cart_id,
            Cart.key,
            age.label("age"),
        )
        .join(Cart, Cart.id == Event.cart_id, isouter=True)
        .where(Event.name_id.in_(CART_IDS), Event.occurred_at >= first, theirs)
        .subquery()
    )
    yield from session.execute(select(ranked).where(ranked.c.age <= MOST_EVENTS))


def _pieces(session: Session, event_ids: Iterable[int]) -> dict[int, list[Piece]]:
    statement = select(
        EventItem.event_id, EventItem.product_id, EventItem.quantity, EventItem.price
    ).order_by(EventItem.event_id, EventItem.position)
    found: dict[int, list[Piece]] = {}
    for event_id, *piece in rows_in(session, statement, EventItem.event_id, event_ids):
        found.setdefault(event_id, []).append(Piece(*piece))
    return found
