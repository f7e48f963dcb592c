"""Contents by what they are about, held in memory."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np
import numpy.typing as npt

from growthcore.catalog.models import Content
from growthcore.catalog.view import Whole
from growthcore.recommendations.contents.features import Features

Numbers = npt.NDArray[np.float64]
Row = tuple[Whole, Numbers]
"""Features of one content, each with its weight."""


def row(features: Features) -> Row:
    """Features in arrays, which take little room and are put together quickly."""
    numbers = np.fromiter(features, np.int64, len(features))
    return numbers, np.fromiter(features.values(), np.float64, len(features))


@dataclass(frozen=True, eq=False)
class Postings:
    """Which contents have a feature: ``features`` rise, beside each the place and the weight there."""

    features: Whole = field(repr=False)
    places: Whole = field(repr=False)
    weights: Numbers = field(repr=False)

    @classmethod
    def of(cls, rows: Sequence[Row]) -> Postings:
        """Those of contents in their places."""
        # Of nothing, too, there are some.
        features = np.concatenate([np.zeros(0, np.int64), *(numbers for numbers, _ in rows)])
        weights = np.concatenate([np.zeros(0), *(weights for _, weights in rows)])
        sizes = np.array([len(numbers) for numbers, _ in rows], np.int64)
        order = np.argsort(features, kind="stable")
        places = np.repeat(np.arange(len(rows)), sizes)
        return cls(features[order], places[order], weights[order])

    def having(self, numbers: Sequence[int]) -> Sequence[slice]:
        """Where each of the features stands."""
        begins = np.searchsorted(self.features, numbers).tolist()
        ends = np.searchsorted(self.features, numbers, side="right").tolist()
        return [slice(begin, end) for begin, end in zip(begins, ends, strict=True)]


@dataclass(frozen=True, kw_only=True, eq=False)
class Index:
    """The contents that are shown, newest first, told apart by their place.

    ``said`` are the features of their texts, ``shared`` those of the products they are about.
    ``about`` are the places by the shop's id of a product, ``clicks`` those of the last weeks.
    """

    contents: Sequence[Content]
    said: Postings
    shared: Postings
    about: Mapping[str, Sequence[int]] = field(repr=False)
    clicks: Numbers = field(repr=False)

    def alike(self, asked: Features) -> tuple[Numbers, Numbers]:
        """How like what is asked for every content is, and what share of it each has (0-1).

        A feature counts by its weights here and there and by how rare it is: log(1 + contents / those
        that have it), as in TF-IDF.
        """
        scores, shares = np.zeros(len(self.contents)), np.zeros(len(self.contents))
        for postings in (self.said, self.shared):
            found = zip(asked.values(), postings.having([*asked]), strict=True)
            for weight, part in found:
                if count := part.stop - part.start:
                    rarity = math.log(1 + len(self.contents) / count)
                    having = postings.places[part]
                    scores[having] += weight * rarity * postings.weights[part]
                    shares[having] += weight
        return scores, shares / (sum(asked.values()) or 1.0)

    def unpublished(self, now: datetime) -> int:
        """How many, first in order, are still to be published."""
        return next(
            (place for place, each in enumerate(self.contents) if each.published_at <= now),
            len(self.contents),
        )


def products_of(contents: Sequence[Content]) -> Mapping[str, Sequence[int]]:
    """The places of contents by the products they are about."""
    about: dict[str, list[int]] = {}
    for place, content in enumerate(contents):
        for product in content.products:
            about.setdefault(product, []).append(place)
    return about
