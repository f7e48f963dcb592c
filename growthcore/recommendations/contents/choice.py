"""Choosing contents: beside a product (A), for a search (B), on the main page (C)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import islice
from typing import TypeAlias

import numpy as np

from growthcore.api import InvalidInput, Text
from growthcore.catalog import named
from growthcore.catalog.models import Content
from growthcore.core import Core
from growthcore.recommendations.contents import features
from growthcore.recommendations.contents.features import Features
from growthcore.recommendations.contents.index import Index

MOST = 50
_ALIKE = 0.15
"""A content that has a smaller share of what a product is is not called like it."""
_FOUND = 0.5
"""Half of the words looked for."""


class Option(StrEnum):
    """What the page is: of a product, of a search, or the main page."""

    PRODUCT = "A"
    SEARCH = "B"
    MAIN = "C"


class Source(StrEnum):
    """Why a content was chosen."""

    LINKED = "linked"
    SIMILAR = "similar"
    KEYWORD = "keyword"
    POPULAR = "popular"
    NEWEST = "newest"


REASONS: Mapping[Source, Text] = {
    Source.LINKED: Text("이 상품을 소개하는 콘텐츠", "About this product"),
    Source.SIMILAR: Text("비슷한 상품의 콘텐츠", "About products alike"),
    Source.KEYWORD: Text("검색어와 관련된 콘텐츠", "Goes with the search"),
    Source.POPULAR: Text("많이 본 콘텐츠", "Popular"),
    Source.NEWEST: Text("새 콘텐츠", "New"),
}
_WHY: Mapping[Source, str] = {
    Source.LINKED: "nothing_linked",
    Source.SIMILAR: "nothing_alike",
    Source.KEYWORD: "nothing_found",
    Source.POPULAR: "nothing_clicked",
}
TITLES: Mapping[Option, Text] = {
    Option.PRODUCT: Text("이 상품과 관련된 콘텐츠", "More about this product"),
    Option.SEARCH: Text("검색어와 관련된 콘텐츠", "Stories for your search"),
    Option.MAIN: Text("추천 콘텐츠", "Stories for you"),
}


@dataclass(frozen=True, kw_only=True)
class Request:
    """What is asked: the ``keyword`` of B; ``products`` are the one of A and those of C, if any.

    They are the shop's ids, in their order.
    """

    option: Option
    keyword: str = ""
    products: Sequence[str] = ()


@dataclass(frozen=True, kw_only=True)
class Answer:
    """Contents, best first, each with why; ``skipped`` says of a source that gave nothing why.

    ``nothing_linked`` to the products, ``nothing_alike``, ``nothing_found`` for the keyword, or
    ``nothing_clicked`` in the last weeks.
    """

    items: Sequence[tuple[Content, Source]]
    skipped: Mapping[Source, str] = field(default_factory=dict)


_Chosen: TypeAlias = Iterator[tuple[Source, Iterable[int]]]


def choose(core: Core, request: Request, *, limit: int) -> Answer:
    """At most ``limit`` (1-50) contents; none is hidden or still to be published.

    What is few is filled up with the newest, except for a search: there only what fits is shown.
    Raises :class:`InvalidInput` for a limit out of range.
    """
    if not 1 <= limit <= MOST:
        raise InvalidInput({"limit": f"Ask for 1 to {MOST} contents."})
    index = core.contents.index()
    first = index.unpublished(core.clock.now())
    taken: dict[int, Source] = {}
    skipped: dict[Source, str] = {}
    for source, places in _sources(core, index, request):
        found = [*islice(_new(places, taken, first), limit - len(taken))]
        taken |= dict.fromkeys(found, source)
        if not found and source in _WHY:
            skipped[source] = _WHY[source]
        if len(taken) == limit:
            break
    items = [(index.contents[place], source) for place, source in taken.items()]
    return Answer(items=items, skipped=skipped)


def _new(places: Iterable[int], taken: Collection[int], first: int) -> Iterator[int]:
    return (place for place in places if place >= first and place not in taken)


def _sources(core: Core, index: Index, request: Request) -> _Chosen:
    """Places from the best source to the last, each asked only when those before are too few."""
    if request.option is Option.SEARCH:
        yield Source.KEYWORD, _best(index, features.of_search(request.keyword), _FOUND)
        return
    if request.products:
        yield Source.LINKED, _linked(index, request.products)
        yield Source.SIMILAR, _best(index, _about(core, request.products), _ALIKE)
    if request.option is Option.MAIN:
        yield Source.POPULAR, _popular(index)
    yield Source.NEWEST, range(len(index.contents))


def _best(index: Index, asked: Features, least: float) -> Iterable[int]:
    """The places of what has at least that share of what is asked for, best first, then newest."""
    scores, shares = index.alike(asked)
    found = np.flatnonzero(shares >= least)
    order = np.argsort(-scores[found], kind="stable")
    return [int(place) for place in found[order]]


def _linked(index: Index, products: Sequence[str]) -> Iterable[int]:
    """The places of contents about the products: in the order of these, then newest."""
    places = (place for product in products for place in index.about.get(product, ()))
    return [*dict.fromkeys(places)]


def _popular(index: Index) -> Iterable[int]:
    found = np.flatnonzero(index.clicks)
    order = np.argsort(-index.clicks[found], kind="stable")
    return [int(place) for place in found[order]]


def _about(core: Core, products: Sequence[str]) -> Features:
    """What the products are; those the catalogue does not have are passed over."""
    ids = [*named.ids(core.db, products).values()]
    view = core.shelf.view()
    places = [place for place in view.places(ids).tolist() if place >= 0]
    return features.strongest(
        features.of_product(each.product, each.attributes) for each in view.held(places)
    )
