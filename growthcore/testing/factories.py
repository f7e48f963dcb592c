"""Rows for tests, written through the services as everything else is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import count
from typing import Any

from sqlalchemy.orm import Session

from growthcore.api import Customer, Product
from growthcore.catalog import service as catalog
from growthcore.catalog.products import ProductInput
from growthcore.customers import consent
from growthcore.customers import service as customers
from growthcore.customers.outcomes import Upserted
from growthcore.customers.profiles import Profile
from growthcore.events.incoming import IncomingEvent, IncomingItem
from growthcore.events.ingestion import ingest
from growthcore.operators import workspace
from growthcore.testing.values import START

_numbers = count(1)
Item = str | tuple[str, int] | IncomingItem
"""A product's external id, or that and its price, or a whole line."""


def make_customer(
    session: Session,
    external_id: str | None = None,
    *,
    consents: Sequence[str] = (),
    now: datetime = START,
    **fields: Any,
) -> Customer:
    """A customer with an e-mail address; ``fields`` are those of a :class:`Profile`.

    ``consents`` names the channels the customer agreed to get advertising through.
    """
    number = next(_numbers)
    key = external_id or f"customer-{number}"
    fields.setdefault("email", f"{key.lower()}@example.com")
    (made,) = customers.upsert(session, [Profile(external_id=key, **fields)], now=now)
    customer_id = _id(made)
    for channel in consents:
        consent.record(
            session, customer_id, channel=channel, purpose="advertising", granted=True, at=now,
            source="test",
        )  # fmt: skip
    found = customers.get(session, customer_id)
    if found is None:
        raise AssertionError(f"the customer {key} was made and can't be found")
    return found


def identify_shop(session: Session, *, now: datetime = START, **settings: str) -> None:
    """Enter what advertising must say of the shop, without which none can be launched."""
    told = {
        "name": "그로스샵",
        "contact_phone": "02-1234-5678",
        "contact_email": "help@shop.example",
        "postal_address": "서울시 중구 세종대로 110",
        "opt_out_number": "080-801-2345",
    }
    workspace.update(session, told | settings, now=now, actor="test")


def make_product(
    session: Session, external_id: str | None = None, *, now: datetime = START, **fields: Any
) -> Product:
    """A product on sale; ``fields`` are those of a :class:`ProductInput`."""
    key = external_id or f"P{next(_numbers)}"
    usual = {"name": f"상품 {key}", "url": f"https://shop.example/p/{key}", "price": 10_000}
    told: dict[str, Any] = {**usual, **fields}
    (made,) = catalog.upsert_products(session, [ProductInput(external_id=key, **told)], now=now)
    return catalog.load(session, [_id(made)])[_id(made)]


def make_event(
    session: Session,
    name: str = "view_item",
    *,
    at: datetime = START,
    customer: Customer | str | None = None,
    items: Sequence[Item] = (),
    react: bool = True,
    properties: Mapping[str, Any] | None = None,
    **fields: Any,
) -> int:
    """Record an event as it happens; returns its id. ``fields`` are those of an IncomingEvent.

    Raises ``AssertionError`` when it is not taken.
    """
    known = customer.external_id if isinstance(customer, Customer) else customer
    given = {"id": f"event-{next(_numbers)}", "customer": known, "properties": properties} | fields
    event = IncomingEvent(name=name, occurred_at=at, items=[_item(each) for each in items], **given)
    done = ingest(session, [event], source="test", now=at, react=react, historical=True)
    if not done.event_ids:
        raise AssertionError(f"the event {name} was not taken: {done.rejected or 'a duplicate'}")
    return done.event_ids[0]


def _item(item: Item) -> IncomingItem:
    if isinstance(item, IncomingItem):
        return item
    product, price = item if isinstance(item, tuple) else (item, 10_000)
    return IncomingItem(product=product, price=price)


def _id(made: Upserted) -> int:
    if made.id is None:
        raise AssertionError(f"refused: {dict(made.errors)}")
    return made.id
