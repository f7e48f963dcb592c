"""Answering: what the chain proposes, held against what the shop can sell now."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from growthcore.api import InvalidInput, Product, RecommendRequest, Scored
from growthcore.catalog.view import View
from growthcore.core import Core
from growthcore.customers.models import Visitor
from growthcore.db.chunks import rows_in
from growthcore.recommendations import chains, proposals
from growthcore.recommendations.chains import Chain, Link
from growthcore.recommendations.history import Person, StoredHistory
from growthcore.recommendations.models import Model

MOST = 50
"""Items one answer has at the most."""

_OVERFETCH = 3
_BOUGHT = ("purchase",)
_MOST_BOUGHT = 200
"""So many of the products somebody bought last are not recommended again."""


@dataclass(frozen=True, kw_only=True)
class Request:
    """For whom or what to recommend; everything is optional, ids are ours.

    ``product_id`` is the product that is being looked at: never part of the answer. Of a visitor with
    no ``customer_id`` it is looked up whose browser it is, unless they are known to be ``anonymous``.
    """

    customer_id: int | None = None
    visitor_id: int | None = None
    anonymous: bool = False
    product_id: int | None = None
    cart: Sequence[int] = ()


@dataclass(frozen=True, kw_only=True)
class RecommendedItem:
    """A product that can be bought now. ``source`` is the slug of the model that proposed it."""

    product: Product
    score: float
    source: str
    algorithm: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class Recommendation:
    """An answer, best first.

    ``skipped`` says of each model that gave nothing, by slug, why: ``unknown``, ``disabled``,
    ``algorithm_missing``, ``params_outdated``, ``not_trained``, ``failed``, ``nothing_known`` about
    whom or what was asked for, or ``nothing_left`` of what it proposed.
    """

    items: Sequence[RecommendedItem]
    skipped: Mapping[str, str]


def known(session: Session) -> frozenset[str]:
    """The slugs there are models of."""
    return frozenset(session.scalars(select(Model.slug)))


def recommend(
    core: Core,
    slug: str,
    *,
    customer_id: int | None = None,
    visitor_id: int | None = None,
    product_id: int | None = None,
    cart: Sequence[int] = (),
    limit: int,
    preview: bool = False,
) -> Recommendation:
    """What a model and its backups recommend, at most ``limit`` (1-50) products.

    A ``preview`` asks the model even while it is switched off.
    Raises :class:`InvalidInput` for an unknown model and for a limit out of range.
    """
    asked = Request(
        customer_id=customer_id, visitor_id=visitor_id, product_id=product_id, cart=cart
    )
    return recommend_many(core, slug, [asked], limit=limit, preview=preview)[0]


def recommend_many(
    core: Core, slug: str, requests: Sequence[Request], *, limit: int, preview: bool = False
) -> list[Recommendation]:
    """The same for many at once, in order; the database is asked once a batch, not a request.

    Call it outside any transaction: plugin code runs.
    """
    if not 1 <= limit <= MOST:
        raise InvalidInput({"limit": f"Ask for 1 to {MOST} items."})
    return _Batch(core, chains.load(core, slug, preview=preview), limit).answer(requests)


@dataclass(eq=False, kw_only=True)
class _Answer:
    """One answer while it is being filled; ``items`` by product."""

    request: Request
    person: Person
    category_id: int | None
    skipped: dict[str, str]
    items: dict[int, RecommendedItem] = field(default_factory=dict)

    def take(self, link: Link, scored: Scored, product: Product) -> None:
        self.items[product.id] = RecommendedItem(
            product=product,
            score=scored.score,
            source=link.slug,
            algorithm=link.algorithm.id,
            reason=scored.reason,
        )


class _Batch:
    """Requests that are answered together."""

    def __init__(self, core: Core, chain: Chain, limit: int) -> None:
        self._core = core
        self._chain = chain
        self._limit = limit
        self._at = core.clock.now()
        self._view = core.shelf.view()

    def answer(self, requests: Sequence[Request]) -> list[Recommendation]:
        answers = self._begun(requests)
        history = StoredHistory(self._core.db, self._at, [each.person for each in answers])
        for link in self._chain.links:
            for answer in answers:
                if len(answer.items) < self._limit:
                    self._fill(link, answer, history)
        return [
            Recommendation(items=[*each.items.values()], skipped=each.skipped) for each in answers
        ]

    def _begun(self, requests: Sequence[Request]) -> list[_Answer]:
        users = _users(self._core, requests)
        categories = _categories(self._view, [each.product_id or 0 for each in requests])
        return [
            _Answer(
                request=each,
                person=(each.customer_id or users.get(each.visitor_id or 0), each.visitor_id),
                category_id=category,
                skipped=dict(self._chain.skipped),
            )
            for each, category in zip(requests, categories, strict=True)
        ]

    def _fill(self, link: Link, answer: _Answer, history: StoredHistory) -> None:
        """Ask one model for what is wanting. No transaction is open while it thinks."""
        excluded = self._excluded(link, answer, history)
        found = proposals.ask(self._core, link, self._request(link, answer, excluded, history))
        if not found:
            answer.skipped[link.slug] = "failed" if found is None else "nothing_known"
        before = len(answer.items)
        for scored, product in self._sellable(
            [e for e in found or () if e.product_id not in excluded]
        ):
            answer.take(link, scored, product)
            if len(answer.items) == self._limit:
                break
        if len(answer.items) == before:
            answer.skipped.setdefault(link.slug, "nothing_left")

    def _sellable(self, proposed: Sequence[Scored]) -> Iterator[tuple[Scored, Product]]:
        """What can be sold now, a few at a time: seldom is more than the first few looked at."""
        places = self._view.places([each.product_id for each in proposed])
        left = np.flatnonzero(self._view.is_available(places))
        for begin in range(0, len(left), self._limit):
            portion = left[begin : begin + self._limit]
            held = self._core.shelf.held(self._view, places[portion])
            for n, each in zip(portion.tolist(), held, strict=True):
                # It may be newer than the view.
                if each.product.available:
                    yield proposed[n], each.product

    def _excluded(self, link: Link, answer: _Answer, history: StoredHistory) -> frozenset[int]:
        """What must not be in the answer (again)."""
        always = {*answer.items, *filter(None, [answer.request.product_id])}
        if not link.algorithm.keeps_cart:
            always.update(answer.request.cart)
        if not link.algorithm.keeps_bought:
            customer, visitor = answer.person
            always.update(
                history.recent_products(
                    _BOUGHT, _MOST_BOUGHT, customer_id=customer, visitor_id=visitor
                )
            )
        return frozenset(always)

    def _request(
        self, link: Link, answer: _Answer, excluded: Collection[int], history: StoredHistory
    ) -> RecommendRequest:
        customer, visitor = answer.person
        return RecommendRequest(
            at=self._at,
            # Some of what is proposed will be sold out or hidden.
            limit=_OVERFETCH * self._limit + len(excluded),
            params=link.params,
            artifact=link.artifact,
            customer_id=customer,
            visitor_id=visitor,
            product_id=answer.request.product_id,
            cart=tuple(answer.request.cart),
            category_id=answer.category_id,
            history=history,
        )


def _users(core: Core, requests: Sequence[Request]) -> Mapping[int, int | None]:
    """Who uses browsers of which that was not said."""
    unsaid = {
        each.visitor_id
        for each in requests
        if each.visitor_id and not each.customer_id and not each.anonymous
    }
    if not unsaid:
        return {}
    with core.db.read() as session:
        return dict(rows_in(session, select(Visitor.id, Visitor.customer_id), Visitor.id, unsaid))


def _categories(view: View, product_ids: Sequence[int]) -> list[int | None]:
    """The category of each of the products that has one."""
    if not any(product_ids):
        return [None] * len(product_ids)
    places = view.places(product_ids)
    return [
        int(view.category_id[place]) or None if place >= 0 else None for place in places.tolist()
    ]
