"""What can be sold at this moment: the last word on what any algorithm proposes."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from growthcore.api import Product
from growthcore.catalog import service
from growthcore.catalog.models import Product as ProductRow
from growthcore.db.chunks import rows_in


def sellable(session: Session, product_ids: Collection[int]) -> dict[int, Product]:
    """Those of the products that are in the catalogue, shown and not sold out, as they stand now."""
    known = {row[0] for row in _rows(session, product_ids, ProductRow.known.is_(True))}
    return {id_: each for id_, each in service.load(session, known).items() if each.available}


def categories(session: Session, product_ids: Collection[int]) -> Mapping[int, int]:
    """The category of each of the products that has one."""
    rows = _rows(session, product_ids, ProductRow.category_id.is_not(None))
    return {row[0]: row[1] for row in rows}


def _rows(session: Session, product_ids: Collection[int], only: Any) -> Any:
    columns = select(ProductRow.id, ProductRow.category_id).where(only)
    return rows_in(session, columns, ProductRow.id, product_ids)
