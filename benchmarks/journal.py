"""A shop's past in memory: columns of lines, as algorithms learn from them and are judged by them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from growthcore.api import CatalogueItem, InteractionChunk

_CHUNK = 500_000
_DAY = 86_400

Column = npt.NDArray[np.int64]


@dataclass(frozen=True, kw_only=True)
class Journal:
    """:class:`growthcore.api.Interactions` over lines in time order, up to ``until``.

    ``kinds`` are places in ``names``; ``on_show`` are the products, ascending: lines of others are
    not told.
    """

    customers: Column
    products_: Column
    kinds: npt.NDArray[np.int16]
    times: Column
    events: Column
    names: tuple[str, ...]
    on_show: Column
    until: datetime
    category_of: Mapping[int, int] = field(default_factory=dict)

    def before(self, until: datetime) -> Journal:
        """The same past as it was at a moment."""
        return replace(self, until=until)

    def chunks(
        self, events: Sequence[str], since: datetime | None = None
    ) -> Iterator[InteractionChunk]:
        """The lines of these events after ``since`` and up to ``until``."""
        # The place in ``events`` of each of our names; -1: not asked for.
        asked = np.array([events.index(n) if n in events else -1 for n in self.names], np.int16)
        first = 0 if since is None else self.place(since)
        for begin in range(first, self.place(self.until), _CHUNK):
            end = min(begin + _CHUNK, self.place(self.until))
            part = slice(begin, end)
            kept = np.flatnonzero((asked[self.kinds[part]] >= 0) & self.shown[part]) + begin
            yield InteractionChunk(
                customers=self.customers[kept],
                products=self.products_[kept],
                kinds=asked[self.kinds[kept]],
                times=self.times[kept],
                quantities=np.ones(len(kept), np.int32),
                events=self.events[kept],
            )

    def categories(self) -> Mapping[int, int]:
        """The category of every product that has one."""
        return self.category_of

    def products(self) -> Sequence[int]:
        """Every product on show, the newest first."""
        newest: list[int] = self.on_show[::-1].tolist()
        return newest

    def catalogue(self) -> Iterator[CatalogueItem]:
        """Nothing is told of the products."""
        return iter(())

    def report(self, share: float) -> None:
        """Nobody asks."""

    def place(self, at: datetime) -> int:
        """How many lines there are up to a moment."""
        return int(np.searchsorted(self.times, int(at.timestamp()), side="right"))

    @cached_property
    def shown(self) -> npt.NDArray[np.bool_]:
        """Which lines are of products on show."""
        return np.isin(self.products_, self.on_show)


class Memory:
    """:class:`growthcore.api.History` of the people of a journal, as of its end."""

    def __init__(self, journal: Journal) -> None:
        self._until = int(journal.until.timestamp())
        end = journal.place(journal.until)
        kept = np.flatnonzero(journal.shown[:end])
        order = kept[np.argsort(journal.customers[kept], kind="stable")]
        self._who = journal.customers[order]
        self._products = journal.products_[order]
        self._times = journal.times[order]
        self._kinds = journal.kinds[order]
        self._names = journal.names

    def recent_products(
        self, events: Sequence[str], limit: int, *, customer_id: int | None, visitor_id: int | None
    ) -> Sequence[int]:
        """Product ids, newest first, without repeats."""
        part = self._mine(events, customer_id, visitor_id)
        return list(dict.fromkeys(self._products[part][::-1].tolist()))[:limit]

    def decayed_products(
        self,
        weights: Mapping[str, float],
        half_life_days: float,
        limit: int,
        *,
        customer_id: int | None,
        visitor_id: int | None,
    ) -> Sequence[tuple[int, float]]:
        """Product ids and how much this person is about each, the most first."""
        part = self._mine(list(weights), customer_id, visitor_id)[-1000:]
        by_kind = np.array([weights.get(name, 0.0) for name in self._names])
        age = (self._until - self._times[part]) / (half_life_days * _DAY)
        products, place = np.unique(self._products[part], return_inverse=True)
        sums = np.bincount(place, by_kind[self._kinds[part]] * 0.5**age, len(products))
        order = np.lexsort((products, -sums))[:limit]
        return list(zip(products[order].tolist(), sums[order].tolist(), strict=True))

    def _mine(
        self, events: Sequence[str], customer_id: int | None, visitor_id: int | None
    ) -> npt.NDArray[Any]:
        who = customer_id if customer_id is not None else -(visitor_id or 0)
        first, last = np.searchsorted(self._who, [who, who + 1])
        wanted = [self._names.index(name) for name in events if name in self._names]
        mine: npt.NDArray[Any] = np.flatnonzero(np.isin(self._kinds[first:last], wanted))
        return mine + int(first)
