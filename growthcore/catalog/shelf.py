"""What can be sold now, held in memory: so that an answer need not ask the database for it.

A process asks every :attr:`Settings.fresh_seconds` which products changed.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from sqlalchemy import Connection, select

from growthcore.catalog import revisions, service
from growthcore.catalog.models import Category, Product
from growthcore.catalog.view import COLUMNS, Held, View, changed, empty
from growthcore.db.freshness import Freshness
from growthcore.db.unit_of_work import Database

_MOST_HELD = 50_000
"""So many products are held with everything there is about them."""


class Shelf:
    """One shop's catalogue in one process; threads share it."""

    def __init__(
        self, db: Database, fresh: float, *, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._db = db
        self._freshness = Freshness(self._read, fresh, monotonic=monotonic)
        self._view = empty(self._details)
        self._is_read = False
        self._held: dict[int, Held] = {}

    def view(self) -> View:
        """The catalogue as it was at most twice ``fresh`` seconds ago; it never changes again."""
        self._freshness.ensure()
        return self._view

    def _read(self) -> None:
        """Take up what changed."""
        with self._db.connect() as connection:
            revision = connection.scalar(revisions.current()) or 0
            if not self._is_read or revision != self._view.revision:
                self._take_up(connection, revision)
        self._is_read = True

    def _take_up(self, connection: Connection, revision: int) -> None:
        known = self._view
        newer = COLUMNS.where(Product.revision > known.revision)
        rows = newer if self._is_read else COLUMNS
        told = [tuple(row) for row in connection.execute(rows)]
        if any(category not in known.paths for _, _, _, category, *_ in told):
            categories = connection.execute(select(Category.id, Category.path))
            known = replace(known, paths={row.id: row.path for row in categories})
        self._view = changed(known, told, revision)

    def _details(self, ids: Sequence[int], revisions_: Sequence[int]) -> Sequence[Held]:
        """Everything about products; what was not asked for lately is read now."""
        known = [self._held.get(id_) for id_ in ids]
        missing = [
            id_
            for id_, held, revision in zip(ids, known, revisions_, strict=True)
            if held is None or held.revision < revision
        ]
        if missing:
            read = self._hold(missing)
            known = [read.get(id_, held) for id_, held in zip(ids, known, strict=True)]
        return [held for held in known if held is not None]

    def _hold(self, product_ids: Sequence[int]) -> Mapping[int, Held]:
        told = {each[0].id: Held(*each) for each in service.detailed(self._db, product_ids)}
        if len(self._held) + len(told) > _MOST_HELD:
            self._held = {}
        if len(told) <= _MOST_HELD:
            self._held.update(told)
        return told
