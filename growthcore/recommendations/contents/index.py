"""Contents by what they are about, held in memory."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np
import numpy.typing as npt

from growthcore.catalog.models import Content
from growthcore.recommendations.contents.features import Features

Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, eq=False)
class Index:
    """The contents that are shown, newest first, told apart by their place.

    ``features`` rise; beside each stand the place of a content that has it and what it weighs there.
    ``about`` are the places by the shop's id of a product, ``clicks`` those of the last weeks.
    """

    contents: Sequence[Content]
    features: npt.NDArray[np.int64] = field(repr=False)
    places: npt.NDArray[np.int64] = field(repr=False)
    weights: Numbers = field(repr=False)
    about: Mapping[str, Sequence[int]] = field(repr=False)
    clicks: Numbers = field(repr=False)

    def alike(self, asked: Features) -> tuple[Numbers, Numbers]:
        """How like what is asked for every content is, and what share of it each has (0-1).

        A feature counts by its weights here and there and by how rare it is: log(1 + contents / those
        that have it), as in TF-IDF.
        """
        scores, shares = np.zeros(len(self.contents)), np.zeros(len(self.contents))
        numbers = list(asked)
        begins = np.searchsorted(self.features, numbers).tolist()
        ends = np.searchsorted(self.features, numbers, side="right").tolist()
        for number, begin, end in zip(numbers, begins, ends, strict=True):
            if begin < end:
                rarity = math.log(1 + len(self.contents) / (end - begin))
                having = self.places[begin:end]
                scores[having] += asked[number] * rarity * self.weights[begin:end]
                shares[having] += asked[number]
        return scores, shares / (sum(asked.values()) or 1.0)

    def unpublished(self, now: datetime) -> int:
        """How many, first in order, are still to be published."""
        return next(
            (place for place, each in enumerate(self.contents) if each.published_at <= now),
            len(self.contents),
        )


@dataclass(frozen=True, eq=False)
class Held:
    """A content and its features, as numbers and weights of equal length."""

    content: Content
    numbers: npt.NDArray[np.int64]
    weights: Numbers

    @classmethod
    def of(cls, content: Content, features: Features) -> Held:
        """The same in arrays, which are put together quickly."""
        numbers = np.fromiter(features, np.int64, len(features))
        return cls(content, numbers, np.fromiter(features.values(), np.float64, len(features)))

    def with_(self, features: Features) -> Held:
        """Likewise with more features, none of which it has yet."""
        more = Held.of(self.content, features)
        return Held(
            self.content,
            np.concatenate([self.numbers, more.numbers]),
            np.concatenate([self.weights, more.weights]),
        )


def index(held: Sequence[Held], clicks: Mapping[int, int]) -> Index:
    """An index of contents, newest first; ``clicks`` by our id."""
    about: dict[str, list[int]] = {}
    for place, each in enumerate(held):
        for product in each.content.products:
            about.setdefault(product, []).append(place)
    # Of nothing, too, an index can be made.
    numbers = np.concatenate([np.zeros(0, np.int64), *(each.numbers for each in held)])
    weights = np.concatenate([np.zeros(0), *(each.weights for each in held)])
    sizes = np.array([len(each.numbers) for each in held], np.int64)
    order = np.argsort(numbers, kind="stable")
    return Index(
        contents=[each.content for each in held],
        features=numbers[order],
        places=np.repeat(np.arange(len(held)), sizes)[order],
        weights=weights[order],
        about=about,
        clicks=np.array([clicks.get(each.content.id, 0) for each in held], np.float64),
    )
