"""Customers, and what they consented to, as plugins read them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime

from growthcore.api.values import ConsentStatement, Customer
from growthcore.customers import consent, service
from growthcore.customers.models import ConsentRecord
from growthcore.db.unit_of_work import Database


class CustomersPort:
    """:class:`growthcore.api.ports.Customers` over the database."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def get(self, customer_ids: Sequence[int]) -> Mapping[int, Customer]:
        with self._db.read() as session:
            return service.load(session, customer_ids)


class ConsentsPort:
    """:class:`growthcore.api.ports.Consents` over the database."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def stated(
        self, channel: str, since: datetime, until: datetime, *, after: int = 0, limit: int = 1_000
    ) -> Sequence[ConsentStatement]:
        with self._db.read() as session:
            rows = consent.stated(session, channel, since, until, after=after, limit=limit)
            return [_statement(row) for row in rows]

    def of(self, customer_ids: Sequence[int]) -> Mapping[int, Sequence[ConsentStatement]]:
        found: dict[int, list[ConsentStatement]] = defaultdict(list)
        with self._db.read() as session:
            for row in consent.holding(session, customer_ids):
                found[row.customer_id].append(_statement(row))
        return found


def _statement(row: ConsentRecord) -> ConsentStatement:
    return ConsentStatement(
        id=row.id,
        customer_id=row.customer_id,
        channel=row.channel,
        purpose=row.purpose,
        granted=row.granted,
        at=row.at,
        dated=row.dated,
    )
