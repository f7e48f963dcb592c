"""Products by the shop's ids, looked up for every page that asks."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from sqlalchemy import select

from growthcore.catalog.models import Product
from growthcore.db.chunks import among_given
from growthcore.db.prepared import Prepared
from growthcore.db.unit_of_work import Database

_IDS = Prepared(
    select(Product.external_id, Product.id).where(among_given(Product.external_id, "named"))
)


def ids(db: Database, external_ids: Collection[str]) -> Mapping[str, int]:
    """Our ids by the shop's; those we do not know are missing."""
    # No text of ours holds NUL, and PostgreSQL takes none.
    asked = [each for each in external_ids if "\0" not in each]
    return dict(_IDS.rows(db, named=asked)) if asked else {}
