"""From the words of events to our ids: who, and which products."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from growthcore.catalog import categories, stubs
from growthcore.customers import identity, visitors
from growthcore.events.incoming import IncomingEvent, IncomingItem


@dataclass(frozen=True)
class People:
    """The visitors and customers a batch tells of."""

    _visitors: Mapping[str, visitors.Known]
    _by_external_id: Mapping[str, int]
    _by_id: Mapping[int, int]

    @classmethod
    def of(cls, session: Session, events: Sequence[IncomingEvent], *, now: datetime) -> People:
        """Look them up, making the visitors and customers nobody told of before."""
        seen: dict[str, datetime] = {}
        for event in events:
            if event.visitor:
                seen[event.visitor] = min(event.occurred_at, seen.get(event.visitor, now))
        by_id = {event.customer_id for event in events if event.customer_id is not None}
        told = {event.customer for event in events if event.customer and event.customer_id is None}
        return cls(
            visitors.resolve(session, seen),
            identity.by_external_id(session, told, now=now),
            identity.kept_ids(session, by_id),
        )

    def knows(self, event: IncomingEvent) -> bool:
        """Whether the customer named by our own id exists."""
        return event.customer_id is None or event.customer_id in self._by_id

    def visitor_id(self, event: IncomingEvent) -> int | None:
        """The browser it happened in."""
        return self._visitors[event.visitor].id if event.visitor else None

    def customer_id(self, event: IncomingEvent) -> int | None:
        """Whose event it is: the customer named, else who used the browser at the time."""
        if event.customer_id is not None:
            return self._by_id[event.customer_id]
        if event.customer:
            return self._by_external_id[event.customer]
        return self._visitors[event.visitor].user_at(event.occurred_at) if event.visitor else None


@dataclass(frozen=True)
class Products:
    """The products and categories a batch tells of."""

    _found: Mapping[str, stubs.Found]
    _categories: Mapping[str, int]

    @classmethod
    def of(
        cls, session: Session, items: Iterable[IncomingItem], *, now: datetime, currency: str
    ) -> Products:
        """Look them up, making stubs of the products nobody told of before."""
        told: dict[str, IncomingItem] = {}
        paths: dict[str, str] = {}
        for item in items:
            told.setdefault(item.product, item)
            if item.category and item.category not in paths:
                paths[item.category] = categories.normalise_path(item.category) or ""
        ids = categories.ensure(session, {path for path in paths.values() if path})
        of_text = {text: ids[path] for text, path in paths.items() if path}
        stub = {key: _told(item, of_text) for key, item in told.items()}
        return cls(stubs.resolve(session, stub, now=now, currency=currency), of_text)

    def product_id(self, item: IncomingItem) -> int:
        """Our id of the line's product."""
        return self._found[item.product].id

    def category_id(self, item: IncomingItem) -> int | None:
        """The catalogue's word, where it knows the product; else the event's."""
        product = self._found[item.product]
        told = self._categories.get(item.category or "")
        return (product.category_id or told) if product.known else (told or product.category_id)


def _told(item: IncomingItem, categories_of: Mapping[str, int]) -> stubs.Told:
    return stubs.Told(
        name=item.name,
        url=_web_address(item.url),
        image_url=_web_address(item.image_url),
        price=item.price,
        brand=item.brand,
        category_id=categories_of.get(item.category or ""),
    )


def _web_address(told: str | None) -> str | None:
    # Anybody may send events, and the product may be linked to from somebody else's reminder.
    return told if told and told.startswith(("https://", "http://")) else None
