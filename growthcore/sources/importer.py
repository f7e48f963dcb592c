"""What sources import by: rows checked, written in small units, and counted."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any, Final

import msgspec
from marshmallow import Schema, ValidationError
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from growthcore.api import Imported, RejectedRow
from growthcore.api.schema import flatten
from growthcore.api.values import JSON
from growthcore.core import Core, Queue
from growthcore.customers import erasure, lookup
from growthcore.customers.models import ConsentRecord, Customer
from growthcore.db.chunks import rows_in
from growthcore.db.unit_of_work import after_commit
from growthcore.events.importing.turns import Turns
from growthcore.events.validation import OLDEST
from growthcore.sources import rows, writing
from growthcore.sources.writing import Item, Written

MOST_ROWS: Final = 1_000
"""Rows of one transaction."""

_ADVERTISING = "advertising"
_KEPT = func.coalesce(Customer.merged_into_id, Customer.id)
_NUL = b"\\u0000"


@dataclass(frozen=True)
class Reject:
    """A row that was not taken, as it is shown: what it was to be, and its id."""

    kind: str
    key: str
    errors: dict[str, str]

    @property
    def shown(self) -> dict[str, Any]:
        """As JSON."""
        return {"kind": self.kind, "key": self.key, "errors": self.errors}


Write = Callable[[Session, Sequence[Item]], list[Written]]


class StoredImporter:
    """:class:`growthcore.api.Importer` of one account, for one call of its source.

    ``source`` tells its events and statements of consent. Only with ``live`` do campaigns react.
    """

    def __init__(self, core: Core, account_id: int, provider: str, *, live: bool) -> None:
        self.rejects: list[Reject] = []
        self.source = provider[:20]
        self._core, self._account_id, self._live = core, account_id, live
        self._turns = Turns(core.db)

    def customers(self, told: Sequence[JSON]) -> Imported:
        """Make or change customers."""
        return self._take("customer", rows.CustomerInput(), self._customers, told)

    def products(self, told: Sequence[JSON]) -> Imported:
        """Make or change products."""
        return self._take("product", rows.ProductSchema(), self._products, told)

    def events(self, told: Sequence[JSON]) -> Imported:
        """Record events."""
        return self._take("event", rows.EventInput(), self._events, told)

    def said(self, external_ids: Collection[str]) -> dict[str, dict[str, bool]]:
        """The newest statement of each customer and channel that this source told."""
        statements = (
            select(Customer.external_id, ConsentRecord.channel, ConsentRecord.granted)
            .join(ConsentRecord, ConsentRecord.customer_id == _KEPT)
            .where(ConsentRecord.source == self.source, ConsentRecord.purpose == _ADVERTISING)
            .order_by(ConsentRecord.at, ConsentRecord.id)
        )
        said: dict[str, dict[str, bool]] = {}
        with self._core.db.read() as session:
            found = rows_in(session, statements, Customer.external_id, external_ids)
            for external_id, channel, granted in found:
                said.setdefault(external_id, {})[channel] = granted
        return said

    def forget(self, external_ids: Collection[str]) -> None:
        """Erase customers, each in a transaction of its own."""
        for external_id in external_ids:
            with self._turns.take(1) as session:
                if (customer_id := lookup.find_id(session, external_id)) is not None:
                    erasure.erase(
                        self._core,
                        session,
                        customer_id,
                        actor=f"source:{self._account_id}",
                        now=self._core.clock.now(),
                        listeners=self._core.listeners,
                    )

    def _take(self, kind: str, schema: Schema, write: Write, told: Sequence[JSON]) -> Imported:
        # Read before any transaction begins: it holds up other writers.
        fit: list[tuple[int, Item]] = []
        wrong: dict[int, dict[str, str]] = {}
        for index, row in enumerate(told):
            try:
                fit.append((index, _read(schema, row)))
            except ValidationError as error:
                wrong[index] = flatten(error.messages)
        for unit in self._units(fit):
            with self._turns.take(len(unit)) as session:
                done = write(session, [item for _, item in unit])
            wrong |= {
                index: dict(one.errors)
                for (index, _), one in zip(unit, done, strict=True)
                if one.code
            }
        self.rejects += [Reject(kind, _key(told[index]), wrong[index]) for index in sorted(wrong)]
        rejected = [RejectedRow(index=index, errors=wrong[index]) for index in sorted(wrong)]
        return Imported(accepted=len(told) - len(rejected), rejected=rejected)

    def _units(self, fit: Sequence[tuple[int, Item]]) -> Iterator[Sequence[tuple[int, Item]]]:
        """Portions that take as long to write as they may."""
        rest = iter(fit)
        while unit := list(islice(rest, min(MOST_ROWS, self._turns.rows))):
            yield unit

    def _customers(self, session: Session, items: Sequence[Item]) -> list[Written]:
        for item in items:
            for each in item.get("consents", ()):
                each["source"] = self.source
        return writing.customers(session, items, now=self._core.clock.now())

    def _products(self, session: Session, items: Sequence[Item]) -> list[Written]:
        return writing.products(session, items, now=self._core.clock.now())

    def _events(self, session: Session, items: Sequence[Item]) -> list[Written]:
        now = self._core.clock.now()
        fresh = [self._live and _is_fresh(item["time"], now) for item in items]
        written: dict[int, Written] = {}
        for react in (False, True):
            places = [place for place, is_fresh in enumerate(fresh) if is_fresh is react]
            done = writing.events(
                session,
                [items[place] for place in places],
                source=self.source,
                now=now,
                react=react,
                historical=True,
            )
            written |= dict(zip(places, done, strict=True))
        if any(fresh):
            jobs = self._core.jobs
            after_commit(session, "react", lambda: jobs.enqueue(Queue.EVENTS, "react"))
        return [written[place] for place in range(len(items))]


def _is_fresh(at: datetime, now: datetime) -> bool:
    return at > now - OLDEST


def _read(schema: Schema, row: JSON) -> Item:
    # What PostgreSQL can't keep, wherever in the row it stands.
    if _NUL in msgspec.json.encode(row):
        raise ValidationError("Text holds NUL, which can't be kept.")
    item: Item = schema.load(row)
    return item


def _key(row: JSON) -> str:
    return str(row.get("external_id") or row.get("id") or "")[:100]
