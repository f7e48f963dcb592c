"""Taking up news without reading all of the past again.

What an algorithm reads while it learns is kept beside what it learnt. When it is refreshed, the same code
learns once more from that and from what happened since, so that the outcome is that of a training::

    def fit(self, interactions, params):
        return news.fit(interactions, partial(_learn, params=params))

    def refresh(self, artifact, interactions, since, params):
        return news.refresh(artifact, interactions, partial(_learn, params=params))

It suits algorithms that read interactions once, and work fast on what they read. About 16 bytes a line are
kept; with more than :data:`MOST` lines nothing is, and news wait for the next training.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from zlib import crc32

import numpy as np
import numpy.typing as npt

from growthcore.api.algorithms import BASE, Arrays, CatalogueItem, InteractionChunk, Interactions

MOST = 20_000_000
"""Lines that are kept at the most: about 320 MB."""
LATE = timedelta(hours=1)
"""What happened so shortly before a training may be recorded after it, so it is read again."""

_COLUMNS = ("customers", "products", "kinds", "times", "quantities", "events")
_SECOND = 1_000_000
_EVER = np.iinfo(np.int64).min

Learn = Callable[[Interactions], Arrays]
Column = npt.NDArray[np.integer[Any]]


def fit(interactions: Interactions, learn: Learn) -> Arrays:
    """What ``learn`` gives, with what it read last: what :func:`refresh` goes on from."""
    noting = _Noting(interactions)
    learnt = learn(noting)
    return {**learnt, **noting.base()} if learnt else {}


def refresh(artifact: Arrays, interactions: Interactions, learn: Learn) -> Arrays:
    """What ``learn`` gives with the news; empty without any, or where nothing was kept.

    It equals a training, but for what of the kept lines changed meanwhile: who an anonymous visitor
    turned out to be, and products that were not on show when they were kept.
    """
    if f"{BASE}times" not in artifact:
        return {}
    known = _Known(artifact, interactions)
    seen = known.seen()
    if np.array_equal(seen, artifact[f"{BASE}seen"]):
        return {}
    learnt = learn(known)
    kept = {name: array for name, array in artifact.items() if name.startswith(BASE)}
    return {**kept, **learnt, f"{BASE}seen": seen} if learnt else {}


class _Around:
    """Interactions that pass on everything; what is read of them can be something else."""

    def __init__(self, interactions: Interactions) -> None:
        self._interactions = interactions

    @property
    def until(self) -> datetime:
        return self._interactions.until

    def chunks(
        self, events: Sequence[str], since: datetime | None = None
    ) -> Iterator[InteractionChunk]:
        return self._interactions.chunks(events, since)

    def categories(self) -> Mapping[int, int]:
        return self._interactions.categories()

    def products(self) -> Sequence[int]:
        return self._interactions.products()

    def catalogue(self) -> Iterator[CatalogueItem]:
        return self._interactions.catalogue()

    def report(self, share: float) -> None:
        self._interactions.report(share)


class _Noting(_Around):
    """Keeps the lines of the last reading. What may not be complete yet is only counted."""

    def __init__(self, interactions: Interactions) -> None:
        super().__init__(interactions)
        self._end = int((interactions.until - LATE).timestamp())
        self._names: Sequence[str] = ()
        self._since: datetime | None = None
        self._parts: list[list[Column]] | None = None
        self._late = _Counted()

    def chunks(
        self, events: Sequence[str], since: datetime | None = None
    ) -> Iterator[InteractionChunk]:
        self._names, self._since, self._late = list(events), since, _Counted()
        self._parts = parts = []
        count = 0
        for chunk in super().chunks(events, since):
            is_old = chunk.times < self._end
            count += int(is_old.sum())
            if count <= MOST:
                parts.append([_narrow(getattr(chunk, name)[is_old]) for name in _COLUMNS])
            else:
                self._parts = None
                parts.clear()
            self._late.add(chunk.events[~is_old])
            yield chunk

    def base(self) -> Arrays:
        """The artifact's part that is for refreshing."""
        if not self._names or self._parts is None:
            return {}
        empty = np.zeros(0, dtype=np.int64)
        columns = zip(*self._parts, strict=True) if self._parts else [[empty]] * len(_COLUMNS)
        kept = {
            f"{BASE}{name}": _narrow(np.concatenate(parts))
            for name, parts in zip(_COLUMNS, columns, strict=True)
        }
        return {
            **kept,
            f"{BASE}names": np.array(self._names),
            f"{BASE}span": np.array([_micros(self._since), self._end * _SECOND - 1]),
            f"{BASE}seen": self._late.told(self._interactions),
        }


class _Known(_Around):
    """Reads what was kept, then what happened since."""

    def __init__(self, artifact: Arrays, interactions: Interactions) -> None:
        super().__init__(interactions)
        self._artifact = artifact
        self._begin, end = artifact[f"{BASE}span"].tolist()
        self._end = datetime.fromtimestamp(0, UTC) + timedelta(microseconds=end)
        self._names = artifact[f"{BASE}names"].tolist()

    def seen(self) -> npt.NDArray[np.int64]:
        """What tells whether there are news."""
        counted = _Counted()
        for chunk in super().chunks(self._names, self._end):
            counted.add(chunk.events)
        return counted.told(self._interactions)

    def chunks(
        self, events: Sequence[str], since: datetime | None = None
    ) -> Iterator[InteractionChunk]:
        if list(events) != self._names or _micros(since) < self._begin:
            # Another reading than the one that was kept, as with other params.
            yield from super().chunks(events, since)
            return
        products = np.sort(np.array(self.products(), dtype=np.int64))
        for chunk in _kept(self._artifact):
            lives = np.isin(chunk.products, products)
            lives &= chunk.times > (_micros(since) // _SECOND)
            yield InteractionChunk(**{name: getattr(chunk, name)[lives] for name in _COLUMNS})
        yield from super().chunks(events, self._end if since is None else max(since, self._end))


class _Counted:
    """How many lines there are, and the newest event: another line changes one of them."""

    def __init__(self) -> None:
        self._count, self._newest = 0, 0

    def add(self, events: Column) -> None:
        self._count += len(events)
        self._newest = max(self._newest, int(events.max(initial=0)))

    def told(self, interactions: Interactions) -> npt.NDArray[np.int64]:
        """Together with checksums of the products on show and of their categories."""
        shown = np.sort(np.array(interactions.products(), np.int64))
        categories = np.array(sorted(interactions.categories().items()), np.int64)
        sums = [crc32(each.tobytes()) for each in (shown, categories)]
        return np.array([self._count, self._newest, *sums], np.int64)


def _kept(artifact: Arrays, size: int = 500_000) -> Iterator[InteractionChunk]:
    kinds = {"kinds": np.int16, "quantities": np.int32}
    for begin in range(0, len(artifact[f"{BASE}times"]), size):
        columns = {
            name: artifact[f"{BASE}{name}"][begin : begin + size].astype(kinds.get(name, np.int64))
            for name in _COLUMNS
        }
        yield InteractionChunk(**columns)


def _narrow(column: Column) -> Column:
    """The same numbers in as few bytes as they need."""
    if not len(column):
        return column.astype(np.uint8)
    least, most = int(column.min()), int(column.max())
    return column.astype(np.min_scalar_type(most if least >= 0 else min(least, -most - 1)))


def _micros(at: datetime | None) -> int:
    return (
        _EVER if at is None else (at - datetime.fromtimestamp(0, UTC)) // timedelta(microseconds=1)
    )
