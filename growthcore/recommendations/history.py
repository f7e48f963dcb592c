"""What people did lately, down to the event of a second ago."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, bindparam, func, literal, select, union_all
from sqlalchemy.orm import Session

from growthcore.db.chunks import among, among_given
from growthcore.db.prepared import Prepared
from growthcore.db.unit_of_work import Database
from growthcore.events import vocabulary
from growthcore.events.models import Event, EventItem

Person = tuple[int | None, int | None]
"""A customer's id and a visitor's; either may be missing."""

_Lines = Select[*tuple[Any, ...]]
"""Who saw which product, and when."""
_Asked = tuple[tuple[str, ...], int]
_Weighted = tuple[tuple[tuple[str, float], ...], float]
_Seen = tuple[datetime, int]
"""When, and which product."""
_Done = tuple[datetime, int, int]
"""When, which product, and the event's number."""

_MOST_LINES = 1000
"""So many of a person's last lines are weighed."""

_HELD = 200
"""So many of a person's last lines are read at once, and answer whatever is asked of those with less."""

_WHO = "who"
# A browser's clock may be that much ahead: what it told a second ago must not be missed.
_AHEAD = timedelta(minutes=5)


class StoredHistory:
    """:class:`growthcore.api.History` over the database, for a batch of people.

    The first time something is asked, everybody's last lines are read. Of those who did more than
    that, what is asked is read by itself, again for all of them.
    """

    def __init__(
        self,
        db: Database,
        at: datetime,
        people: Collection[Person],
        *,
        ahead: timedelta = _AHEAD,
    ) -> None:
        self._db = db
        self._at = at
        self._until = at + ahead
        self._people = frozenset(people)
        self._lines: dict[Person, Sequence[_Done] | None] = {}
        self._read: dict[_Asked, Mapping[Person, Sequence[int]]] = {}
        self._decayed: dict[_Weighted, Mapping[Person, Sequence[tuple[int, float]]]] = {}

    def recent_products(
        self, events: Sequence[str], limit: int, *, customer_id: int | None, visitor_id: int | None
    ) -> Sequence[int]:
        asked, person = (tuple(events), limit), (customer_id, visitor_id)
        lines = self._last_lines(person)
        if lines is not None:
            if not lines:
                return ()
            names = self._numbers(tuple(events)).values()
            return _newest([(at, product) for at, product, name in lines if name in names], limit)
        if person not in self._read.get(asked, {}):
            with self._db.read() as session:
                self._read[asked] = self._recent(session, asked, self._busy())
        return self._read[asked][person]

    def decayed_products(
        self,
        weights: Mapping[str, float],
        half_life_days: float,
        limit: int,
        *,
        customer_id: int | None,
        visitor_id: int | None,
    ) -> Sequence[tuple[int, float]]:
        person, asked = (customer_id, visitor_id), (tuple(sorted(weights.items())), half_life_days)
        lines = self._last_lines(person)
        if lines is not None:
            if not lines:
                return ()
            weight_of = {
                number: weights[name] for name, number in self._numbers(tuple(weights)).items()
            }
            done = [line for line in lines if line[2] in weight_of]
            return _decayed(done, weight_of, timedelta(days=half_life_days), self._at)[:limit]
        if person not in self._decayed.get(asked, {}):
            with self._db.read() as session:
                self._decayed[asked] = self._sums(session, asked, self._busy())
        return self._decayed[asked][person][:limit]

    def _last_lines(self, person: Person) -> Sequence[_Done] | None:
        """What somebody did last, all of it; None of those who did more than is read at once."""
        if person not in self._lines:
            self._lines |= self._first(self._people | {person})
        return self._lines[person]

    def _busy(self) -> Collection[Person]:
        return [person for person, lines in self._lines.items() if lines is None]

    def _numbers(self, names: tuple[str, ...]) -> Mapping[str, int]:
        """The numbers of names in any spelling, those of the vocabulary without asking for them."""
        if (standard := vocabulary.standard(names)) is not None:
            return standard
        canonical = {name: kept for name in names if (kept := vocabulary.canonical(name))}
        with self._db.read() as session:
            found = vocabulary.name_ids(session, list(canonical.values()))
        return {name: found[kept] for name, kept in canonical.items() if kept in found}

    def _first(self, people: Collection[Person]) -> Mapping[Person, Sequence[_Done] | None]:
        rows = _FIRST.rows(
            self._db,
            customers=list({customer for customer, _ in people if customer is not None}),
            visitors=list({visitor for _, visitor in people if visitor is not None}),
            until=self._until,
            most=_HELD + 1,
        )
        found: dict[tuple[bool, int | None], list[_Done]] = {}
        for named, who, at, product, name in rows:
            found.setdefault((bool(named), who), []).append((at, product, name))
        return {person: _whole(found, person) for person in people}

    def _sums(
        self, session: Session, asked: _Weighted, people: Collection[Person]
    ) -> Mapping[Person, Sequence[tuple[int, float]]]:
        weights, half_life = dict(asked[0]), timedelta(days=asked[1])
        names = vocabulary.name_ids(session, list(filter(None, map(vocabulary.canonical, weights))))
        weight_of = {number: weights[name] for name, number in names.items()}
        customers = {customer for customer, _ in people if customer is not None}
        visitors = {visitor for _, visitor in people if visitor is not None}
        known, unnamed = (
            _last(session, lines(list(weight_of), ids), self._until) if ids else {}
            for lines, ids in ((_of_customers, customers), (_of_visitors, visitors))
        )
        return {
            (customer, visitor): _decayed(
                [*known.get(customer, ()), *unnamed.get(visitor, ())],
                weight_of,
                half_life,
                self._at,
            )
            for customer, visitor in people
        }

    def _recent(
        self, session: Session, asked: _Asked, people: Collection[Person]
    ) -> Mapping[Person, Sequence[int]]:
        events, limit = asked
        canonical = [name for name in map(vocabulary.canonical, events) if name]
        names = list(vocabulary.name_ids(session, canonical).values())
        customers = {customer for customer, _ in people if customer is not None}
        visitors = {visitor for _, visitor in people if visitor is not None}
        known, unnamed = (
            _seen(session, lines(names, ids), self._until, limit) if ids else {}
            for lines, ids in ((_of_customers, customers), (_of_visitors, visitors))
        )
        return {
            (customer, visitor): _newest(
                [*known.get(customer, ()), *unnamed.get(visitor, ())], limit
            )
            for customer, visitor in people
        }


def _whole(
    found: Mapping[tuple[bool, int | None], Sequence[_Done]], person: Person
) -> Sequence[_Done] | None:
    """A person's lines, as a customer and as a visitor, newest first; None where some were left out."""
    named, unnamed = found.get((True, person[0]), ()), found.get((False, person[1]), ())
    if not (named or unnamed):
        return ()
    if max(len(named), len(unnamed)) > _HELD:
        return None
    return sorted([*named, *unnamed], reverse=True)


def _ranked(who: Any, lines: _Lines, *, named: bool) -> _Lines:
    """The newest lines of everybody, with whether they are a customer's."""
    line = (EventItem.occurred_at, EventItem.product_id, EventItem.name_id)
    newest = (EventItem.occurred_at.desc(), EventItem.product_id.desc())
    rank = func.row_number().over(partition_by=who, order_by=newest)
    ranked = (
        lines.with_only_columns(who.label(_WHO), *line, rank.label("rank"))
        .where(EventItem.occurred_at <= bindparam("until", type_=EventItem.occurred_at.type))
        .subquery()
    )
    columns = ranked.c
    return select(
        literal(named), columns[_WHO], columns.occurred_at, columns.product_id, columns.name_id
    ).where(columns.rank <= bindparam("most"))


_FIRST = Prepared(
    union_all(
        _ranked(
            EventItem.customer_id,
            select(EventItem).where(among_given(EventItem.customer_id, "customers")),
            named=True,
        ),
        _ranked(
            Event.visitor_id,
            select(EventItem)
            .join(Event, EventItem.event_id == Event.id)
            .where(among_given(Event.visitor_id, "visitors"), Event.customer_id.is_(None)),
            named=False,
        ),
    )
)
"""The last lines of many."""


def _of_customers(names: Sequence[int], ids: Collection[int]) -> _Lines:
    return select(
        EventItem.customer_id.label(_WHO),
        EventItem.product_id,
        EventItem.occurred_at,
        EventItem.name_id,
    ).where(among(EventItem.customer_id, ids), EventItem.name_id.in_(names))


def _of_visitors(names: Sequence[int], ids: Collection[int]) -> _Lines:
    """What is no customer's, or not yet."""
    return (
        select(
            Event.visitor_id.label(_WHO),
            EventItem.product_id,
            EventItem.occurred_at,
            EventItem.name_id,
        )
        .join(EventItem, EventItem.event_id == Event.id)
        .where(
            among(Event.visitor_id, ids),
            Event.customer_id.is_(None),
            Event.name_id.in_(names),
        )
    )


def _seen(
    session: Session, lines: _Lines, until: datetime, limit: int
) -> Mapping[int | None, Sequence[_Seen]]:
    """The newest ``limit`` products of everybody the lines are of."""
    who, product, at, _ = lines.selected_columns
    newest = func.max(at)
    rank = func.row_number().over(partition_by=who, order_by=(newest.desc(), product.desc()))
    ranked = (
        lines.with_only_columns(who, newest.label("at"), product, rank.label("rank"))
        .where(at <= until)
        .group_by(who, product)
        .subquery()
    )
    columns = select(ranked.c[_WHO], ranked.c.at, ranked.c.product_id)
    found: dict[int | None, list[_Seen]] = {}
    for person, seen, shown in session.execute(columns.where(ranked.c.rank <= limit)):
        found.setdefault(person, []).append((seen, shown))
    return found


def _last(session: Session, lines: _Lines, until: datetime) -> Mapping[int | None, Sequence[_Done]]:
    """The last lines of everybody they are of."""
    who, product, at, _ = lines.selected_columns
    rank = func.row_number().over(partition_by=who, order_by=(at.desc(), product.desc()))
    ranked = lines.add_columns(rank.label("rank")).where(at <= until).subquery()
    columns = select(ranked.c[_WHO], ranked.c.occurred_at, ranked.c.product_id, ranked.c.name_id)
    found: dict[int | None, list[_Done]] = {}
    for person, *done in session.execute(columns.where(ranked.c.rank <= _MOST_LINES)):
        found.setdefault(person, []).append((done[0], done[1], done[2]))
    return found


def _decayed(
    done: Sequence[_Done], weight_of: Mapping[int, float], half_life: timedelta, now: datetime
) -> Sequence[tuple[int, float]]:
    """What a person is about, the most first."""
    sums: dict[int, float] = {}
    for at, product, name in sorted(done, reverse=True)[:_MOST_LINES]:
        sums[product] = sums.get(product, 0.0) + weight_of[name] * 0.5 ** ((now - at) / half_life)
    return sorted(sums.items(), key=lambda each: (-each[1], each[0]))


def _newest(seen: Sequence[_Seen], limit: int) -> Sequence[int]:
    """Newest first, each product where it was seen last."""
    return list(dict.fromkeys(product for _, product in sorted(seen, reverse=True)))[:limit]
