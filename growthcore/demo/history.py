"""The shop's past, told in the order it happened by the clock of the shop itself."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from heapq import heappop, heappush
from itertools import count

from growthcore.campaigns import progress, reactions
from growthcore.clock import FixedClock
from growthcore.core import Core
from growthcore.demo import campaigns, readers, setup, traffic, visits
from growthcore.demo.campaigns import Campaigns
from growthcore.demo.people import Person
from growthcore.demo.readers import Habits, Readers
from growthcore.demo.scale import ACTOR, CURRENCY, ZONE, Scale
from growthcore.demo.visits import Shelf
from growthcore.events import ingestion
from growthcore.events.incoming import IncomingEvent

REMINDED, SALE = timedelta(days=12), timedelta(days=9)
"""How long ago the reminder of carts was launched, and the sale announced."""

_GUESTS = 0.34
_PACE = timedelta(hours=4)
_BATCH = 1_000
_READERS_VISITS = 5_000_000


class History:
    """Sixty days, or as many as the scale says, that end at ``now``."""

    def __init__(
        self,
        core: Core,
        clock: FixedClock,
        scale: Scale,
        *,
        customers: dict[int, Person],
        shelf: Shelf,
        source: random.Random,
        now: datetime,
    ) -> None:
        self._core, self._clock, self._scale = core, clock, scale
        self._people = sorted(customers.values(), key=lambda person: person.joined)
        self._shelf, self._source, self._now = shelf, source, now
        self._readers = Readers(core, customers, source, _READERS_VISITS)
        self._habits: dict[int, Habits] = {}
        self._waiting: list[tuple[datetime, str, IncomingEvent]] = []
        self._numbers = count(1)

    def tell(self, made: Campaigns) -> None:
        """Let it all happen."""
        for day in range(self._scale.days, 0, -1):
            start = self._now - timedelta(days=day)
            self._plan_visits(start)
            for end in self._steps(start):
                self._clock.at = end
                self._launch(made, end)
                self._live(end)

    def _steps(self, start: datetime) -> Iterator[datetime]:
        """The ends of the steps of a day: one step, or several once campaigns are running."""
        day = timedelta(days=1)
        pace = _PACE if self._now - start <= REMINDED else day
        for step in range(1, day // pace + 1):
            yield start + step * pace

    def _plan_visits(self, start: datetime) -> None:
        day = start.astimezone(ZONE).date()
        visitors = [person for person in self._people if person.joined < start]
        weights = [person.weight for person in visitors]
        average = traffic.visits(day, self._scale.visits_a_day, self._source)
        told: list[IncomingEvent] = []
        for moment in traffic.moments(day, average, self._source):
            # A day of the demo begins at the hour of its start, a day of the tides at midnight.
            at = moment if moment >= start else moment + timedelta(days=1)
            guest = self._source.random() < _GUESTS or not visitors
            who = None if guest else self._source.choices(visitors, weights)[0]
            told += visits.visit(next(self._numbers), who, at, self._shelf, self._source)
        orders = [event for event in told if event.name == "purchase"]
        self._await([*told, *visits.refunds(orders, self._source)])

    def _await(self, events: Sequence[IncomingEvent]) -> None:
        for event in events:
            heappush(self._waiting, (event.occurred_at, event.id, event))

    def _launch(self, made: Campaigns, end: datetime) -> None:
        """Launch what begins before the step ends."""
        ago = self._now - end
        if ago < REMINDED and not self._habits:
            setup.learn(self._core)
        if ago < REMINDED and readers.REMINDER not in self._habits.values():
            self._habits[made.remind_of_carts()] = readers.REMINDER
        at_noon = 10 <= end.astimezone(ZONE).hour < 14
        if ago < SALE and at_noon and readers.SALE not in self._habits.values():
            self._habits[made.announce_sale()] = readers.SALE

    def _live(self, end: datetime) -> None:
        """One step: visits come in, campaigns react and send, recipients answer."""
        self._await(self._readers.act(end))
        while batch := self._due(end):
            with self._core.db.unit() as session:
                ingestion.ingest(
                    session,
                    batch,
                    source=ACTOR,
                    now=end,
                    historical=True,
                    react=bool(self._habits),
                    currency=CURRENCY,
                )
        if not self._habits:
            return
        while reactions.react(self._core):
            pass
        for campaign_id in self._habits:
            campaigns.send(self._core, campaign_id)
        with self._core.db.unit() as session:
            progress.complete(session, end)
        self._readers.notice(self._habits)

    def _due(self, end: datetime) -> list[IncomingEvent]:
        batch: list[IncomingEvent] = []
        while self._waiting and self._waiting[0][0] <= end and len(batch) < _BATCH:
            batch.append(heappop(self._waiting)[2])
        return batch
