"""Customers as plugins read them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from growthcore.api.values import Customer
from growthcore.customers import service
from growthcore.db.unit_of_work import Database


class CustomersPort:
    """:class:`growthcore.api.ports.Customers` over the database."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def get(self, customer_ids: Sequence[int]) -> Mapping[int, Customer]:
        with self._db.read() as session:
            return service.load(session, customer_ids)
