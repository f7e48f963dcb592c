"""Recommendation algorithms: learn from interactions, answer with scored products."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar, Protocol

import numpy as np
import numpy.typing as npt

from growthcore.api.provider import Provider
from growthcore.api.ranked import Ranked, Scored
from growthcore.api.schema import ParamsSchema
from growthcore.api.text import Text

Arrays = Mapping[str, npt.NDArray[Any]]
"""A trained artifact: plain arrays by name; no object arrays, so nothing is ever unpickled."""

BASE = "base_"
"""Arrays whose names begin so are for ``refresh`` alone; ``recommend`` is not handed them."""


class Key(StrEnum):
    """What a recommendation is made for.

    With ``NONE`` that is nothing but the category, and with ``PRODUCT`` the product that is looked at, if
    there is one: the answer is then the same whoever asks, so the core may give it to others, too, for a
    second.
    """

    NONE = "none"
    PRODUCT = "product"
    CART = "cart"
    CUSTOMER = "customer"


@dataclass(frozen=True)
class InteractionChunk:
    """Equally long columns, oldest first: who did what with which product, and when.

    ``customers`` int64 (negative: an anonymous visitor, 0: nobody knows who), ``products`` int64,
    ``kinds`` int16 (indexes into the names asked for), ``times`` int64 seconds since 1970 UTC,
    ``quantities`` int32, ``events`` int64: the lines of one event, such as an order, share it.
    """

    customers: npt.NDArray[np.int64]
    products: npt.NDArray[np.int64]
    kinds: npt.NDArray[np.int16]
    times: npt.NDArray[np.int64]
    quantities: npt.NDArray[np.int32]
    events: npt.NDArray[np.int64]


@dataclass(frozen=True, kw_only=True)
class CatalogueItem:
    """What is told of a product on show. ``category`` is a path such as ``"여성/상의/니트"``."""

    product_id: int
    name: str
    category: str = ""
    brand: str = ""
    price: int | None = None
    attributes: Mapping[str, Any] = field(default_factory=dict)


class Placement(StrEnum):
    """Where recommendations are shown."""

    MAIN = "main"
    PRODUCT = "product"
    CART = "cart"
    SEARCH = "search"
    ORDER = "order"
    MESSAGE = "message"


class Interactions(Protocol):
    """The shop's interactions, streamed with bounded memory. Only products on show occur."""

    @property
    def until(self) -> datetime:
        """Nothing later is told."""

    def chunks(
        self, events: Sequence[str], since: datetime | None = None
    ) -> Iterator[InteractionChunk]:
        """Lines of the named events after ``since`` and up to ``until``, in time order."""

    def categories(self) -> Mapping[int, int]:
        """The category id of every product that has one."""

    def products(self) -> Sequence[int]:
        """Every product on show, the newest first."""

    def catalogue(self) -> Iterator[CatalogueItem]:
        """Every product on show with its text and attributes, the newest first."""

    def report(self, share: float) -> None:
        """Tell how far ``fit`` is, from 0 to 1. Call it every few seconds of long work.

        Reading chunks reports by itself. Raises :class:`~growthcore.api.errors.TrainingStopped`, to
        be let through, when a person cancelled the training or its time is over.
        """


class History(Protocol):
    """What one customer or visitor did lately."""

    def recent_products(
        self, events: Sequence[str], limit: int, *, customer_id: int | None, visitor_id: int | None
    ) -> Sequence[int]:
        """Product ids, newest first, without repeats."""

    def decayed_products(
        self,
        weights: Mapping[str, float],
        half_life_days: float,
        limit: int,
        *,
        customer_id: int | None,
        visitor_id: int | None,
    ) -> Sequence[tuple[int, float]]:
        """Product ids and how much this person is about each, the most first.

        That is the sum of ``weights`` (by event) over the person's last 1,000 lines of those events,
        each halved every ``half_life_days`` since it happened.
        """


# Not frozen: a mailing has them made by the thousand, and that takes three times as long.
@dataclass(kw_only=True)
class RecommendRequest:
    """Who and what is asked for. The core over-fetches, filters and cuts to what was wanted."""

    at: datetime
    limit: int
    params: Mapping[str, Any]
    artifact: Arrays = field(repr=False)
    customer_id: int | None = None
    visitor_id: int | None = None
    product_id: int | None = None
    cart: Sequence[int] = ()
    category_id: int | None = None
    history: History


class Algorithm(Provider):
    """A kind of recommendation."""

    key: ClassVar[Key]
    Params: ClassVar[type[ParamsSchema]]
    trained: ClassVar[bool] = True
    placements: ClassVar[frozenset[Placement]] = frozenset(Placement)
    """Where it makes sense; a model of it is offered for these only."""
    keeps_bought: ClassVar[bool] = False
    """Whether what was bought lately belongs in the answer, as for what is bought again."""
    keeps_cart: ClassVar[bool] = False
    """Whether what lies in the cart belongs in the answer, as in a reminder."""
    reasons: ClassVar[Mapping[str, Text]] = {}
    """What the codes in :attr:`Scored.reason` mean, for people."""
    refreshes: ClassVar[bool] = False
    """Whether :meth:`refresh` takes up new events between two trainings."""

    def fit(self, interactions: Interactions, params: Mapping[str, Any]) -> Arrays:
        """Learn. Returns the artifact; the core stores, versions and hands it back.

        Without any array there was too little to learn from: the last artifact stays in use.
        """
        return {}

    def refresh(
        self,
        artifact: Arrays,
        interactions: Interactions,
        since: datetime,
        params: Mapping[str, Any],
    ) -> Arrays:
        """Take up what happened after ``since``, up to ``interactions.until``; gives a new artifact.

        Called within a minute of new events where ``refreshes`` is set, less often where it takes
        long; it may be approximate, since the next ``fit`` reads everything. Without any array
        nothing changed. An array handed back as it was given is not written again;
        :mod:`growthcore.api.news` does all this for most algorithms.
        """
        return {}

    @abstractmethod
    def recommend(self, request: RecommendRequest) -> Sequence[Scored]:
        """At most ``request.limit`` products, best first, without repeats, scores finite.

        Nothing known about whom or what is asked for gives an empty answer, not an error.
        """

    def recommend_many(self, requests: Sequence[RecommendRequest]) -> Ranked:
        """The same for up to 1,000 requests at once, a row each: how a mailing asks.

        They differ in whom and what is asked for, not in ``params``, ``artifact``, ``at`` and
        ``history``. Made one by one, each has as long as one request has; an algorithm that has arrays
        to look answers up in overrides this, has a second for all of them, and answers a mailing
        many times as fast. Where it is overridden, single requests are asked by it too.
        """
        return Ranked.of([self.recommend(each) for each in requests])
