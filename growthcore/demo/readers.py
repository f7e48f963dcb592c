"""What the recipients of a mail do with it: most nothing, some open it, a few click and buy."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from heapq import heappop, heappush
from itertools import count
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from growthcore.api.db import EPOCH
from growthcore.core import Core
from growthcore.demo.catalogue import Garment, by_id
from growthcore.demo.people import Person
from growthcore.demo.visits import Visit
from growthcore.events.incoming import IncomingEvent
from growthcore.messaging import engagement, snapshots
from growthcore.messaging.engagement import Evidence
from growthcore.messaging.models import Message

_AGENTS = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148",
    "Mozilla/5.0 (Linux; Android 15; SM-S921N) AppleWebKit/537.36 Chrome/131.0 Mobile Safari/537.36",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/131.0 Safari/537.36",
)
_UNSUBSCRIBE = 0.006


@dataclass(frozen=True)
class Habits:
    """Shares: of all who open, of those who click, of those who buy."""

    open: float
    click: float
    buy: float


SALE = Habits(open=0.38, click=0.24, buy=0.22)
REMINDER = Habits(open=0.52, click=0.42, buy=0.38)

Act = Literal["open", "click", "unsubscribe"]


class Readers:
    """Keeps in mind what recipients are going to do, and does it when the time has come."""

    def __init__(
        self, core: Core, customers: dict[int, Person], source: random.Random, first_visit: int
    ) -> None:
        self._core = core
        self._customers = customers
        self._source = source
        self._visits = count(first_visit)
        self._order = count()
        self._planned: list[tuple[datetime, int, Act, int, Habits]] = []
        self._seen = EPOCH

    def notice(self, habits: dict[int, Habits]) -> None:
        """Have the recipients of what was sent since the last call find it; habits by campaign."""
        with self._core.db.read() as session:
            sent = session.execute(
                select(Message.id, Message.campaign_id, Message.sent_at)
                .where(Message.state == "sent", Message.sent_at > self._seen)
                .order_by(Message.id)
            ).all()
        self._seen = self._core.clock.now()
        for message_id, campaign_id, sent_at in sent:
            if sent_at is not None and self._source.random() < habits[campaign_id].open:
                wait = timedelta(minutes=self._source.lognormvariate(4.2, 1.3))
                self._plan(sent_at + wait, "open", message_id, habits[campaign_id])

    def act(self, until: datetime) -> list[IncomingEvent]:
        """Do what was planned up to an instant; what people do in the shop then."""
        visits: list[IncomingEvent] = []
        with self._core.db.unit() as session:
            while self._planned and self._planned[0][0] <= until:
                at, _, act, message_id, habits = heappop(self._planned)
                visits += self._do(session, act, message_id, habits, at)
        return visits

    def _plan(self, at: datetime, act: Act, message_id: int, habits: Habits) -> None:
        heappush(self._planned, (at, next(self._order), act, message_id, habits))

    def _do(
        self, session: Session, act: Act, message_id: int, habits: Habits, at: datetime
    ) -> Sequence[IncomingEvent]:
        evidence = Evidence(user_agent=_AGENTS[message_id % len(_AGENTS)], at=at)
        if act == "click":
            return self._follow(session, message_id, habits, evidence)
        if act == "unsubscribe":
            engagement.unsubscribe(session, message_id, evidence, "unsubscribe page")
            return ()
        engagement.opened(session, message_id, evidence)
        soon = at + timedelta(seconds=self._source.uniform(5, 90))
        if self._source.random() < habits.click:
            self._plan(soon, "click", message_id, habits)
        elif self._source.random() < _UNSUBSCRIBE:
            self._plan(soon, "unsubscribe", message_id, habits)
        return ()

    def _follow(
        self, session: Session, message_id: int, habits: Habits, evidence: Evidence
    ) -> Sequence[IncomingEvent]:
        snapshot = snapshots.load(session, message_id)
        message = session.get(Message, message_id)
        if snapshot is None or message is None:
            return ()
        # The products and the button; the first link is the shop's name.
        link = self._source.randrange(1, len(snapshot["links"]))
        url = engagement.click(session, message_id, link, evidence)
        who = self._customers[message.customer_id]
        visit = Visit(next(self._visits), who, evidence.at, self._source)
        visit.tell("session_start", properties={"device": "mobile", "source": "email"})
        wanted = self._wanted(message.customer_id, url or "")
        for garment in wanted:
            visit.tell("view_item", [garment])
        if wanted and self._source.random() < habits.buy:
            visit.pay(wanted)
        return visit.events

    def _wanted(self, customer_id: int, url: str) -> list[Garment]:
        """The product a link leads to; behind a button, what is in the cart."""
        id_ = url.partition("/products/")[2].partition("?")[0]
        if id_ in by_id():
            return [by_id()[id_]]
        cart = self._core.ports.carts.open_of([customer_id]).get(customer_id)
        lines = cart.lines if cart else ()
        return [by_id()[each.product.external_id] for each in lines if each.product.available]
