"""What a list of recommendations is worth, held against what was wanted.

Definitions as in the literature (for instance Shani and Gunawardana, "Evaluating Recommendation
Systems", 2011), at a length of ``k``: hit rate, normalised discounted cumulative gain with binary
gains, recall, and mean average precision. Intervals are of 95 %, by the normal approximation of the
mean over cases.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

K = 10
_95 = 1.959964

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Estimate:
    """A mean over ``n`` cases, and where it lies with 95 %."""

    mean: float
    low: float
    high: float
    n: int


@dataclass(frozen=True, kw_only=True)
class Measured:
    """One value a case of each measure.

    ``coverage`` is the share of products ever recommended, ``novelty`` the mean number of bits
    (``-log2`` of the share of people who know it) in what was recommended.
    """

    hit: Floats
    ndcg: Floats
    recall: Floats
    average_precision: Floats
    coverage: float
    novelty: float

    def __len__(self) -> int:
        return len(self.hit)

    def summary(self) -> dict[str, float | int]:
        """The means under their short names, to be kept as JSON."""
        hit = estimate(self.hit)
        return {
            "cases": len(self),
            "hit_rate": hit.mean,
            "hit_rate_low": hit.low,
            "hit_rate_high": hit.high,
            "ndcg": estimate(self.ndcg).mean,
            "recall": estimate(self.recall).mean,
            "map": estimate(self.average_precision).mean,
            "coverage": self.coverage,
            "novelty": self.novelty,
        }


def measure(
    recommended: Sequence[Sequence[int]],
    wanted: Sequence[Collection[int]],
    *,
    popularity: Mapping[int, float],
    k: int = K,
) -> Measured:
    """Measure the first ``k`` of each list against the same case's wanted products.

    ``popularity`` is the share of people who know each product of the catalogue, from 0 to 1.
    """
    rows = [
        _case(list(found[:k]), set(goal), k)
        for found, goal in zip(recommended, wanted, strict=True)
    ]
    hit, ndcg, recall, precision = np.array(rows, dtype=np.float64).reshape(-1, 4).T
    shown = [product for found in recommended for product in found[:k]]
    return Measured(
        hit=hit,
        ndcg=ndcg,
        recall=recall,
        average_precision=precision,
        coverage=len(set(shown)) / max(len(popularity), 1),
        novelty=_novelty(shown, popularity),
    )


def _case(found: list[int], goal: set[int], k: int) -> tuple[float, float, float, float]:
    hits = [place for place, product in enumerate(found) if product in goal]
    if not hits:
        return 0.0, 0.0, 0.0, 0.0
    best = min(len(goal), k)
    gain = sum(1 / math.log2(place + 2) for place in hits)
    ideal = sum(1 / math.log2(place + 2) for place in range(best))
    precision = sum((count + 1) / (place + 1) for count, place in enumerate(hits))
    return 1.0, gain / ideal, len(hits) / len(goal), precision / best


def _novelty(shown: Sequence[int], popularity: Mapping[int, float]) -> float:
    shares = [popularity.get(product, 0.0) for product in shown]
    bits = [-math.log2(share) for share in shares if share > 0]
    return sum(bits) / len(bits) if bits else 0.0


def estimate(values: Floats) -> Estimate:
    """The mean of some cases; of none, 0 without an interval."""
    n = len(values)
    if not n:
        return Estimate(mean=0.0, low=0.0, high=0.0, n=0)
    mean = float(values.mean())
    half = _95 * float(values.std(ddof=1)) / math.sqrt(n) if n > 1 else math.inf
    return Estimate(mean=mean, low=mean - half, high=mean + half, n=n)


def difference(one: Floats, other: Floats) -> Estimate:
    """How much better one is than the other on the same cases, case by case."""
    return estimate(one - other)
