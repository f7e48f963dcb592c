"""What carts a stream of events leaves behind. Pure: the same events give the same carts.

The stream is one owner's (a customer's, or an anonymous visitor's) and is folded in the order the
events occurred, however they arrived:

* A cart the shop has a key for is that cart; events without a key belong to the owner's own unnamed
  cart, which the first ``add_to_cart`` opens.
* ``add_to_cart`` and ``remove_from_cart`` count pieces. ``view_cart``, ``begin_checkout`` and the
  steps after it are signs of life and set nothing: what pages send with them is often not the whole
  cart.
* A ``purchase`` closes the cart it names and takes what was bought out of every other open cart of
  the owner; a cart left empty by that closes. A purchase that tells neither cart nor products closes
  them all: a reminder too few harms less than one too many.
* Thirty idle days close a cart. A closed cart holds nothing; adding to it by its key opens it anew.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

IDLE: Final = timedelta(days=30)

ADD, REMOVE, PURCHASE = "add_to_cart", "remove_from_cart", "purchase"
_SIGNS = ("view_cart", "begin_checkout", "add_shipping_info", "add_payment_info")
CART_EVENTS: Final = frozenset({ADD, REMOVE, PURCHASE, *_SIGNS})

# At one instant: filled, then looked at, then emptied. Sources with whole seconds need it.
_RANK = dict.fromkeys(_SIGNS, 1) | {ADD: 0, REMOVE: 2, PURCHASE: 3}


@dataclass(frozen=True, slots=True)
class Piece:
    """A product an event tells of. ``price`` is in minor units, for one."""

    product_id: int
    quantity: int
    price: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CartEvent:
    """One of :data:`CART_EVENTS`. ``tie`` orders what happened at the same instant for good."""

    id: int
    name: str
    at: datetime
    tie: tuple[str, str]
    key: str | None = None
    pieces: Sequence[Piece] = ()


@dataclass(slots=True)
class Line:
    """What a cart holds of one product. ``price`` is the one it was last put in at."""

    quantity: int
    price: int | None
    added_at: datetime


@dataclass(slots=True, kw_only=True)
class CartState:
    """A cart after its events. ``events`` are those that belong to it, in order.

    One that nothing was ever put in is neither open nor closed.
    """

    key: str | None
    opened_at: datetime
    last_activity_at: datetime
    open: bool = False
    closed_at: datetime | None = None
    lines: dict[int, Line] = field(default_factory=dict)
    events: list[int] = field(default_factory=list)

    def touch(self, event: CartEvent) -> None:
        """Note that the event belongs to the cart."""
        self.events.append(event.id)
        self.last_activity_at = event.at

    def close(self, at: datetime) -> None:
        """Nothing is in it any more."""
        self.open = False
        self.closed_at = at
        self.lines.clear()

    def expire(self, at: datetime) -> None:
        """Close if it lay idle too long before ``at``."""
        if self.open and self.last_activity_at + IDLE < at:
            self.close(self.last_activity_at + IDLE)

    def add(self, event: CartEvent) -> None:
        """Put the event's pieces in, opening the cart where need be."""
        self.open = True
        self.closed_at = None
        for piece in event.pieces:
            line = self.lines.setdefault(piece.product_id, Line(0, None, event.at))
            line.quantity += piece.quantity
            line.price = line.price if piece.price is None else piece.price

    def remove(self, event: CartEvent) -> None:
        """Take the event's pieces out."""
        for piece in event.pieces:
            line = self.lines.get(piece.product_id)
            if line is None:
                continue
            line.quantity -= piece.quantity
            if line.quantity <= 0:
                del self.lines[piece.product_id]

    def sell(self, event: CartEvent) -> None:
        """Take out what the event bought; a cart left empty closes."""
        bought = self.lines.keys() & {piece.product_id for piece in event.pieces}
        for product_id in bought:
            del self.lines[product_id]
        if bought:
            self.last_activity_at = event.at
        if bought and not self.lines:
            self.close(event.at)


def fold(events: Iterable[CartEvent], now: datetime) -> list[CartState]:
    """The carts of one owner as they stand at ``now``, in the order they came into being."""
    stream = sorted(events, key=lambda event: (event.at, _RANK[event.name], event.tie))
    carts = _Carts()
    for event in stream:
        carts.expire(event.at)
        carts.take(event)
    carts.expire(now)
    return carts.all


class _Carts:
    def __init__(self) -> None:
        self.all: list[CartState] = []
        self._named: dict[str, CartState] = {}
        self._unnamed: CartState | None = None
        self._open: list[CartState] = []

    def expire(self, at: datetime) -> None:
        for cart in self._open:
            cart.expire(at)
        self._open = [cart for cart in self._open if cart.open]

    def take(self, event: CartEvent) -> None:
        cart = self._meant(event)
        if cart:
            cart.touch(event)
        if event.name == PURCHASE:
            self._buy(event, cart)
        elif cart and event.name == ADD:
            if not cart.open:
                self._open.append(cart)
            cart.add(event)
        elif cart and event.name == REMOVE:
            cart.remove(event)

    def _meant(self, event: CartEvent) -> CartState | None:
        """The cart an event belongs to; a purchase belongs to none but the one it names."""
        if event.key:
            return self._named.get(event.key) or self._new(event)
        if event.name == PURCHASE:
            return None
        if self._unnamed and self._unnamed.open:
            return self._unnamed
        return self._new(event) if event.name == ADD else None

    def _new(self, event: CartEvent) -> CartState:
        cart = CartState(key=event.key, opened_at=event.at, last_activity_at=event.at)
        self.all.append(cart)
        if event.key:
            self._named[event.key] = cart
        else:
            self._unnamed = cart
        return cart

    def _buy(self, event: CartEvent, named: CartState | None) -> None:
        for cart in self._open:
            if cart is named or not (named or event.pieces):
                cart.close(event.at)
            else:
                cart.sell(event)
