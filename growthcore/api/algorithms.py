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
from growthcore.api.schema import ParamsSchema

Arrays = Mapping[str, npt.NDArray[Any]]
"""A trained artifact: plain arrays by name; no object arrays, so nothing is ever unpickled."""


class Key(StrEnum):
    """What a recommendation is made for."""

    NONE = "none"
    PRODUCT = "product"
    CART = "cart"
    CUSTOMER = "customer"


@dataclass(frozen=True)
class InteractionChunk:
    """Equally long columns, oldest first: who did what with which product, and when.

    ``customers`` int64 (negative: an anonymous visitor, 0: nobody knows who), ``products`` int64,
    ``kinds`` int16 (indexes into the names asked for), ``times`` int64 seconds since 1970 UTC,
    ``quantities`` int32.
    """

    customers: npt.NDArray[np.int64]
    products: npt.NDArray[np.int64]
    kinds: npt.NDArray[np.int16]
    times: npt.NDArray[np.int64]
    quantities: npt.NDArray[np.int32]


class Interactions(Protocol):
    """The shop's interactions, streamed with bounded memory. Only products on show occur."""

    until: datetime

    def chunks(
        self, events: Sequence[str], since: datetime | None = None
    ) -> Iterator[InteractionChunk]:
        """Lines of the named events after ``since`` and up to ``until``, in time order."""

    def categories(self) -> Mapping[int, int]:
        """The category id of every product that has one."""

    def products(self) -> Sequence[int]:
        """Every product on show, the newest first."""


class History(Protocol):
    """What one customer or visitor did lately."""

    def recent_products(
        self, events: Sequence[str], limit: int, *, customer_id: int | None, visitor_id: int | None
    ) -> Sequence[int]:
        """Product ids, newest first, without repeats."""


@dataclass(frozen=True, kw_only=True)
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


@dataclass(frozen=True)
class Scored:
    """A product and how much it is recommended; ``reason`` is a short code shown in receipts."""

    product_id: int
    score: float
    reason: str


class Algorithm(Provider):
    """A kind of recommendation."""

    key: ClassVar[Key]
    Params: ClassVar[type[ParamsSchema]]
    trained: ClassVar[bool] = True
    keeps_seen: ClassVar[bool] = False
    """Whether products already in the cart or bought belong in the answer (a reminder shows them)."""

    def fit(self, interactions: Interactions, params: Mapping[str, Any]) -> Arrays:
        """Learn. Returns the artifact; the core stores, versions and hands it back.

        Without any array there was too little to learn from: the last artifact stays in use.
        """
        return {}

    @abstractmethod
    def recommend(self, request: RecommendRequest) -> Sequence[Scored]:
        """At most ``request.limit`` products, best first, without repeats, scores finite.

        Nothing known about whom or what is asked for gives an empty answer, not an error.
        """
