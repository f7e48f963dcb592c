"""Candidates of many answers at once, as equally long columns: what keeps a mailing quick."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from growthcore.catalog.view import Whole

Scores = npt.NDArray[np.float64]

_ID_BITS = 40
"""An id has room in so many bits, beside a row in the others."""
MOST_ID = 1 << _ID_BITS
"""No id is as great as that."""


@dataclass(frozen=True, eq=False)
class Candidates:
    """Products that were proposed and can be sold.

    ``rows`` rise and say which answer each is for, ``places`` where it stands in the catalogue's view.
    ``links`` are the places in the chain of who proposed it, which rise within a row, and ``codes`` say
    why. Within a link the best comes first.
    """

    rows: Whole
    places: Whole
    products: Whole
    scores: Scores
    links: Whole
    codes: Whole

    @classmethod
    def none(cls) -> Candidates:
        """No candidates yet."""
        nothing = np.zeros(0, np.int64)
        return cls(nothing, nothing, nothing, np.zeros(0, np.float64), nothing, nothing)

    @classmethod
    def of_one(cls, products: Whole, scores: Scores | None = None) -> Candidates:
        """For one answer by one model every product of a view, whose ids these are."""
        size = len(products)
        zeros = np.zeros(size, np.int64)
        given = np.zeros(size) if scores is None else scores
        return cls(zeros, np.arange(size), products, given, zeros, zeros)

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def keys(self) -> Whole:
        """A number for every answer and product."""
        return keys(self.rows, self.products)

    def take(self, chosen: Any) -> Candidates:
        """Some of them: a mask, or their numbers."""
        return Candidates(*(column[chosen] for column in self._columns()))

    def followed_by(self, others: Candidates) -> Candidates:
        """With those of the next model, each row's behind what it has."""
        if not len(self):
            return others
        both = [
            np.concatenate(pair) for pair in zip(self._columns(), others._columns(), strict=True)
        ]
        # Both rise, so a stable sort only merges them.
        order = both[0].argsort(kind="stable")
        return Candidates(*(column[order] for column in both))

    def of_rows(self, is_kept: npt.NDArray[np.bool_]) -> Candidates:
        """Those of some rows, which are numbered anew."""
        if not len(self) or is_kept.all():
            return self
        if not is_kept.any():
            return self.none()
        told = self.take(is_kept[self.rows])
        numbers = is_kept.cumsum() - 1
        return replace(told, rows=numbers[told.rows])

    def _columns(self) -> Sequence[npt.NDArray[Any]]:
        return self.rows, self.places, self.products, self.scores, self.links, self.codes


def keys(rows: Whole, products: Whole) -> Whole:
    """A number for every pair of them."""
    return (rows << _ID_BITS) + products


def among(asked: Whole, known: Whole) -> npt.NDArray[np.bool_]:
    """Which of the numbers are known."""
    if not len(known):
        return np.zeros(len(asked), np.bool_)
    known = np.sort(known)
    found = known.searchsorted(asked)
    found[found == len(known)] = 0
    return np.asarray(known[found] == asked, np.bool_)


class _Told(NamedTuple):
    """``slug`` proposed ``products`` for these ``answers``; ``why`` says why the nth was not taken."""

    slug: str
    answers: Whole
    products: Whole
    why: Callable[[int], str]


class PassedOver:
    """What was proposed and not taken, put together for the few answers that are asked about."""

    def __init__(self) -> None:
        self._told: list[_Told] = []

    def add(self, slug: str, answers: Whole, products: Whole, why: Callable[[int], str]) -> None:
        """Note it of products that ``slug`` proposed for these answers."""
        if len(answers):
            self._told.append(_Told(slug, answers, products, why))

    def of(self, answer: int) -> dict[int, tuple[str, str]]:
        """By product who proposed it for an answer, and why it was not taken."""
        return {
            int(each.products[n]): (each.slug, each.why(n))
            for each in self._told
            for n in (each.answers == answer).nonzero()[0].tolist()
        }
