"""Events as they are told to us, before anything about them is known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from msgspec import Struct

from growthcore.api.text import Text


class IncomingItem(Struct, frozen=True, kw_only=True):
    """One line. ``product`` is the shop's own id; ``price`` in minor units, for one piece.

    ``category`` is a path such as ``"여성/상의/니트"``.
    """

    product: str
    name: str | None = None
    category: str | None = None
    brand: str | None = None
    price: int | None = None
    quantity: int = 1
    url: str | None = None
    image_url: str | None = None


class IncomingEvent(Struct, frozen=True, kw_only=True):
    """One occurrence as its source tells it.

    ``id`` is unique within the source. ``visitor`` is the browser's key, ``customer`` the shop's own
    id of the customer, ``customer_id`` ours (used when both are given). ``cart`` and ``order`` are the
    shop's own keys. ``value`` is in minor units of ``currency``. ``message_id`` is the message whose
    link led here, already resolved.
    """

    id: str
    name: str
    occurred_at: datetime
    visitor: str | None = None
    customer: str | None = None
    customer_id: int | None = None
    cart: str | None = None
    order: str | None = None
    value: int | None = None
    currency: str | None = None
    properties: Mapping[str, Any] | None = None
    items: Sequence[IncomingItem] = ()
    message_id: int | None = None


@dataclass(frozen=True)
class Rejection:
    """Why one event of a batch was not taken: ``index`` in the batch, its ``id``, a short code."""

    index: int
    id: str
    code: str
    message: Text


@dataclass(frozen=True, kw_only=True)
class Ingested:
    """What became of a batch.

    ``event_ids`` are the rows made, oldest occurrence first, ``taken`` their places in the batch.
    """

    accepted: int
    duplicates: int
    rejected: tuple[Rejection, ...]
    event_ids: tuple[int, ...]
    taken: tuple[int, ...] = ()
