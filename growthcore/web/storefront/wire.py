"""What a storefront sends to ``POST /v1/collect``, and how strictly it is read.

The envelope is read first and leaves every event, and every statement of consent, as the bytes it
came in; each is then decoded on its own, so that one bad event costs only itself.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

import msgspec
from msgspec import Meta, Raw

from growthcore.web import strict_json

MOST_BYTES = 64 * 1024
MOST_EVENTS = 500

Key = Annotated[str, Meta(pattern=r"^[A-Za-z0-9_-]{0,64}\Z")]
VisitorKey = Annotated[str, Meta(pattern=r"^[A-Za-z0-9_.:-]{8,64}\Z")]
EventId = Annotated[str, Meta(pattern=r"^[A-Za-z0-9_.:-]{1,64}\Z")]
Name = Annotated[str, Meta(min_length=1, max_length=50)]
Id = Annotated[str, Meta(min_length=1, max_length=100)]
Receipt = Annotated[str, Meta(min_length=1, max_length=100)]
CartId = Annotated[str, Meta(min_length=1, max_length=64)]
Url = Annotated[str, Meta(max_length=1000)]
Address = Annotated[str, Meta(max_length=8000)]
Moment = Annotated[datetime, Meta(tz=True)]
# Below 2**53 a browser's numbers are exact.
Money = Annotated[int, Meta(ge=-(2**53), le=2**53)]
Price = Annotated[int, Meta(ge=0, le=2**53)]
Currency = Annotated[str, Meta(pattern=r"^[A-Z]{3}\Z")]
Quantity = Annotated[int, Meta(ge=1, le=1_000_000)]
Scalar = Annotated[str, Meta(max_length=500)] | int | float | bool | None


class Strict(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Unknown keys are refused by name, so that a typo never loses data silently."""


class User(Strict, frozen=True, kw_only=True):
    """Who the visitor says to be. ``traits`` are attributes, and ``name`` and ``locale``."""

    id: Id | None = None
    email: Annotated[str, Meta(max_length=254)] | None = None
    phone: Annotated[str, Meta(max_length=40)] | None = None
    traits: Annotated[dict[str, Scalar], Meta(max_length=50)] = {}


class Envelope(Strict, frozen=True, kw_only=True):
    """The body. ``sent_at`` is the browser's clock at sending, which corrects the events' times."""

    key: Key = ""
    visitor: VisitorKey
    sent_at: Moment
    user: User | None = None
    consent: Annotated[list[Raw], Meta(max_length=20)] = []
    events: Annotated[list[Raw], Meta(max_length=MOST_EVENTS)] = []


class ConsentStatement(Strict, frozen=True, kw_only=True):
    """One answer to one question, as the visitor gave it."""

    channel: Annotated[str, Meta(min_length=1, max_length=20)]
    purpose: Annotated[str, Meta(min_length=1, max_length=20)] = "advertising"
    granted: bool
    at: Moment | None = None
    wording: Annotated[str, Meta(min_length=1, max_length=100)] | None = None


class Item(Strict, frozen=True, kw_only=True):
    """One line of an event. ``price`` is of one piece, in minor units; ``category`` is a path.

    ``receipt`` is that of the recommendation the line is about.
    """

    product_id: Id
    quantity: Quantity = 1
    price: Price | None = None
    name: Annotated[str, Meta(max_length=300)] | None = None
    category: Annotated[str, Meta(max_length=300)] | None = None
    brand: Id | None = None
    url: Url | None = None
    image_url: Url | None = None
    receipt: Receipt | None = None


class Page(Strict, frozen=True, kw_only=True):
    """Where it happened. Addresses grow long; what is kept of them is cut, not refused."""

    url: Address | None = None
    title: Address | None = None
    referrer: Address | None = None


class Event(Strict, frozen=True, kw_only=True):
    """One occurrence. ``value`` is in minor units of ``currency`` (the shop's if left out)."""

    id: EventId
    name: Name
    time: Moment
    value: Money | None = None
    currency: Currency | None = None
    cart_id: CartId | None = None
    order_id: Id | None = None
    items: Annotated[list[Item], Meta(max_length=200)] = []
    properties: Annotated[dict[str, Any], Meta(max_length=100)] = {}
    page: Page | None = None


_envelope = msgspec.json.Decoder(Envelope)
_event = msgspec.json.Decoder(Event)
_consent = msgspec.json.Decoder(ConsentStatement)


def read_envelope(body: bytes) -> Envelope:
    """Decode the outside. Raises :class:`Unreadable`."""
    envelope: Envelope = strict_json.decode(body, _envelope)
    strict_json.refuse_nul(body, envelope.user)
    return envelope


def read_event(raw: Raw) -> Event:
    """Decode one event. Raises :class:`Unreadable`."""
    event: Event = strict_json.decode(raw, _event)
    strict_json.refuse_nul(raw, event)
    return event


def read_consent(raw: Raw) -> ConsentStatement:
    """Decode one statement of consent. Raises :class:`Unreadable`."""
    statement: ConsentStatement = strict_json.decode(raw, _consent)
    strict_json.refuse_nul(raw, statement)
    return statement


def claimed_id(raw: Raw) -> str | None:
    """The id an unreadable event names, so that its sender can tell which one was refused."""
    try:
        named = msgspec.json.decode(raw, type=_OnlyId).id
    except (msgspec.DecodeError, RecursionError):
        return None
    return named if isinstance(named, str) else None


class _OnlyId(msgspec.Struct):
    id: Any = None
