"""Answering: what the chain proposes, held against what the shop can sell at this moment."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from growthcore.api import InvalidInput, Product, RecommendRequest, Scored
from growthcore.core import Core
from growthcore.customers.models import Visitor
from growthcore.db.chunks import rows_in
from growthcore.plugins.calls import Missed
from growthcore.recommendations import chains, proposals, truth
from growthcore.recommendations.chains import Chain, Link
from growthcore.recommendations.history import Person, StoredHistory
from growthcore.recommendations.models import Model
from growthcore.recommendations.rules import attaching, ruling
from growthcore.recommendations.rules.evaluation import Ruled
from growthcore.recommendations.rules.ruling import Candidates

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
    """A product that can be bought now. ``source`` is the slug of the model that proposed it.

    ``rules`` are the ids of those that put it forward or held it in its place, or that withheld it.
    """

    product: Product
    score: float
    source: str
    algorithm: str
    reason: str
    rules: frozenset[int] = frozenset()


@dataclass(frozen=True, kw_only=True)
class Recommendation:
    """An answer, best first.

    ``skipped`` says of each model that gave nothing, by slug, why: ``unknown``, ``disabled``,
    ``algorithm_missing``, ``params_outdated``, ``not_trained``, ``failed``, ``timed_out``, ``resting``
    after that, ``nothing_known`` about whom or what was asked for, or ``nothing_left`` of what it
    proposed. ``withheld`` is what rules left out of it.
    """

    items: Sequence[RecommendedItem]
    skipped: Mapping[str, str]
    withheld: Sequence[RecommendedItem] = ()


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
    """One answer while it is being filled.

    ``candidates`` by product with the place in the chain of the model that proposed each, ``items``
    those of them that are left.
    """

    request: Request
    person: Person
    category_id: int | None
    skipped: dict[str, str]
    segments: frozenset[int] = frozenset()
    candidates: dict[int, tuple[int, RecommendedItem]] = field(default_factory=dict)
    items: list[RecommendedItem] = field(default_factory=list)
    withheld: list[RecommendedItem] = field(default_factory=list)

    def take(self, link: Link, sellable: Sequence[tuple[Scored, Product]]) -> None:
        for scored, product in sellable:
            item = RecommendedItem(
                product=product,
                score=scored.score,
                source=link.slug,
                algorithm=link.algorithm.id,
                reason=scored.reason,
            )
            self.candidates[product.id] = link.place, item
            self.items.append(item)

    def proposed(self) -> Candidates:
        """What the rules judge."""
        asked, found = self.request, self.candidates.values()
        return Candidates(
            product_ids=list(self.candidates),
            scores=[item.score for _, item in found],
            links=[place for place, _ in found],
            compared=[asked.product_id] if asked.product_id else asked.cart,
            segments=self.segments,
        )

    def obey(self, ruled: Ruled) -> None:
        """Keep what the rules leave, in their order; what had no slot the next model may propose."""
        judged = [
            replace(item, score=float(ruled.scores[n]), rules=ruled.by(n))
            for n, (_, item) in enumerate(self.candidates.values())
        ]
        self.items = [judged[n] for n in ruled.order]
        self.withheld = [judged[n] for n in np.flatnonzero(ruled.dropped)]
        stay = {item.product.id for item in (*self.items, *self.withheld)}
        self.candidates = {id_: each for id_, each in self.candidates.items() if id_ in stay}


class _Batch:
    """Requests that are answered together."""

    def __init__(self, core: Core, chain: Chain, limit: int) -> None:
        self._core = core
        self._chain = chain
        self._rules = chain.rules
        self._limit = limit
        self._slots = {link.place: link.slots for link in chain.links if link.slots}
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
                items=each.items[: self._limit], skipped=each.skipped, withheld=each.withheld
            )
            for each in answers
        ]

    def _begun(self, session: Session, requests: Sequence[Request]) -> list[_Answer]:
        users = _users(
            session, {r.visitor_id for r in requests if r.visitor_id and not r.customer_id}
        )
        categories = truth.categories(session, {r.product_id for r in requests if r.product_id})
        answers = [
            _Answer(
                request=each,
                person=(each.customer_id or users.get(each.visitor_id or 0), each.visitor_id),
                category_id=categories.get(each.product_id or 0),
                skipped=dict(self._chain.skipped),
            )
            for each in requests
        ]
        if segments := self._chain.rules.segments_needed:
            customers = {each.person[0] for each in answers if each.person[0]}
            inside = attaching.inside(self._core, session, segments, customers)
            for each in answers:
                each.segments = frozenset(inside.get(each.person[0] or 0, ()))
        return answers

    def _fill(self, link: Link, wanting: Sequence[_Answer], history: StoredHistory) -> None:
        """Ask one model for what is wanting. No transaction is open while it thinks."""
        excluded = [self._excluded(link, answer, history) for answer in wanting]
        requests = [
            self._request(link, answer, left_out, history)
            for answer, left_out in zip(wanting, excluded, strict=True)
        ]
        told = proposals.ask(self._core, link, requests)
        proposed: list[tuple[_Answer, list[Scored]]] = []
        for answer, left_out, found in zip(wanting, excluded, told, strict=True):
            if isinstance(found, Missed) or not found:
                answer.skipped[link.slug] = str(found or "nothing_known")
                proposed.append((answer, []))
            else:
                left = [each for each in found if each.product_id not in left_out]
                proposed.append((answer, left))
        with self._core.db.read() as session:
            ids = {each.product_id for _, found in proposed for each in found}
            products = truth.sellable(session, ids)
        for answer, found in proposed:
            good = [
                (each, products[each.product_id]) for each in found if each.product_id in products
            ]
            answer.take(link, good if self._rules else good[: self._room(link, answer)])
        if self._rules:
            self._rule([answer for answer, _ in proposed if answer.candidates])
        for answer, _ in proposed:
            if all(item.source != link.slug for item in answer.items):
                answer.skipped.setdefault(link.slug, "nothing_left")

    def _room(self, link: Link, answer: _Answer) -> int:
        empty = self._limit - len(answer.items)
        return empty if link.slots is None else min(empty, link.slots)

    def _rule(self, answers: Sequence[_Answer]) -> None:
        with self._core.db.read() as session:
            given = [each.proposed() for each in answers]
            ruled = ruling.rule(session, self._rules, self._at, given, slots=self._slots)
        for answer, found in zip(answers, ruled, strict=True):
            answer.obey(found)

    def _excluded(self, link: Link, answer: _Answer, history: StoredHistory) -> frozenset[int]:
        """What must not be in the answer (again)."""
        always = {*answer.candidates, *filter(None, [answer.request.product_id])}
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

    def _wanted(self) -> int:
        most = _OVERFETCH * self._limit
        return max(most, ruling.WANTED) if self._rules else most

    def _request(
        self, link: Link, answer: _Answer, excluded: Collection[int], history: StoredHistory
    ) -> RecommendRequest:
        customer, visitor = answer.person
        return RecommendRequest(
            at=self._at,
            # Some of what is proposed will be sold out, hidden or left out by rules.
            limit=self._wanted() + len(excluded),
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
