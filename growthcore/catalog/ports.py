"""The catalogue as plugins read it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from growthcore.api.values import Product
from growthcore.catalog import service
from growthcore.db.unit_of_work import Database


class CatalogPort:
    """:class:`growthcore.api.ports.Catalog` over the database."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def get(self, product_ids: Sequence[int]) -> Mapping[int, Product]:
        with self._db.read() as session:
            return service.load(session, product_ids)
