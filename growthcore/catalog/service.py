"""Products: made and changed in bulk, found, and read."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import Row, Select, func, or_, select, true, update
from sqlalchemy.orm import Session

from growthcore.api.values import Product
from growthcore.catalog import categories, revisions, upserting
from growthcore.catalog.models import Category
from growthcore.catalog.models import Product as ProductRow
from growthcore.catalog.products import ProductInput, check
from growthcore.catalog.revisions import Of
from growthcore.customers.outcomes import Change, Upserted
from growthcore.db.chunks import among_given, chunks, rows_in
from growthcore.db.prepared import Prepared
from growthcore.db.unit_of_work import Database

__all__ = [
    "Change",
    "ProductInput",
    "Upserted",
    "detailed",
    "find",
    "hide",
    "load",
    "search",
    "upsert_products",
]

_KEPT = (
    "name", "url", "image_url", "price", "sale_price", "currency", "stock", "hidden", "known",
    "brand", "category_id", "attributes",
)  # fmt: skip
_FIELDS = (
    "id", "external_id", "name", "url", "image_url", "price", "sale_price", "currency", "stock", "hidden",
    "brand", "known", "category",
)  # fmt: skip
_DETAILED = Prepared(
    select(
        *(getattr(ProductRow, name) for name in _FIELDS[:-1]),
        Category.path,
        ProductRow.attributes,
        ProductRow.revision,
    )
    .join(Category, ProductRow.category_id == Category.id, isouter=True)
    .where(among_given(ProductRow.id, "ids"))
)
_PRODUCTS = upserting.Kind(ProductRow, Of.PRODUCTS, _KEPT)


def upsert_products(
    session: Session, items: Sequence[ProductInput], *, now: datetime, currency: str = "KRW"
) -> list[Upserted]:
    """Make or change products, one outcome an item, in order; categories are made as needed.

    ``currency`` is the shop's, for products that name none.
    """
    told = upserting.checked(items, check)
    named = (each["category"] for each in told if isinstance(each, dict) and each.get("category"))
    paths = categories.ensure(session, set(named))
    apply = partial(_apply, paths=paths, currency=currency)
    return upserting.upsert(session, _PRODUCTS, told, apply, now)


def _apply(
    rows: dict[str, dict[str, Any]], told: dict[str, Any], paths: dict[str, int], currency: str
) -> Upserted:
    """Lay what was told over the product's row in ``rows``."""
    key = told["external_id"]
    fields = {name: value for name, value in told.items() if name in _KEPT}
    if "category" in told:
        fields["category_id"] = paths.get(told["category"])
    if key not in rows:
        if "name" not in told:
            errors = {"name": "A new product needs a name."}
            return Upserted(change=Change.REJECTED, errors=errors)
        rows[key] = dict.fromkeys(_KEPT) | {"hidden": False, "currency": currency, "known": True}
        rows[key] |= fields
        return Upserted(change=Change.CREATED)
    fields["known"] = True
    return upserting.lay_over(rows, key, fields)


def load(session: Session, product_ids: Collection[int]) -> dict[int, Product]:
    """Products by our id."""
    rows = rows_in(session, _products(), ProductRow.id, set(product_ids))
    return {row[0].id: _value(row) for row in rows}


def detailed(
    db: Database, product_ids: Collection[int]
) -> Iterator[tuple[Product, Mapping[str, Any], int]]:
    """Products by our id, each with its attributes and its revision: without a transaction."""
    for *fields, attributes, revision in _DETAILED.rows(db, ids=list(set(product_ids))):
        yield Product(**dict(zip(_FIELDS, fields, strict=True))), attributes or {}, revision


def find(session: Session, external_ids: Collection[str]) -> dict[str, Product]:
    """Products by the shop's id."""
    rows = rows_in(session, _products(), ProductRow.external_id, set(external_ids))
    return {row[0].external_id: _value(row) for row in rows}


def search(
    session: Session, text: str = "", *, page: int = 1, size: int = 50
) -> tuple[list[Product], int]:
    """Products whose id is ``text`` or whose name holds it, by name, and how many in all."""
    wanted = (
        or_(ProductRow.external_id == text, ProductRow.name.icontains(text, autoescape=True))
        if text
        else true()
    )
    total = session.scalar(select(func.count(ProductRow.id)).where(wanted)) or 0
    rows = session.execute(
        _products()
        .where(wanted)
        .order_by(ProductRow.name, ProductRow.id)
        .limit(size)
        .offset((page - 1) * size)
    )
    return [_value(row) for row in rows], total


def hide(session: Session, external_ids: Collection[str], *, now: datetime) -> int:
    """Take products off sale (their past stays); how many were shown before."""
    hidden = 0
    written = {"hidden": True, "updated_at": now, "revision": revisions.begin(session)}
    for portion in chunks(sorted(set(external_ids))):
        done = session.execute(
            update(ProductRow)
            .where(ProductRow.external_id.in_(portion), ProductRow.hidden.is_(False))
            .values(written)
        )
        hidden += done.rowcount  # type: ignore[attr-defined]
    return hidden


def _products() -> Select[ProductRow, str | None]:
    return select(ProductRow, Category.path).join(
        Category, ProductRow.category_id == Category.id, isouter=True
    )


def _value(row: Row[ProductRow, str | None]) -> Product:
    product, category = row
    return Product(
        id=product.id,
        external_id=product.external_id,
        name=product.name,
        url=product.url,
        image_url=product.image_url,
        price=product.price,
        sale_price=product.sale_price,
        currency=product.currency,
        stock=product.stock,
        hidden=product.hidden,
        category=category,
        brand=product.brand,
        known=product.known,
    )
