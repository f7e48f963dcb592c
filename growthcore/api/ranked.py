"""Answers of recommendation algorithms: for one who asks, or for many at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True)
class Scored:
    """A product and how much it is recommended; ``reason`` is a short code shown in receipts."""

    product_id: int
    score: float
    reason: str


@dataclass(frozen=True, kw_only=True, eq=False)
class Ranked:
    """Products for several requests at once, as equally long columns.

    ``rows`` int64 rise: which request each product is for, from 0. ``products`` int64 are ids, best
    first and without repeats within a row. ``scores`` float64 are finite. ``codes`` int64 say which of
    ``reasons`` each has.
    """

    rows: npt.NDArray[np.int64]
    products: npt.NDArray[np.int64]
    scores: npt.NDArray[np.float64]
    codes: npt.NDArray[np.int64]
    reasons: Sequence[str]

    def __len__(self) -> int:
        return len(self.rows)

    @classmethod
    def of(cls, answers: Sequence[Sequence[Scored]]) -> Ranked:
        """Answers made one by one, a row each."""
        codes: dict[str, int] = {}
        columns = [
            (row, each.product_id, codes.setdefault(each.reason, len(codes)))
            for row, answer in enumerate(answers)
            for each in answer
        ]
        whole = np.array(columns, np.int64).reshape(-1, 3)
        scores = [each.score for answer in answers for each in answer]
        return cls(
            rows=whole[:, 0],
            products=whole[:, 1],
            scores=np.array(scores, np.float64),
            codes=whole[:, 2],
            reasons=tuple(codes),
        )

    def scored(self, row: int = 0) -> list[Scored]:
        """One row, product by product."""
        begin, end = self.rows.searchsorted([row, row + 1]).tolist()
        part = slice(begin, end)
        return [
            Scored(product, score, self.reasons[code])
            for product, score, code in zip(
                self.products[part].tolist(),
                self.scores[part].tolist(),
                self.codes[part].tolist(),
                strict=True,
            )
        ]
