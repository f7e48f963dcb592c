"""The table of what is alike: cosines of features weighted by how rare they are.

Beside the table, the artifact keeps the products' own vectors (``starts``, ``features`` and ``values``,
a row a product) and how many products have each feature (``known`` and ``counts``), so that new products
are put in without reading the others again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from growthcore.api import Arrays, CatalogueItem
from growthcore_algo_similar_style.features import features

BLOCK = 1_000
_COMMON = 2_000
"""A feature of more products than this, and than a fiftieth of them, says too little to compare by."""

Numbers = npt.NDArray[np.int64]


def learn(
    items: Iterable[CatalogueItem],
    params: Mapping[str, Any],
    report: Callable[[float], None] = lambda _: None,
) -> Arrays:
    """The artifact of a catalogue; empty while there are fewer than two products."""
    rows = {item.product_id: features(item, params) for item in items}
    products = np.array(sorted(rows), dtype=np.int64)
    if len(products) < 2:
        return {}
    known, counts = _counted(rows.values())
    matrix = _matrix([rows[product] for product in products.tolist()], known, counts, len(products))
    table = _Table.empty(len(products), params["neighbours"])
    for begin in range(0, len(products), BLOCK):
        table.fill(begin, (matrix[begin : begin + BLOCK] @ matrix.T).tocsr())
        report(min(1.0, (begin + BLOCK) / len(products)))
    return _artifact(products, table, matrix, known, counts)


def add(artifact: Arrays, items: Iterable[CatalogueItem], params: Mapping[str, Any]) -> Arrays:
    """The artifact with products it did not know: each is like others, and others like it."""
    from scipy.sparse import csr_matrix, vstack

    old, known, counts = artifact["products"], artifact["known"], artifact["counts"]
    seen = set(old.tolist())
    rows = {item.product_id: item for item in items if item.product_id not in seen}
    if not rows:
        return {}
    new = np.array(sorted(rows), dtype=np.int64)
    vectors = [features(rows[product], params) for product in new.tolist()]
    added = _matrix(vectors, known, counts, len(old))
    before = csr_matrix(
        (artifact["values"], artifact["features"], artifact["starts"]), (len(old), len(known))
    )
    matrix = vstack([before, added]).tocsr()
    table = _Table.empty(len(matrix.indptr) - 1, artifact["neighbours"].shape[1])
    table.neighbours[: len(old)] = artifact["neighbours"]
    table.scores[: len(old)] = artifact["scores"]
    alike = (added @ matrix.T).tocsr()
    table.fill(len(old), alike)
    table.welcome(len(old), alike)
    products = np.concatenate([old, new])
    order = np.argsort(products, kind="stable")
    return _artifact(products[order], table.sorted_by(order), matrix[order], known, counts)


class _Table:
    """Neighbours as places and their scores, best first; -1: none."""

    def __init__(self, neighbours: npt.NDArray[np.int32], scores: npt.NDArray[np.float32]) -> None:
        self.neighbours, self.scores = neighbours, scores

    @classmethod
    def empty(cls, count: int, k: int) -> _Table:
        """A table of nothing."""
        return cls(np.full((count, k), -1, np.int32), np.zeros((count, k), np.float32))

    def fill(self, begin: int, alike: Any) -> None:
        """Write the neighbours of the rows from ``begin`` on."""
        k = self.neighbours.shape[1]
        for row in range(alike.shape[0]):
            part = slice(alike.indptr[row], alike.indptr[row + 1])
            others = alike.indices[part] != begin + row
            columns, values = alike.indices[part][others], alike.data[part][others]
            best = np.lexsort((-columns, -values))[:k]
            self.neighbours[begin + row, : len(best)] = columns[best]
            self.scores[begin + row, : len(best)] = values[best]

    def welcome(self, begin: int, alike: Any) -> None:
        """Put the rows from ``begin`` on into the lists of those they are like."""
        for row in range(alike.shape[0]):
            part = slice(alike.indptr[row], alike.indptr[row + 1])
            others = zip(alike.indices[part].tolist(), alike.data[part].tolist(), strict=True)
            for other, score in others:
                if other < begin and score > self.scores[other, -1]:
                    self._insert(other, begin + row, score)

    def _insert(self, row: int, neighbour: int, score: float) -> None:
        at = int(np.searchsorted(-self.scores[row], -score, side="right"))
        for column, value in ((self.neighbours[row], neighbour), (self.scores[row], score)):
            column[at + 1 :] = column[at:-1].copy()
            column[at] = value

    def sorted_by(self, order: npt.NDArray[np.intp]) -> _Table:
        """The same after the products were put into that order."""
        place = np.argsort(order).astype(np.int32)
        moved = np.where(self.neighbours >= 0, place[self.neighbours], -1)
        return _Table(moved[order].astype(np.int32), self.scores[order])


def _counted(rows: Iterable[Mapping[int, float]]) -> tuple[Numbers, Numbers]:
    """Every feature there is, ascending, and how many products have it."""
    every = np.fromiter((number for row in rows for number in row), dtype=np.int64)
    known, counts = np.unique(every, return_counts=True)
    return known, counts.astype(np.int64)


def _matrix(
    rows: Sequence[Mapping[int, float]], known: Numbers, counts: Numbers, total: int
) -> Any:
    """A row of length 1 a product; features that are too common, or new, are left out."""
    from scipy.sparse import csr_matrix

    most = max(_COMMON, total // 50)
    rarity = np.log((total + 1) / counts)
    starts, columns, values = [0], [], []
    for row in rows:
        numbers = np.array(sorted(row), dtype=np.int64)
        places = np.searchsorted(known, numbers)
        places[places == len(known)] = 0
        kept = (known[places] == numbers) & (counts[places] <= most)
        weight = np.array([row[number] for number in numbers[kept].tolist()]) * rarity[places[kept]]
        length = float(np.linalg.norm(weight)) or 1.0
        columns.append(places[kept].astype(np.int32))
        values.append((weight / length).astype(np.float32))
        starts.append(starts[-1] + int(kept.sum()))
    parts = (np.concatenate(values), np.concatenate(columns), np.array(starts))
    return csr_matrix(parts, (len(rows), len(known)))


def _artifact(
    products: Numbers, table: _Table, matrix: Any, known: Numbers, counts: Numbers
) -> Arrays:
    return {
        "products": products,
        "neighbours": table.neighbours,
        "scores": table.scores,
        "starts": matrix.indptr.astype(np.int64),
        "features": matrix.indices.astype(np.int32),
        "values": matrix.data.astype(np.float32),
        "known": known,
        "counts": counts,
    }
