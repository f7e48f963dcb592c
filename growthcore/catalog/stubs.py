"""Products that only events named: kept so that they can be counted, told apart by ``known``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from growthcore.catalog.models import Product
from growthcore.db.chunks import rows_in
from growthcore.db.upsert import insert


@dataclass(frozen=True, kw_only=True)
class Told:
    """What an event says about a product."""

    name: str | None = None
    url: str | None = None
    image_url: str | None = None
    price: int | None = None
    brand: str | None = None
    category_id: int | None = None


@dataclass(frozen=True)
class Found:
    """A product of ours. ``known`` is false while only events named it."""

    id: int
    category_id: int | None
    known: bool


def resolve(
    session: Session, told: Mapping[str, Told], *, now: datetime, currency: str
) -> dict[str, Found]:
    """Products by the shop's ids, made as stubs from what the events say where they are missing."""
    found = _found(session, told)
    if missing := sorted(told.keys() - found.keys()):
        rows = [_stub(external_id, told[external_id], now, currency) for external_id in missing]
        session.connection().execute(insert(session, Product).on_conflict_do_nothing(), rows)
        found |= _found(session, dict.fromkeys(missing))
    return found


def _found(session: Session, external_ids: Mapping[str, object]) -> dict[str, Found]:
    columns = select(Product.external_id, Product.id, Product.category_id, Product.known)
    rows = rows_in(session, columns, Product.external_id, external_ids)
    return {external_id: Found(*rest) for external_id, *rest in rows}


def _stub(external_id: str, told: Told, now: datetime, currency: str) -> dict[str, object]:
    return {
        "external_id": external_id,
        "name": told.name or external_id,
        "url": told.url,
        "image_url": told.image_url,
        "price": told.price,
        "currency": currency,
        "hidden": False,
        "known": False,
        "brand": told.brand,
        "category_id": told.category_id,
        "created_at": now,
        "updated_at": now,
    }
