"""What happens in one visit: products are looked at, some put into the cart, some paid."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import accumulate
from typing import Any
from zlib import crc32

from growthcore.demo.catalogue import Garment
from growthcore.demo.people import Person
from growthcore.demo.scale import CURRENCY, ZONE
from growthcore.events.incoming import IncomingEvent, IncomingItem

_CARTED, _CHECKED_OUT, _PAID, _LOOKED_INTO_CART = 0.13, 0.52, 0.62, 0.5
_SHIPPING, _FREE_FROM = 3_000, 50_000
_SOURCES = (("direct", 38), ("naver", 27), ("instagram", 19), ("google", 9), ("kakao", 7))
_SEARCHES = ("코트", "니트", "와이드 팬츠", "숄더백", "원피스", "스니커즈", "셔츠", "머플러")


class Shelf:
    """What is on offer, and what somebody would pick of it."""

    def __init__(self, garments: Sequence[Garment]) -> None:
        self._garments = garments
        # A few products are everybody's; the long tail is hardly seen.
        self._fame = [1 / (rank + 3) ** 0.85 for rank in range(len(garments))]
        self._known: dict[tuple[int, str], list[float]] = {}

    def pick(
        self, at: datetime, who: Person | None, count: int, source: random.Random
    ) -> list[Garment]:
        """Products for one visit: those of the season, and those of one's taste."""
        month = at.astimezone(ZONE).month
        key = month, who.external_id if who else ""
        if key not in self._known:
            self._known[key] = [*accumulate(self._wishes(month, who))]
        return source.choices(self._garments, cum_weights=self._known[key], k=count)

    def _wishes(self, month: int, who: Person | None) -> Iterator[float]:
        for each, fame in zip(self._garments, self._fame, strict=True):
            yield fame * (2.2 if month in each.season else 0.8) * _taste(each, who)


def _taste(garment: Garment, who: Person | None) -> float:
    if who is None:
        return 1.0
    other = "남성" if who.woman else "여성"
    fits = 0.08 if garment.category.startswith(other) else 1.0
    # Everybody has kinds they come back to, the same ones at every visit.
    liked = crc32(f"{who.external_id} {garment.drawn}".encode()) % 8 == 0
    return fits * (6.0 if liked else 1.0)


@dataclass
class Visit:
    """One visit on its way; events carry on from ``at``, seconds apart."""

    number: int
    who: Person | None
    at: datetime
    source: random.Random
    events: list[IncomingEvent] = field(default_factory=list)

    @property
    def visitor(self) -> str:
        """The browser: a customer's is always the same one."""
        return f"demo-{self.who.external_id}" if self.who else f"demo-guest-{self.number}"

    def tell(self, name: str, garments: Sequence[Garment] = (), **told: Any) -> None:
        """Note another event, a little later than the last one."""
        self.at += timedelta(seconds=self.source.uniform(6, 75))
        self.events.append(
            IncomingEvent(
                id=f"{self.number}-{len(self.events)}",
                name=name,
                occurred_at=self.at,
                visitor=self.visitor,
                customer=self.who.external_id if self.who else None,
                currency=CURRENCY,
                items=[line(each) for each in garments],
                **told,
            )
        )

    def pay(self, garments: Sequence[Garment]) -> None:
        """Order what is in the cart."""
        goods = sum(each.now for each in garments)
        value = goods + (0 if goods >= _FREE_FROM else _SHIPPING)
        self.tell("begin_checkout", garments, value=goods)
        self.tell("add_payment_info", garments, value=goods)
        day = self.at.astimezone(ZONE).strftime("%Y%m%d")
        self.tell("purchase", garments, value=value, order=f"{day}-{self.number:07}")


def line(garment: Garment) -> IncomingItem:
    """One of a product, at today's price."""
    return IncomingItem(product=garment.id, price=garment.now, quantity=1)


def visit(
    number: int, who: Person | None, at: datetime, shelf: Shelf, source: random.Random
) -> list[IncomingEvent]:
    """The events of one visit."""
    told = Visit(number, who, at, source)
    told.tell("session_start", properties=_arrival(source))
    if source.random() < 0.22:
        told.tell("search", properties={"search_term": source.choice(_SEARCHES)})
    looked_at = shelf.pick(at, who, 1 + min(int(source.expovariate(0.42)), 9), source)
    cart: list[Garment] = []
    for garment in looked_at:
        told.tell("view_item", [garment])
        if garment.stock and garment not in cart and source.random() < _CARTED:
            told.tell("add_to_cart", [garment], value=garment.now)
            cart.append(garment)
    if cart:
        _at_the_cart(told, cart)
    return told.events


def _at_the_cart(told: Visit, cart: Sequence[Garment]) -> None:
    if told.source.random() < _LOOKED_INTO_CART:
        told.tell("view_cart", cart)
    if told.source.random() >= _CHECKED_OUT:
        return
    if told.source.random() < _PAID and told.who:
        told.pay(cart)
    else:
        told.tell("begin_checkout", cart, value=sum(each.now for each in cart))


def _arrival(source: random.Random) -> Mapping[str, Any]:
    device = source.choices(("mobile", "desktop"), (81, 19))[0]
    return {
        "device": device,
        "source": source.choices([n for n, _ in _SOURCES], [w for _, w in _SOURCES])[0],
    }


def refunds(orders: Sequence[IncomingEvent], source: random.Random) -> Iterator[IncomingEvent]:
    """A few orders come back within days, whole."""
    for order in orders:
        if source.random() < 0.03:
            yield IncomingEvent(
                id=f"refund-{order.order}",
                name="refund",
                occurred_at=order.occurred_at + timedelta(days=source.uniform(1, 4)),
                customer=order.customer,
                order=order.order,
                value=order.value,
                currency=CURRENCY,
            )
