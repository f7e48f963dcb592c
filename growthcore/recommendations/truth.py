"""What can be sold at this moment: the last word on what any algorithm proposes."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from growthcore.api import Product
from growthcore.catalog import service
from growthcore.catalog.models import Product as ProductRow
from growthcore.db.chunks import rows_in


def judged(
    session: Session, product_ids: Collection[int]
) -> tuple[dict[int, Product], dict[int, str]]:
    """Those of the products that can be sold, as they stand now, and why the others can't be.

    A product is ``gone`` when the catalogue never had it, or no longer knows it, ``hidden`` or
    ``sold_out``.
    """
    good: dict[int, Product] = {}
    refused = dict.fromkeys(product_ids, "gone")
    for id_, product in service.load(session, product_ids).items():
        if product.available:
            good[id_] = product
            del refused[id_]
        elif product.known:
            refused[id_] = "hidden" if product.hidden else "sold_out"
    return good, refused


def categories(session: Session, product_ids: Collection[int]) -> Mapping[int, int]:
    """The category of each of the products that has one."""
    columns = select(ProductRow.id, ProductRow.category_id).where(
        ProductRow.category_id.is_not(None)
    )
    return dict(rows_in(session, columns, ProductRow.id, product_ids))
