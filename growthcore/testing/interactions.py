"""A small shop's past, for algorithms to learn from without a database."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import numpy as np

from growthcore.api import CatalogueItem, InteractionChunk
from growthcore.testing.values import START


@dataclass(frozen=True)
class Line:
    """One interaction. A negative customer is an anonymous visitor."""

    customer: int
    product: int
    event: str
    at: datetime
    quantity: int = 1
    order: int = 0
    """Lines of the same number, other than 0, are of one event."""


@dataclass
class FakeInteractions:
    """:class:`growthcore.api.Interactions` over lines in time order, in chunks of ``size``."""

    lines: Sequence[Line]
    until: datetime = START
    size: int = 1000
    category_of: Mapping[int, int] = field(default_factory=dict)
    items: Sequence[CatalogueItem] | None = None
    reported: list[float] = field(default_factory=list)

    def chunks(
        self, events: Sequence[str], since: datetime | None = None
    ) -> Iterator[InteractionChunk]:
        """The lines of these events after ``since`` and up to ``until``."""
        found = [line for line in self.lines if line.event in events and self._inside(line, since)]
        for begin in range(0, len(found), self.size):
            yield _chunk(found[begin : begin + self.size], events, begin)

    def categories(self) -> Mapping[int, int]:
        """The category of every product that has one."""
        return self.category_of

    def products(self) -> Sequence[int]:
        """Every product of the past, the highest number first, as the newest."""
        return sorted({line.product for line in self.lines}, reverse=True)

    def catalogue(self) -> Iterator[CatalogueItem]:
        """``items``, or the products of the past under made-up names."""
        if self.items is not None:
            yield from self.items
            return
        for product in self.products():
            kind = _KINDS[product % len(_KINDS)]
            yield CatalogueItem(
                product_id=product,
                name=f"{kind} {product}호",
                category=f"여성/{kind}",
                brand=f"brand {product % 3}",
                price=10_000 * product,
                attributes={"color": _COLOURS[product % len(_COLOURS)]},
            )

    def report(self, share: float) -> None:
        """Note how far a training is."""
        self.reported.append(share)

    def _inside(self, line: Line, since: datetime | None) -> bool:
        return line.at <= self.until and (since is None or line.at > since)


@dataclass(frozen=True)
class FakeHistory:
    """:class:`growthcore.api.History` over the same lines."""

    lines: Sequence[Line] = ()
    at: datetime = START

    def recent_products(
        self, events: Sequence[str], limit: int, *, customer_id: int | None, visitor_id: int | None
    ) -> Sequence[int]:
        """Product ids, newest first, without repeats."""
        who = customer_id if customer_id is not None else -(visitor_id or 0)
        mine = (line for line in reversed(self.lines) if line.customer == who)
        products = dict.fromkeys(line.product for line in mine if line.event in events)
        return list(products)[:limit]

    def decayed_products(
        self,
        weights: Mapping[str, float],
        half_life_days: float,
        limit: int,
        *,
        customer_id: int | None,
        visitor_id: int | None,
    ) -> Sequence[tuple[int, float]]:
        """Product ids and how much this person is about each, the most first."""
        who = customer_id if customer_id is not None else -(visitor_id or 0)
        sums: dict[int, float] = {}
        for line in self.lines:
            if line.customer == who and line.event in weights:
                age = (self.at - line.at) / timedelta(days=half_life_days)
                sums[line.product] = sums.get(line.product, 0.0) + weights[line.event] * 0.5**age
        return sorted(sums.items(), key=lambda each: (-each[1], each[0]))[:limit]


def a_past(*, customers: int = 40, products: int = 12, seed: int = 1) -> list[Line]:
    """Eight weeks in a shop whose customers like one half of the products or the other.

    Products and customers are numbered from 1; some visitors stay anonymous. Every product is
    viewed, put into carts and bought.
    """
    dice = random.Random(seed)  # noqa: S311 - made-up data
    begin = START - timedelta(weeks=8)
    half = products // 2
    lines = []
    for customer in [*range(1, customers + 1), *range(-5, 0)]:
        liked = range(1, half + 1) if customer % 2 else range(half + 1, products + 1)
        for product in dice.sample(liked, k=min(4, len(liked))):
            at = begin + timedelta(minutes=dice.randrange(8 * 7 * 24 * 60 - 60))
            for step, event in enumerate(("view_item", "add_to_cart", "purchase")):
                lines.append(Line(customer, product, event, at + timedelta(minutes=step)))
    return sorted(lines, key=lambda line: line.at)


_KINDS = ("니트", "셔츠", "바지", "스커트")
_COLOURS = ("검정", "흰색", "파랑")


def _chunk(lines: Sequence[Line], events: Sequence[str], before: int) -> InteractionChunk:
    # Without an order of its own, a line is an event by itself.
    own = [line.order or -at for at, line in enumerate(lines, start=before + 1)]
    return InteractionChunk(
        customers=np.array([line.customer for line in lines], np.int64),
        products=np.array([line.product for line in lines], np.int64),
        kinds=np.array([events.index(line.event) for line in lines], np.int16),
        times=np.array([int(line.at.timestamp()) for line in lines], np.int64),
        quantities=np.array([line.quantity for line in lines], np.int32),
        events=np.array(own, np.int64),
    )
