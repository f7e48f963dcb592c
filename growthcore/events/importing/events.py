"""Files of events."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from growthcore.events import ingestion
from growthcore.events.importing.kinds import Reading, Stored
from growthcore.events.importing.values import (
    Values,
    instant,
    money,
    plain_list,
    text,
    whole,
)
from growthcore.events.incoming import IncomingEvent, IncomingItem

_LINE: Final = frozenset(
    [
        "product_id",
        "product_name",
        "category",
        "brand",
        "quantity",
        "price",
        "product_url",
        "image_url",
    ]
)
_IN_COLUMNS: Final = {name: name for name in _LINE}
_IN_LIST: Final = _IN_COLUMNS | {"product_name": "name", "product_url": "url"}
"""Within ``items`` some are shorter, as in the APIs."""


class Events:
    """Rows of events. One line may stand in the columns themselves, several in ``items`` as JSON."""

    fields = _LINE | frozenset(
        [
            "id",
            "name",
            "time",
            "customer",
            "visitor",
            "value",
            "currency",
            "cart_id",
            "order_id",
            "items",
            "properties",
        ]
    )

    def __init__(self, reading: Reading, *, react: bool = False) -> None:
        self._reading = reading
        self._react = react
        self._instant = instant(reading.zone)

    def knows(self, name: str) -> bool:
        return name in self.fields or name.startswith("properties.")

    def read(self, row: Mapping[str, Any], number: int) -> IncomingEvent:
        values = Values(row)
        currency = values.get("currency", text)
        amount = money(currency or self._reading.currency)
        event = IncomingEvent(
            id=values.get("id", text) or f"{self._reading.fingerprint[:24]}-{number}",
            name=values.get("name", text, required=True) or "",
            # A row without a time is refused below; the type wants one.
            occurred_at=values.get("time", self._instant, required=True) or datetime.min,
            visitor=values.get("visitor", text),
            customer=values.get("customer", text),
            cart=values.get("cart_id", text),
            order=values.get("order_id", text),
            value=values.get("value", amount),
            currency=currency,
            properties=values.family("properties") or None,
            items=_lines(values, amount),
        )
        values.check()
        return event

    def store(self, session: Session, items: Sequence[IncomingEvent], now: datetime) -> Stored:
        done = ingestion.ingest(
            session,
            items,
            source=self._reading.source,
            now=now,
            react=self._react,
            historical=True,
            currency=self._reading.currency,
        )
        counts = Counter(accepted=done.accepted, duplicates=done.duplicates)
        rejected: dict[int, Mapping[str, str]] = {
            one.index: {one.code: one.message.en} for one in done.rejected
        }
        return Stored(counts=counts, rejected=rejected)


def _lines(values: Values, amount: Callable[[Any], int]) -> list[IncomingItem]:
    listed = values.get("items", plain_list) or []
    if "product_id" in values.row:
        return [_line(values, amount, _IN_COLUMNS)]
    lines = []
    for place, part in enumerate(listed):
        inside = Values(part)
        lines.append(_line(inside, amount, _IN_LIST))
        for name, why in inside.errors.items():
            values.errors[f"items[{place}].{name}"] = why
    return lines


def _line(values: Values, amount: Callable[[Any], int], names: Mapping[str, str]) -> IncomingItem:
    return IncomingItem(
        product=values.get(names["product_id"], text, required=True) or "",
        name=values.get(names["product_name"], text),
        category=values.get(names["category"], text),
        brand=values.get(names["brand"], text),
        price=values.get(names["price"], amount),
        quantity=_or_one(values.get(names["quantity"], whole)),
        url=values.get(names["product_url"], text),
        image_url=values.get(names["image_url"], text),
    )


def _or_one(quantity: int | None) -> int:
    return 1 if quantity is None else quantity
