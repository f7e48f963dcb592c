"""The API's values with everything filled in, so that a test names only what it is about."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from growthcore.api import (
    Cart,
    CartLine,
    ConsentStatement,
    Customer,
    Event,
    EventItem,
    Product,
    Shop,
)

START = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
"""When tests begin: Monday, 2 March 2026, 10 o'clock in Seoul."""

SHOP = Shop(name="고운옷장", url="https://shop.example", zone="Asia/Seoul", currency="KRW")


def an_event(
    name: str = "view_item",
    *,
    id: int = 1,  # noqa: A002 - the field's name
    occurred_at: datetime = START,
    customer_id: int | None = 1,
    visitor_id: int | None = None,
    cart_id: int | None = None,
    order_id: str | None = None,
    value: int | None = None,
    properties: Mapping[str, Any] | None = None,
    items: Sequence[EventItem] = (),
) -> Event:
    """An event of customer 1, received as it happened."""
    return Event(
        id=id,
        name=name,
        occurred_at=occurred_at,
        received_at=occurred_at,
        customer_id=customer_id,
        visitor_id=visitor_id,
        cart_id=cart_id,
        order_id=order_id,
        value=value,
        currency=SHOP.currency if value is not None else None,
        properties=properties or {},
        items=items,
    )


def a_customer(
    id: int = 1,  # noqa: A002 - the field's name
    *,
    name: str | None = "김하늘",
    external_id: str | None = None,
    attributes: Mapping[str, Any] | None = None,
) -> Customer:
    """A customer with an address of every kind."""
    return Customer(
        id=id,
        external_id=external_id or f"haneul{id}",
        email=f"haneul{id}@example.com",
        phone=f"+8210{id:08d}",
        name=name,
        attributes=attributes or {},
    )


def a_product(
    id: int = 1,  # noqa: A002 - the field's name
    *,
    price: int | None = 10_000,
    stock: int | None = None,
    hidden: bool = False,
) -> Product:
    """A product on sale."""
    return Product(
        id=id,
        external_id=f"P{id}",
        name=f"상품 {id}",
        url=f"{SHOP.url}/p/{id}",
        image_url=None,
        price=price,
        sale_price=None,
        currency=SHOP.currency,
        stock=stock,
        hidden=hidden,
        category=None,
        brand=None,
    )


def a_cart(
    id: int = 1,  # noqa: A002 - the field's name
    *,
    customer_id: int | None = 1,
    open: bool = True,  # noqa: A002 - the field's name
    last_activity_at: datetime = START,
    products: Iterable[Product] | None = None,
) -> Cart:
    """An open cart with one piece of each product (one of them unless told otherwise)."""
    chosen = [a_product()] if products is None else products
    return Cart(
        id=id,
        customer_id=customer_id,
        open=open,
        last_activity_at=last_activity_at,
        lines=[CartLine(product=each, quantity=1, price=each.price) for each in chosen],
    )


class FakeConsents:
    """The :class:`Consents` port over statements that all hold; ``put`` adds one."""

    def __init__(self, *statements: ConsentStatement) -> None:
        self._statements = list(statements)

    def put(self, statement: ConsentStatement) -> None:
        """Add a statement; what it overturns is gone."""
        same = (statement.customer_id, statement.channel, statement.purpose)
        self._statements = [
            each
            for each in self._statements
            if (each.customer_id, each.channel, each.purpose) != same
        ] + [statement]

    def stated(
        self, channel: str, since: datetime, until: datetime, *, after: int = 0, limit: int = 1_000
    ) -> Sequence[ConsentStatement]:
        """Those made in that time, by id."""
        found = [
            each
            for each in self._statements
            if each.channel == channel and since <= each.at < until and each.id > after
        ]
        return sorted(found, key=lambda each: each.id)[:limit]

    def of(self, customer_ids: Sequence[int]) -> Mapping[int, Sequence[ConsentStatement]]:
        """Those of each customer, the newest first."""
        newest = sorted(self._statements, key=lambda each: (each.at, each.id), reverse=True)
        found = {id_: [each for each in newest if each.customer_id == id_] for id_ in customer_ids}
        return {id_: said for id_, said in found.items() if said}


class FakeCarts:
    """The :class:`Carts` port over the carts it is given; ``put`` changes one."""

    def __init__(self, *carts: Cart) -> None:
        self._carts = {cart.id: cart for cart in carts}

    def put(self, cart: Cart) -> None:
        """Add a cart, or replace the one of the same id."""
        self._carts[cart.id] = cart

    def get(self, cart_id: int) -> Cart | None:
        """The cart, or None."""
        return self._carts.get(cart_id)

    def many(self, cart_ids: Sequence[int]) -> Mapping[int, Cart]:
        """Those of the carts that are there."""
        return {id_: self._carts[id_] for id_ in cart_ids if id_ in self._carts}

    def open_of(self, customer_ids: Sequence[int]) -> Mapping[int, Cart]:
        """The newest open, non-empty cart of each customer that has one."""
        filled = [cart for cart in self._carts.values() if cart.open and cart.lines]
        newest = sorted(filled, key=lambda cart: cart.last_activity_at)
        found = {cart.customer_id: cart for cart in newest}
        return {id_: found[id_] for id_ in customer_ids if id_ in found}
