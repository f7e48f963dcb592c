"""The values that cross between the core and plugins: frozen, typed, no database rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

JSON = Mapping[str, Any]


class AddressKind(StrEnum):
    """What a channel needs to reach a customer."""

    EMAIL = "email"
    PHONE = "phone"


class MessageClass(StrEnum):
    """The legal nature of a message; every campaign declares one (정보통신망법 article 50)."""

    ADVERTISING = "advertising"
    INFORMATIONAL = "informational"


@dataclass(frozen=True, kw_only=True)
class Customer:
    """A known customer. ``attributes`` holds text, numbers, booleans and ISO dates by name."""

    id: int
    external_id: str | None
    email: str | None = field(default=None, repr=False)
    phone: str | None = field(default=None, repr=False)
    name: str | None = field(default=None, repr=False)
    locale: str | None = None
    attributes: JSON = field(default_factory=dict, repr=False)

    def address(self, kind: AddressKind | None) -> str | None:
        """The customer's address of ``kind``, normalised, or None.

        Without a kind, what the shop itself knows the customer by: :attr:`external_id`.
        """
        if kind is None:
            return self.external_id
        return self.email if kind is AddressKind.EMAIL else self.phone


@dataclass(frozen=True, kw_only=True)
class ConsentStatement:
    """What a customer said about messages of one medium, as long as it holds.

    ``purpose`` is ``advertising``, or ``night`` for the separate consent to it from 21:00 to 08:00.
    ``dated`` is false where nobody knows when: ``at`` is then the earliest it may have been.
    """

    id: int
    customer_id: int
    channel: str
    purpose: str
    granted: bool
    at: datetime
    dated: bool = True


@dataclass(frozen=True, kw_only=True)
class EventItem:
    """One line of an event. ``price`` is in minor units of the event's currency, for one piece."""

    product_id: str
    quantity: int
    price: int | None


@dataclass(frozen=True, kw_only=True)
class Event:
    """Something that happened in the shop. Instants are aware and in UTC."""

    id: int
    name: str
    occurred_at: datetime
    received_at: datetime
    customer_id: int | None
    visitor_id: int | None
    cart_id: int | None
    order_id: str | None
    value: int | None
    currency: str | None
    properties: JSON = field(default_factory=dict, repr=False)
    items: Sequence[EventItem] = ()


@dataclass(frozen=True, kw_only=True)
class Product:
    """A product as the catalogue knows it now. Money is in minor units of ``currency``.

    ``known`` is false while only a visitor's event has named it: whatever it says of itself (name,
    link, picture) may be anybody's invention, and belongs in no message.
    """

    id: int
    external_id: str
    name: str
    url: str | None
    image_url: str | None
    price: int | None
    sale_price: int | None
    currency: str
    stock: int | None
    hidden: bool
    category: str | None
    brand: str | None
    known: bool = True

    @property
    def available(self) -> bool:
        """Whether the shop can sell it now: its own, shown, and not known to be out of stock."""
        return self.known and not self.hidden and (self.stock is None or self.stock > 0)


@dataclass(frozen=True, kw_only=True)
class CartLine:
    """What is still in a cart of one product."""

    product: Product
    quantity: int
    price: int | None


@dataclass(frozen=True, kw_only=True)
class Cart:
    """A cart as it stands now; ``lines`` are what is neither removed nor bought."""

    id: int
    customer_id: int | None
    open: bool
    last_activity_at: datetime
    lines: Sequence[CartLine] = ()


class Outcome(StrEnum):
    """How a hand-over ended.

    ``RETRY`` is only for a refusal to take the message now (such as 429) and for failures before
    the request was fully written. A timeout, reset or server error after that is ``UNCERTAIN``,
    unless the provider recognises the reference of what it has taken already.
    """

    ACCEPTED = "accepted"
    REJECTED = "rejected"
    RETRY = "retry"
    UNCERTAIN = "uncertain"


@dataclass(frozen=True, kw_only=True)
class Receipt:
    """The outcome of one message's hand-over.

    ``reason`` is a short code (``mailbox_unknown``), ``detail`` the provider's words.
    ``retry_after`` is in seconds. ``cost`` is in minor units of the shop's currency. ``bounced`` tells
    that the address itself takes nothing, now or later, ``held`` that nobody tried.
    """

    outcome: Outcome
    provider_id: str | None = None
    reason: str | None = None
    detail: str | None = None
    retry_after: float | None = None
    cost: int | None = None
    bounced: bool = False
    held: bool = False

    @classmethod
    def accepted(cls, provider_id: str | None = None, *, cost: int | None = None) -> Receipt:
        """The provider took the message and answers for it from here."""
        return cls(outcome=Outcome.ACCEPTED, provider_id=provider_id, cost=cost)

    @classmethod
    def rejected(cls, reason: str, detail: str | None = None, *, bounced: bool = False) -> Receipt:
        """This message will never be taken; repeating it cannot help."""
        return cls(outcome=Outcome.REJECTED, reason=reason, detail=detail, bounced=bounced)

    @classmethod
    def retry(
        cls, reason: str, detail: str | None = None, *, after: float | None = None
    ) -> Receipt:
        """Certainly not taken, but may be later."""
        return cls(outcome=Outcome.RETRY, reason=reason, detail=detail, retry_after=after)

    @classmethod
    def hold(cls, reason: str, *, after: float) -> Receipt:
        """Not tried, since the other side asked to be sent less: no attempt, and later, in seconds."""
        return cls(outcome=Outcome.RETRY, reason=reason, retry_after=after, held=True)

    @classmethod
    def uncertain(cls, reason: str, detail: str | None = None) -> Receipt:
        """Nobody can tell whether it was taken."""
        return cls(outcome=Outcome.UNCERTAIN, reason=reason, detail=detail)


class Severity(StrEnum):
    """What a finding means for the launch; ``BLOCKING`` ones forbid it."""

    INFO = "info"
    WARNING = "warning"
    BLOCKING = "blocking"


@dataclass(frozen=True, kw_only=True)
class Finding:
    """Something a check noticed. ``path`` names the field it is about."""

    severity: Severity
    code: str
    path: str
    text: str
