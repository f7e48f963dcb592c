"""Sources: where customers, products, orders and carts come from, such as a shop platform."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from growthcore.api.provider import Provider
from growthcore.api.text import Text
from growthcore.api.values import JSON


@dataclass(frozen=True, kw_only=True)
class Part:
    """What can be pulled by itself: customers, for example.

    With ``renewed_every`` everything is pulled anew that often, for what changes without the other
    side telling of it.
    """

    id: str
    title: Text
    renewed_every: timedelta | None = None


@dataclass(frozen=True, kw_only=True)
class Pulled:
    """What one page came to.

    ``cursor`` is where the next page begins, small and JSON; after the last one (``done``) it is
    where a later pull finds what is new. ``count`` of the ``total`` things were on this page.
    """

    cursor: JSON
    done: bool
    count: int = 0
    total: int | None = None


@dataclass(frozen=True, kw_only=True)
class Webhook:
    """What the other side posted to us, authentic by :meth:`Source.accepts`.

    ``key`` (at most 40 characters) is its own for ever: the same at every attempt, and for a repeat
    that came soon after. ``query`` is of the address it was posted to.
    """

    key: str
    body: bytes = field(repr=False)
    received_at: datetime
    query: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class RejectedRow:
    """A row that was not taken: its place among those given, and why by field, in sentences."""

    index: int
    errors: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Imported:
    """What became of rows. What was known already counts as accepted."""

    accepted: int
    rejected: Sequence[RejectedRow] = ()


class Importer(Protocol):
    """Takes rows, each for itself, in the forms of the management API; told again they do no harm.

    Everything is committed before a call returns, at most 1,000 rows a transaction. Instants are ISO
    8601 with their offset, money is in minor units of ``currency``, the shop's where it is left out.
    """

    def customers(self, rows: Sequence[JSON]) -> Imported:
        """Make or change customers: ``external_id``, or only an address, and what is known.

        ``email``, ``phone``, ``name``, ``locale``, ``attributes`` by name, and ``consents``, each
        ``{"channel": "sms", "granted": true, "at": …}``, with ``purpose`` (``advertising`` or
        ``night``), ``evidence``, ``wording``, and ``"dated": false`` where ``at`` is only the
        earliest instant it may have been. What is left out stays; null removes it.
        """

    def products(self, rows: Sequence[JSON]) -> Imported:
        """Make or change products: ``external_id``, ``name`` and what is known.

        ``url``, ``image_url``, ``price``, ``sale_price``, ``currency``, ``stock``, ``hidden``,
        ``brand``, ``category`` (a path, 여성/상의/니트), ``attributes``.
        """

    def events(self, rows: Sequence[JSON]) -> Imported:
        """Record events: ``id``, ``name``, ``time`` and what is known; one told before is left out.

        ``customer`` (an external id), ``visitor``, ``value``, ``currency``, ``cart_id``,
        ``order_id``, ``properties``, and ``items``, each ``{"product_id": …, "quantity": 1,
        "price": …}``. Campaigns react to what a webhook told, never to what was pulled.
        """

    def said(self, external_ids: Collection[str]) -> Mapping[str, Mapping[str, bool]]:
        """By customer and channel, the newest statement on advertising that this source told."""

    def forget(self, external_ids: Collection[str]) -> None:
        """Erase customers who left the shop; those nobody knows are none."""


class Source(Provider):
    """Fetches what another system knows, page by page, and hears of changes by webhooks.

    Both may use the network and are called in a worker, outside any transaction, never twice at once
    for one account. They raise :class:`ConfigError`, :class:`RetryableError` and
    :class:`PermanentError`; what was imported before stays.
    """

    @property
    @abstractmethod
    def parts(self) -> Sequence[Part]:
        """What this account pulls, in the order it should be; no I/O."""

    @abstractmethod
    def pull(self, part: str, cursor: JSON | None, importer: Importer) -> Pulled:
        """Fetch one page of a part and import it; None begins with everything.

        A worker may die before the cursor is kept: the page comes again, and must do no harm.
        """

    def accepts(self, headers: Mapping[str, str], body: bytes) -> bool:
        """Whether a webhook is authentic; no I/O, and answered at once. Header look-ups ignore case."""
        return False

    def receive(self, webhooks: Sequence[Webhook], importer: Importer) -> None:
        """Take what was posted, oldest first as it came; repeats and disorder must do no harm.

        What can't be understood is to be skipped. When this raises, all come again.
        """
