"""Files of products."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from growthcore.catalog import service
from growthcore.catalog.products import ProductInput
from growthcore.customers.outcomes import Change
from growthcore.events.importing.kinds import Reading, Stored
from growthcore.events.importing.values import Values, flag, money, text, whole


class Products:
    """Rows of products. An empty cell leaves what is known as it is."""

    fields = frozenset(
        [
            "external_id",
            "name",
            "url",
            "image_url",
            "price",
            "sale_price",
            "currency",
            "stock",
            "hidden",
            "brand",
            "category",
            "attributes",
        ]
    )

    def __init__(self, reading: Reading) -> None:
        self._reading = reading

    def knows(self, name: str) -> bool:
        return name in self.fields or name.startswith("attributes.")

    def read(self, row: Mapping[str, Any], number: int) -> ProductInput:
        values = Values(row)
        amount = money(values.get("currency", text) or self._reading.currency)
        told: dict[str, Any] = {
            "external_id": values.get("external_id", text, required=True),
            "price": values.get("price", amount),
            "sale_price": values.get("sale_price", amount),
            "stock": values.get("stock", whole),
            "hidden": values.get("hidden", flag),
            "attributes": values.family("attributes") or None,
        }
        for name in ("name", "url", "image_url", "currency", "brand", "category"):
            told[name] = values.get(name, text)
        values.check()
        return ProductInput(**{name: value for name, value in told.items() if value is not None})

    def store(self, session: Session, items: Sequence[ProductInput], now: datetime) -> Stored:
        currency = self._reading.currency
        done = service.upsert_products(session, items, now=now, currency=currency)
        good = Counter(one.change.value for one in done if one.change is not Change.REJECTED)
        bad = {place: one.errors for place, one in enumerate(done) if one.change is Change.REJECTED}
        return Stored(counts=good, rejected=bad)
