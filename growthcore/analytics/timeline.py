"""What happened to one customer: events, messages and what the customer did with those, by time."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Self, TypeVar

from sqlalchemy import Select, and_, func, literal, or_, select, union_all
from sqlalchemy.orm import Session

from growthcore.api import Event as EventValue
from growthcore.api import Product
from growthcore.api.db import EPOCH
from growthcore.campaigns.models import Campaign
from growthcore.catalog import service as catalog
from growthcore.db.chunks import rows_in
from growthcore.events import reading
from growthcore.events.models import Event
from growthcore.messaging.models import Engagement, Message

EVENT, MESSAGE, ENGAGEMENT = 1, 2, 3
KINDS: Mapping[str, Collection[int]] = {
    "": (EVENT, MESSAGE, ENGAGEMENT),
    "events": (EVENT,),
    "messages": (MESSAGE, ENGAGEMENT),
}
"""What a timeline may be narrowed to."""

_CURSOR = re.compile(r"(\d{1,17})-([123])-(\d{1,18})")
_COLUMNS: Mapping[int, tuple[Any, Any, Any]] = {
    EVENT: (Event.occurred_at, Event.id, Event.customer_id),
    MESSAGE: (
        func.coalesce(Message.sent_at, Message.finished_at, Message.enrolled_at),
        Message.id,
        Message.customer_id,
    ),
    ENGAGEMENT: (Engagement.at, Engagement.id, Engagement.customer_id),
}
"""When, which, and whose: all that is read of what is not on the page."""


@dataclass(frozen=True, order=True)
class Place:
    """Where an entry stands: no two stand at the same. Pages begin behind one."""

    at: datetime
    kind: int
    id: int

    @classmethod
    def read(cls, text: str) -> Self | None:
        """A place that was written down; None for what is none."""
        found = _CURSOR.fullmatch(text)
        if found is None:
            return None
        try:
            at = EPOCH + int(found[1]) * (datetime.resolution)
        except OverflowError:
            return None
        return cls(at, int(found[2]), int(found[3]))

    def __str__(self) -> str:
        return f"{(self.at - EPOCH) // datetime.resolution}-{self.kind}-{self.id}"


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One thing that happened: an event, a message, or an engagement with one.

    A message and an engagement come with their campaign, an engagement with its message too.
    """

    place: Place
    event: EventValue | None = None
    message: Message | None = None
    engagement: Engagement | None = None
    campaign: Campaign | None = None

    @property
    def at(self) -> datetime:
        """When it happened; of a message, when it went out or came to its end."""
        return self.place.at


@dataclass(frozen=True, kw_only=True)
class Timeline:
    """Some entries, newest first; ``products`` are those that they name, by the shop's id.

    ``more`` is the place behind which the next page begins, None at the end.
    """

    entries: Sequence[Entry]
    products: Mapping[str, Product] = field(default_factory=dict)
    more: Place | None = None


def timeline(
    session: Session,
    customer_id: int,
    *,
    before: Place | None = None,
    kinds: Collection[int] = KINDS[""],
    limit: int = 50,
) -> Timeline:
    """A customer's newest entries of some kinds, those behind ``before``."""
    parts = [_places(kind, customer_id, before, limit + 1) for kind in kinds]
    every = union_all(*parts).subquery()
    rows = session.execute(
        select(every).order_by(every.c.at.desc(), every.c.kind.desc(), every.c.id.desc())
    )
    places = [Place(*row) for row in rows.fetchmany(limit + 1)]
    entries = _filled(session, places[:limit])
    named = {item.product_id for each in entries if each.event for item in each.event.items}
    return Timeline(
        entries=entries,
        products=catalog.find(session, named),
        more=places[limit - 1] if len(places) > limit else None,
    )


def _places(
    kind: int, customer_id: int, before: Place | None, limit: int
) -> Select[datetime, int, int]:
    """The places of one kind, from the index over a customer's rows; the rest is read of a page only."""
    at, id_, owner = _COLUMNS[kind]
    statement = select(at.label("at"), literal(kind).label("kind"), id_.label("id")).where(
        owner == customer_id
    )
    if before is not None:
        later = id_ < before.id if kind == before.kind else literal(kind < before.kind)
        statement = statement.where(or_(at < before.at, and_(at == before.at, later)))
    few = statement.order_by(at.desc(), id_.desc()).limit(limit).subquery()
    return select(few.c.at, few.c.kind, few.c.id)


def _filled(session: Session, places: Sequence[Place]) -> list[Entry]:
    events = {each.id: each for each in reading.load(session, _ids(places, EVENT))}
    engagements = _by_id(session, Engagement, _ids(places, ENGAGEMENT))
    wanted = {*_ids(places, MESSAGE), *(each.message_id for each in engagements.values())}
    messages = _by_id(session, Message, wanted)
    campaigns = _by_id(session, Campaign, {each.campaign_id for each in messages.values()})

    def entry(place: Place) -> Entry:
        if place.kind == EVENT:
            return Entry(place=place, event=events[place.id])
        done = engagements[place.id] if place.kind == ENGAGEMENT else None
        message = messages[done.message_id if done else place.id]
        return Entry(
            place=place, message=message, engagement=done, campaign=campaigns[message.campaign_id]
        )

    return [entry(place) for place in places]


def _ids(places: Iterable[Place], kind: int) -> list[int]:
    return [place.id for place in places if place.kind == kind]


Row = TypeVar("Row", Engagement, Message, Campaign)


def _by_id(session: Session, table: type[Row], ids: Collection[int]) -> dict[int, Row]:
    return {row.id: row for (row,) in rows_in(session, select(table), table.id, ids)}
