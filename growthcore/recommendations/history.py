"""What people did lately, down to the event of a second ago."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy.orm import Session

from growthcore.db.unit_of_work import Database
from growthcore.events import vocabulary
from growthcore.recommendations import lines
from growthcore.recommendations.lines import Done, Person, Seen

_Asked = tuple[tuple[str, ...], int]
_Weighted = tuple[tuple[tuple[str, float], ...], float]
_Lines = dict[Person, Sequence[Done] | None]


class _Events(NamedTuple):
    """The numbers of events by name, and what was read of them so far."""

    numbers: Mapping[str, int]
    lines: _Lines
    read_with: frozenset[int] | None
    """The events that are read together with these; None are all."""


# A browser's clock may be that much ahead: what it told a second ago must not be missed.
_AHEAD = timedelta(minutes=5)
_FEW = 32


class StoredHistory:
    """:class:`growthcore.api.History` over the database, for a batch of people.

    Of a few people all last lines are read at once, whatever is asked about first. Of many only those of
    the events that are asked about are, everybody's together. Of those who did more than that, what is
    asked is read by itself, again for all of them.
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
        self._asked: dict[tuple[str, ...], _Events] = {}
        self._lines: dict[frozenset[int] | None, _Lines] = {}
        self._read: dict[_Asked, Mapping[Person, Sequence[int]]] = {}
        self._decayed: dict[_Weighted, Mapping[Person, Sequence[tuple[int, float]]]] = {}

    def recent_products(
        self, events: Sequence[str], limit: int, *, customer_id: int | None, visitor_id: int | None
    ) -> Sequence[int]:
        person, names = (customer_id, visitor_id), tuple(events)
        about = self._about(names)
        done = self._last_lines(person, about)
        if done is not None:
            if not done:
                return ()
            numbers = about.numbers.values()
            seen = [(at, product) for at, product, name in done if name in numbers]
            return _newest(seen, limit)
        asked = (names, limit)
        if person not in self._read.get(asked, {}):
            with self._db.read() as session:
                self._read[asked] = self._recent(session, asked, _busy(about.lines))
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
        person, names = (customer_id, visitor_id), tuple(weights)
        about = self._about(names)
        done = self._last_lines(person, about)
        if done is not None:
            if not done:
                return ()
            weight_of = {number: weights[name] for name, number in about.numbers.items()}
            theirs = [line for line in done if line[2] in weight_of]
            return _decayed(theirs, weight_of, timedelta(days=half_life_days), self._at)[:limit]
        asked = (tuple(sorted(weights.items())), half_life_days)
        if person not in self._decayed.get(asked, {}):
            with self._db.read() as session:
                self._decayed[asked] = self._sums(session, asked, _busy(about.lines))
        return self._decayed[asked][person][:limit]

    def _last_lines(self, person: Person, about: _Events) -> Sequence[Done] | None:
        """What somebody did last of these events at least; None of those who did too much."""
        if person not in about.lines:
            people = self._people | {person}
            about.lines.update(lines.newest(self._db, people, self._until, about.read_with))
        return about.lines[person]

    def _about(self, names: tuple[str, ...]) -> _Events:
        """What names in any spelling stand for, those of the vocabulary without asking for them."""
        about = self._asked.get(names)
        if about is None:
            standard = vocabulary.standard(names)
            numbers = self._asked_for(names) if standard is None else standard
            together = None if len(self._people) <= _FEW else frozenset(numbers.values())
            read = self._lines.setdefault(together, {})
            about = self._asked[names] = _Events(numbers, read, together)
        return about

    def _asked_for(self, names: Sequence[str]) -> Mapping[str, int]:
        canonical = {name: kept for name in names if (kept := vocabulary.canonical(name))}
        with self._db.read() as session:
            found = vocabulary.name_ids(session, list(canonical.values()))
        return {name: found[kept] for name, kept in canonical.items() if kept in found}

    def _sums(
        self, session: Session, asked: _Weighted, people: Collection[Person]
    ) -> Mapping[Person, Sequence[tuple[int, float]]]:
        weights, half_life = dict(asked[0]), timedelta(days=asked[1])
        names = vocabulary.name_ids(session, list(filter(None, map(vocabulary.canonical, weights))))
        weight_of = {number: weights[name] for name, number in names.items()}
        customers = {customer for customer, _ in people if customer is not None}
        visitors = {visitor for _, visitor in people if visitor is not None}
        known, unnamed = (
            lines.last(session, of(list(weight_of), ids), self._until) if ids else {}
            for of, ids in ((lines.of_customers, customers), (lines.of_visitors, visitors))
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
            lines.seen(session, of(names, ids), self._until, limit) if ids else {}
            for of, ids in ((lines.of_customers, customers), (lines.of_visitors, visitors))
        )
        return {
            (customer, visitor): _newest(
                [*known.get(customer, ()), *unnamed.get(visitor, ())], limit
            )
            for customer, visitor in people
        }


def _busy(read: _Lines) -> Collection[Person]:
    """Those who did more than was read."""
    return [person for person, done in read.items() if done is None]


def _decayed(
    done: Sequence[Done], weight_of: Mapping[int, float], half_life: timedelta, now: datetime
) -> Sequence[tuple[int, float]]:
    """What a person is about, the most first."""
    sums: dict[int, float] = {}
    for at, product, name in sorted(done, reverse=True)[: lines.MOST_LINES]:
        sums[product] = sums.get(product, 0.0) + weight_of[name] * 0.5 ** ((now - at) / half_life)
    return sorted(sums.items(), key=lambda each: (-each[1], each[0]))


def _newest(seen: Sequence[Seen], limit: int) -> Sequence[int]:
    """Newest first, each product where it was seen last."""
    return list(dict.fromkeys(product for _, product in sorted(seen, reverse=True)))[:limit]
