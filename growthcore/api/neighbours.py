"""Tables of neighbours: for each product the few that go with it best, and how well.

A table is plain arrays, so that it is kept as an artifact and mapped into memory: ``products`` int64
ascending, ``neighbours`` int32 of ``products x k`` places in ``products`` (-1: none), best first, and
``scores`` float32 of the same shape.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from growthcore.api.algorithms import Arrays
from growthcore.api.matrices import Column, Matrix

BLOCK = 2_000
"""Products whose neighbours are looked for at once: what bounds the memory."""

Floats = npt.NDArray[np.float32]
Reported = Callable[[float], None]


def co_occurring(
    matrix: Matrix,
    *,
    k: int,
    alpha: float = 0.5,
    shrink: float = 0.0,
    least: float = 0.0,
    kinds: Column | None = None,
    report: Reported = lambda _: None,
) -> Arrays:
    """The products that most often share a row with each.

    Together ``c`` of two products is the sum over rows of the products of their values; ``n`` is a
    product's with itself. The score of ``j`` beside ``i`` is ``c / (n_i^alpha * n_j^(1-alpha))``,
    times ``c / (c + shrink)`` so that chance meetings weigh little. ``alpha`` 0.5 is the cosine; a
    greater one favours what is popular. Pairs with ``c`` below ``least`` are left out.

    ``kinds`` says of each product what it is, such as its category (0: unknown). Two of one kind that
    share fewer rows than chance would have it stand in for each other, and are left out.
    """
    of_kind = np.zeros(len(matrix.products), np.int64) if kinds is None else kinds
    every = float(matrix.values.power(2).max(axis=1).sum()) if matrix else 0.0
    values = matrix.values
    totals = np.asarray(values.multiply(values).sum(axis=0)).ravel()
    with np.errstate(divide="ignore"):
        own = np.where(totals > 0, totals**-alpha, 0.0)
        other = np.where(totals > 0, totals ** -(1 - alpha), 0.0)

    def scored(rows: npt.NDArray[Any], columns: npt.NDArray[Any], together: Floats) -> Floats:
        score = together * own[rows] * other[columns]
        if shrink:
            score = score * together / (together + shrink)
        instead = (of_kind[rows] != 0) & (of_kind[rows] == of_kind[columns])
        instead &= together * every < totals[rows] * totals[columns]
        return np.where((together >= least) & ~instead, score, 0.0).astype(np.float32)

    return _table(matrix, k, scored, report)


def _table(
    matrix: Matrix,
    k: int,
    scored: Callable[[npt.NDArray[Any], npt.NDArray[Any], Floats], Floats],
    report: Reported,
) -> Arrays:
    count = len(matrix.products)
    neighbours = np.full((count, k), -1, dtype=np.int32)
    scores = np.zeros((count, k), dtype=np.float32)
    by_product = matrix.values.T.tocsr()
    for begin in range(0, count, BLOCK):
        block = (by_product[begin : begin + BLOCK] @ matrix.values).tocsr()
        rows = np.repeat(np.arange(block.shape[0]), np.diff(block.indptr)) + begin
        found = scored(rows, block.indices, block.data)
        found[rows == block.indices] = 0.0
        for place, columns, values in _rows(block, found):
            best = _best(values, columns, k)
            neighbours[begin + place, : len(best)] = columns[best]
            scores[begin + place, : len(best)] = values[best]
        report(min(1.0, (begin + BLOCK) / count))
    return {"products": matrix.products, "neighbours": neighbours, "scores": scores}


def _rows(block: Any, found: Floats) -> Iterator[tuple[int, npt.NDArray[np.int32], Floats]]:
    """The columns and scores above 0 of each row that has any."""
    for place in range(block.shape[0]):
        part = slice(block.indptr[place], block.indptr[place + 1])
        is_any = found[part] > 0
        if is_any.any():
            yield place, block.indices[part][is_any], found[part][is_any]


def _best(values: Floats, columns: npt.NDArray[np.int32], k: int) -> npt.NDArray[np.intp]:
    """Places of the ``k`` best, best first; among equals the newer product, whose id is greater."""
    if len(values) > 4 * k:
        # Ties at the edge all stay in, so that the answer does not hang on the order of the row.
        edge = np.partition(values, len(values) - k)[len(values) - k]
        kept: npt.NDArray[np.intp] = np.flatnonzero(values >= edge)
        best: npt.NDArray[np.intp] = kept[np.lexsort((-columns[kept], -values[kept]))[:k]]
        return best
    order: npt.NDArray[np.intp] = np.lexsort((-columns, -values))
    return order[:k]


def places(table: Arrays, products: Sequence[int] | Column) -> npt.NDArray[np.intp]:
    """Where the products stand in a table; those it does not know are left out, all if it is empty."""
    asked = np.asarray(products, dtype=np.int64)
    if not table or not len(table["products"]) or not len(asked):
        return np.zeros(0, dtype=np.intp)
    known = table["products"]
    found: npt.NDArray[np.intp] = np.searchsorted(known, asked)
    found[found == len(known)] = 0
    kept: npt.NDArray[np.intp] = found[known[found] == asked]
    return kept


def merged(
    table: Arrays, keys: npt.NDArray[np.intp], weights: npt.NDArray[Any] | None = None
) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.float64]]:
    """Places of all neighbours of some products, and the sums of their scores; in no order.

    ``weights`` are the products' own, 1 each unless given.
    """
    found = np.asarray(table["neighbours"][keys])
    score = np.asarray(table["scores"][keys], dtype=np.float64)
    if weights is not None:
        score = score * np.asarray(weights, dtype=np.float64)[:, None]
    is_any = found >= 0
    unique, place = np.unique(found[is_any], return_inverse=True)
    sums = np.bincount(place, score[is_any], len(unique)).astype(np.float64)
    return unique.astype(np.intp), sums
