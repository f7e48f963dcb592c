"""The shop's interactions as algorithms learn from them."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing
from datetime import datetime
from functools import cached_property
from typing import Self

import numpy as np
import numpy.typing as npt
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Row,
    Select,
    and_,
    cast,
    extract,
    func,
    select,
    type_coerce,
)
from sqlalchemy.orm import Session

from growthcore.api import CatalogueItem, InteractionChunk
from growthcore.catalog.models import Category, Product
from growthcore.db.unit_of_work import Database
from growthcore.events import vocabulary
from growthcore.events.models import Event, EventItem

CHUNK = 50_000
"""Lines read at once: about 20 MB while they are being turned into columns."""

Column = npt.NDArray[np.int64]
_Line = Row[int, int, int, int, int, int]
"""Who, which product, the event's name, when, how many, which event."""

# Sold out is not the same as gone: what is back tomorrow is learnt about today.
_LIVE = and_(Product.known.is_(True), Product.hidden.is_(False))


class StoredInteractions:
    """:class:`growthcore.api.Interactions` over the database, up to ``until``.

    A read transaction is open only while chunks are being read; leaving the ``with`` block ends
    those that were not read to their end. ``count`` is the most lines any reading gave. ``report`` is
    called with how far the work is, 0 while chunks are read.
    """

    def __init__(
        self, db: Database, until: datetime, report: Callable[[float], None] = lambda _: None
    ) -> None:
        self.until = until
        self.report = report
        self.count = 0
        self._db = db
        self._readings = ExitStack()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *raised: object) -> None:
        self._readings.close()

    def chunks(
        self, events: Sequence[str], since: datetime | None = None
    ) -> Iterator[InteractionChunk]:
        return self._readings.enter_context(closing(self._read(events, since)))

    def categories(self) -> Mapping[int, int]:
        columns = select(Product.id, Product.category_id).where(_LIVE)
        with self._db.read() as session:
            rows = session.execute(columns.where(Product.category_id.is_not(None)))
            return {product: category for product, category in rows if category is not None}

    def products(self) -> Sequence[int]:
        return list(self._products[::-1].tolist())

    def catalogue(self) -> Iterator[CatalogueItem]:
        return self._readings.enter_context(closing(self._catalogue()))

    def _catalogue(self) -> Generator[CatalogueItem]:
        statement = (
            select(
                Product.id, Product.name, Category.path, Product.brand, Product.price,
                Product.attributes,
            )
            .join(Category, Category.id == Product.category_id, isouter=True)
            .where(_LIVE)
            .order_by(Product.id.desc())
        )  # fmt: skip
        with self._db.read() as session:
            rows = session.execute(statement, execution_options={"yield_per": CHUNK})
            for id_, name, path, brand, price, attributes in rows:
                yield CatalogueItem(
                    product_id=id_,
                    name=name,
                    category=path or "",
                    brand=brand or "",
                    price=price,
                    attributes=attributes or {},
                )

    @cached_property
    def _products(self) -> Column:
        """Live products, the oldest first."""
        with self._db.read() as session:
            ids = session.scalars(select(Product.id).where(_LIVE).order_by(Product.id)).all()
        return np.array(ids, dtype=np.int64)

    def _read(self, events: Sequence[str], since: datetime | None) -> Generator[InteractionChunk]:
        count = 0
        with self._db.read() as session:
            kinds = _kinds(session, events)
            if not kinds:
                return
            statement = _lines(session, list(kinds), since, self.until)
            # On PostgreSQL this is a cursor on the server: the lines never lie in memory at once.
            with session.execute(statement, execution_options={"yield_per": CHUNK}) as rows:
                for part in rows.partitions():
                    chunk = self._chunk(part, kinds)
                    count += len(chunk.products)
                    self.count = max(self.count, count)
                    self.report(0.0)
                    yield chunk

    def _chunk(self, rows: Sequence[_Line], kinds: Mapping[int, int]) -> InteractionChunk:
        lines = np.array([tuple(row) for row in rows], dtype=np.int64)
        lines = lines[np.isin(lines[:, 1], self._products)]
        names = np.array(sorted(kinds), dtype=np.int64)
        places = np.array([kinds[name] for name in sorted(kinds)], dtype=np.int16)
        return InteractionChunk(
            customers=np.ascontiguousarray(lines[:, 0]),
            products=np.ascontiguousarray(lines[:, 1]),
            kinds=places[np.searchsorted(names, lines[:, 2])],
            times=np.ascontiguousarray(lines[:, 3]),
            quantities=lines[:, 4].astype(np.int32),
            events=np.ascontiguousarray(lines[:, 5]),
        )


def _kinds(session: Session, events: Sequence[str]) -> dict[int, int]:
    """The place in ``events`` of each name's number; names that nothing was called have none."""
    canonical = [vocabulary.canonical(name) for name in events]
    numbers = vocabulary.name_ids(session, [name for name in canonical if name])
    return {numbers[name]: place for place, name in enumerate(canonical) if name in numbers}


def _lines(
    session: Session, names: Sequence[int], since: datetime | None, until: datetime
) -> Select[int, int, int, int, int, int]:
    visitor = select(-Event.visitor_id).where(Event.id == EventItem.event_id).scalar_subquery()
    statement = select(
        # The event is looked up for anonymous lines only.
        func.coalesce(EventItem.customer_id, visitor, 0),
        EventItem.product_id,
        EventItem.name_id,
        _seconds(session),
        EventItem.quantity,
        EventItem.event_id,
    ).where(EventItem.name_id.in_(names), EventItem.occurred_at <= until)
    if since is not None:
        statement = statement.where(EventItem.occurred_at > since)
    return statement.order_by(EventItem.occurred_at)


def _seconds(session: Session) -> ColumnElement[int]:
    """Whole seconds since 1970, without a datetime object a line."""
    if session.get_bind().dialect.name == "postgresql":
        epoch = extract("epoch", EventItem.occurred_at)
        return cast(func.floor(epoch), BigInteger)
    return type_coerce(EventItem.occurred_at, BigInteger) // 1_000_000
