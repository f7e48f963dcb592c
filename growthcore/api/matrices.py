"""Interactions as sparse matrices: what most algorithms learn from.

Lines are streamed; of each, 16 bytes are held until the matrix is made, so that 20 million take
320 MB. scipy is imported when a matrix is made, not before.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from growthcore.api.algorithms import InteractionChunk, Interactions

Column = npt.NDArray[np.int64]
_DAY = 86_400


@dataclass(frozen=True, kw_only=True)
class Matrix:
    """``values`` is a float32 ``scipy.sparse.csr_matrix`` of ``len(rows)`` x ``len(products)``.

    ``products`` are ids in ascending order, every product on show; ``rows`` ascend too. Repeated lines
    are summed.
    """

    rows: Column
    products: Column
    values: Any

    def __bool__(self) -> bool:
        return bool(self.values.nnz)


def people(
    interactions: Interactions,
    weights: Mapping[str, float],
    *,
    since: datetime | None = None,
    half_life_days: float | None = None,
) -> Matrix:
    """A row a person (negative: an anonymous visitor) of summed weights, by event.

    With ``half_life_days``, a line counts half as much for every such time that passed since it
    happened.
    """
    rows, columns, values = _Growing(np.int64), _Growing(np.int32), _Growing(np.float32)
    products = np.sort(np.array(interactions.products(), dtype=np.int64))
    factors = np.array(list(weights.values()), dtype=np.float64)
    for chunk in _known(interactions, list(weights), since):
        weight = factors[chunk.kinds]
        if half_life_days is not None:
            weight = weight * _decay(chunk.times, interactions.until, half_life_days)
        rows.add(chunk.customers)
        columns.add(np.searchsorted(products, chunk.products))
        values.add(weight)
    return _matrix(rows.column(), columns.column(), values.column(), products)


def events(
    interactions: Interactions,
    event: str,
    *,
    since: datetime | None = None,
    half_life_days: float | None = None,
) -> Matrix:
    """A row an event, such as an order, of 1 for each product in it.

    With ``half_life_days``, older rows hold less than 1: the square root of their decay, so that a
    product of two columns is the sum of the decays.
    """
    rows, columns, times = _Growing(np.int64), _Growing(np.int32), _Growing(np.int64)
    products = np.sort(np.array(interactions.products(), dtype=np.int64))
    for chunk in interactions.chunks([event], since):
        rows.add(chunk.events)
        columns.add(np.searchsorted(products, chunk.products))
        times.add(chunk.times)
    lines = _Lines(rows.column(), columns.column(), times.column())
    return _binary(lines, products, interactions.until, half_life_days)


def sessions(
    interactions: Interactions,
    event: str,
    *,
    gap: timedelta = timedelta(minutes=30),
    since: datetime | None = None,
    half_life_days: float | None = None,
) -> Matrix:
    """A row a visit of 1 for each product in it, decayed as by :func:`events`.

    A visit is what one person did without a pause of ``gap``.
    """
    people_, columns, times = _Growing(np.int64), _Growing(np.int32), _Growing(np.int64)
    products = np.sort(np.array(interactions.products(), dtype=np.int64))
    for chunk in _known(interactions, [event], since):
        people_.add(chunk.customers)
        columns.add(np.searchsorted(products, chunk.products))
        times.add(chunk.times)
    who, when = people_.column(), times.column()
    order = np.argsort(who, kind="stable")  # each person's lines stay in time order
    who, when = who[order], when[order]
    is_first = np.ones(len(who), dtype=bool)
    is_first[1:] = (np.diff(who) != 0) | (np.diff(when) > gap.total_seconds())
    visit = np.cumsum(is_first)
    lines = _Lines(visit, columns.column()[order], when)
    return _binary(lines, products, interactions.until, half_life_days)


def _known(
    interactions: Interactions, names: list[str], since: datetime | None
) -> Iterator[InteractionChunk]:
    """The lines of those somebody is known by."""
    for chunk in interactions.chunks(names, since):
        known = chunk.customers != 0
        if known.all():
            yield chunk
        else:
            yield InteractionChunk(
                customers=chunk.customers[known],
                products=chunk.products[known],
                kinds=chunk.kinds[known],
                times=chunk.times[known],
                quantities=chunk.quantities[known],
                events=chunk.events[known],
            )


def _decay(times: Column, until: datetime, half_life_days: float) -> npt.NDArray[np.float64]:
    age = (int(until.timestamp()) - times) / (half_life_days * _DAY)
    decayed: npt.NDArray[np.float64] = 0.5 ** np.maximum(age, 0.0)
    return decayed


class _Lines(NamedTuple):
    """Which row, which place among the products, and when."""

    rows: Column
    columns: npt.NDArray[np.int32]
    times: Column


def _binary(lines: _Lines, products: Column, until: datetime, half_life: float | None) -> Matrix:
    ones = np.ones(len(lines.rows), dtype=np.float32)
    matrix = _matrix(lines.rows, lines.columns, ones, products)
    matrix.values.data[:] = 1
    if half_life is not None and matrix:
        newest = np.zeros(len(matrix.rows), dtype=np.int64)
        np.maximum.at(newest, np.searchsorted(matrix.rows, lines.rows), lines.times)
        weight = np.sqrt(_decay(newest, until, half_life)).astype(np.float32)
        matrix.values.data *= np.repeat(weight, np.diff(matrix.values.indptr))
    return matrix


def _matrix(
    rows: Column,
    columns: npt.NDArray[np.int32],
    values: npt.NDArray[np.float32],
    products: Column,
) -> Matrix:
    from scipy.sparse import csr_matrix

    ids, places = np.unique(rows, return_inverse=True)
    shape = (len(ids), len(products))
    made = csr_matrix((values, (places.astype(np.int32), columns)), shape)
    made.sum_duplicates()
    return Matrix(rows=ids, products=products, values=made)


class _Growing:
    """A column that grows by parts, and is copied once at the end."""

    def __init__(self, kind: type[np.generic]) -> None:
        self._kind = kind
        self._parts: list[npt.NDArray[Any]] = []

    def add(self, part: npt.NDArray[Any]) -> None:
        self._parts.append(part.astype(self._kind))

    def column(self) -> npt.NDArray[Any]:
        parts, self._parts = self._parts, []
        return np.concatenate(parts) if parts else np.zeros(0, dtype=self._kind)
