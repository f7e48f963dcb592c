"""Answering: what the chain proposes, held against what the shop can sell at this moment."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from growthcore.api import InvalidInput, Placement, Product, RecommendRequest, Scored
from growthcore.core import Core
from growthcore.customers.models import Visitor
from growthcore.db.chunks import rows_in
from growthcore.recommendations import chains, proposals, truth
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

    ``product_id`` is the product that is being looked at: never part of the answer.
    """

    customer_id: int | None = None
    visitor_id: int | None = None
    product_id: int | None = None
    cart: Sequence[int] = ()


@dataclass(frozen=True, kw_only=True)
class RecommendedItem:
    """A product that can be bought now.

    ``source`` is the slug of the model that proposed it, ``source_id`` its number and ``version``
    that of what it learnt.
    """

    product: Product
    score: float
    source: str
    source_id: int
    version: int
    algorithm: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class Recommendation:
    """An answer, best first.

    ``skipped`` says of each model that gave nothing, by slug, why: ``unknown``, ``disabled``,
    ``algorithm_missing``, ``params_outdated``, ``not_trained``, ``failed``, ``nothing_known`` about
    whom or what was asked for, or ``nothing_left`` of what it proposed. ``passed`` says of products
    that were proposed and not taken, by id, which model proposed it and why not: ``gone``,
    ``hidden``, ``sold_out``, or ``excluded`` since it is what the page is about, in the cart or
    bought. ``model_id`` is the model asked, ``placement`` where it is shown.
    """

    items: Sequence[RecommendedItem]
    skipped: Mapping[str, str]
    passed: Mapping[int, tuple[str, str]] = field(default_factory=dict)
    model_id: int = 0
    placement: Placement = Placement.MAIN


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
    passed: dict[int, tuple[str, str]] = field(default_factory=dict)

    def without(
        self, link: Link, excluded: Collection[int], found: Sequence[Scored]
    ) -> list[Scored]:
        """What was found but for what must not be in the answer."""
        for each in found:
            if each.product_id in excluded and each.product_id not in self.items:
                self.passed[each.product_id] = (link.slug, "excluded")
        return [each for each in found if each.product_id not in excluded]

    def take(self, link: Link, sellable: Sequence[tuple[Scored, Product]]) -> None:
        for scored, product in sellable:
            self.items[product.id] = RecommendedItem(
                product=product,
                score=scored.score,
                source=link.slug,
                source_id=link.model_id,
                version=link.version,
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

    def answer(self, requests: Sequence[Request]) -> list[Recommendation]:
        with self._core.db.read() as session:
            answers = self._begun(session, requests)
        history = StoredHistory(self._core.db, self._at, [each.person for each in answers])
        for link in self._chain.links:
            if wanting := [each for each in answers if len(each.items) < self._limit]:
                self._fill(link, wanting, history)
        return [
            Recommendation(
                items=[*each.items.values()],
                skipped=each.skipped,
                passed=each.passed,
                model_id=self._chain.model_id,
                placement=self._chain.placement,
            )
            for each in answers
        ]

    def _begun(self, session: Session, requests: Sequence[Request]) -> list[_Answer]:
        users = _users(
            session, {r.visitor_id for r in requests if r.visitor_id and not r.customer_id}
        )
        categories = truth.categories(session, {r.product_id for r in requests if r.product_id})
        return [
            _Answer(
                request=each,
                person=(each.customer_id or users.get(each.visitor_id or 0), each.visitor_id),
                category_id=categories.get(each.product_id or 0),
                skipped=dict(self._chain.skipped),
            )
            for each in requests
        ]

    def _fill(self, link: Link, wanting: Sequence[_Answer], history: StoredHistory) -> None:
        """Ask one model for what is wanting. No transaction is open while it thinks."""
        proposed: list[tuple[_Answer, list[Scored]]] = []
        for answer in wanting:
            excluded = self._excluded(link, answer, history)
            found = proposals.ask(self._core, link, self._request(link, answer, excluded, history))
            if not found:
                answer.skipped[link.slug] = "failed" if found is None else "nothing_known"
            proposed.append((answer, answer.without(link, excluded, found or ())))
        with self._core.db.read() as session:
            ids = {each.product_id for _, found in proposed for each in found}
            products, refused = truth.judged(session, ids)
        for answer, found in proposed:
            good = [
                (each, products[each.product_id]) for each in found if each.product_id in products
            ]
            answer.take(link, good[: self._limit - len(answer.items)])
            for each in found:
                if each.product_id in refused:
                    answer.passed[each.product_id] = (link.slug, refused[each.product_id])
            if not good:
                answer.skipped.setdefault(link.slug, "nothing_left")

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


def _users(session: Session, visitors: Collection[int]) -> dict[int, int | None]:
    """Who uses those browsers now."""
    return dict(rows_in(session, select(Visitor.id, Visitor.customer_id), Visitor.id, visitors))
