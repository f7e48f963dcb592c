"""Making answers: what the models of a chain propose, held against the catalogue and the rules."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from sqlalchemy import select

from growthcore.api import Product, RecommendRequest, Scored
from growthcore.catalog.view import View
from growthcore.core import Core
from growthcore.customers.models import Visitor
from growthcore.db.chunks import chunks, rows_in
from growthcore.plugins.calls import Missed
from growthcore.recommendations import proposals
from growthcore.recommendations.answers import Recommendation, RecommendedItem, Request
from growthcore.recommendations.chains import Chain, Link
from growthcore.recommendations.history import Person, StoredHistory
from growthcore.recommendations.rules import attaching, ruling
from growthcore.recommendations.rules.evaluation import Ruled

_OVERFETCH = 3
_BOUGHT = ("purchase",)
_MOST_BOUGHT = 200
"""So many of the products somebody bought last are not recommended again."""


@dataclass(eq=False, kw_only=True)
class _Answer:
    """One answer while it is being filled.

    ``scored``, ``places`` in the catalogue and ``links`` of the chain are those of the candidates:
    products that were proposed and can be sold, in the order in which they were.
    """

    request: Request
    person: Person
    category_id: int | None
    skipped: dict[str, str]
    segments: frozenset[int] = frozenset()
    scored: list[Scored] = field(default_factory=list)
    places: list[int] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    passed: dict[int, tuple[str, str]] = field(default_factory=dict)
    ruled: Ruled | None = None

    @property
    def order(self) -> Sequence[int]:
        """Which candidates are left, best first."""
        return range(len(self.scored)) if self.ruled is None else self.ruled.order.tolist()

    def without(
        self, link: Link, excluded: Collection[int], found: Sequence[Scored]
    ) -> list[Scored]:
        """What was found but for what must not be in the answer."""
        left = [each for each in found if each.product_id not in excluded]
        if len(left) < len(found):
            taken = {each.product_id for each in self.scored}
            for each in found:
                if each.product_id in excluded and each.product_id not in taken:
                    self.passed[each.product_id] = (link.slug, "excluded")
        return left

    def take(self, link: Link, proposed: Sequence[Scored], view: View, most: int | None) -> None:
        """Keep what can be sold, at most so many."""
        places = view.places([each.product_id for each in proposed])
        available = view.is_available(places)
        self.places += places[available].tolist()
        if available.all():
            self.scored += proposed
        else:
            self.scored += [
                each for each, is_good in zip(proposed, available, strict=True) if is_good
            ]
            for n in np.flatnonzero(~available).tolist():
                self.passed[proposed[n].product_id] = (link.slug, view.why_not(int(places[n])))
        if most is not None:
            del self.scored[len(self.links) + most :], self.places[len(self.links) + most :]
        self.links += [link] * (len(self.scored) - len(self.links))

    def proposed(self, view: View) -> ruling.Candidates:
        """What the rules judge."""
        asked = self.request
        compared = view.places([asked.product_id] if asked.product_id else asked.cart)
        return ruling.Candidates(
            places=np.array(self.places, np.int64),
            scores=np.array([each.score for each in self.scored], np.float64),
            links=np.array([each.place for each in self.links], np.int64),
            compared=compared[compared >= 0],
            segments=self.segments,
        )

    def obey(self, ruled: Ruled) -> None:
        """Keep what the rules leave or left out; what had no slot the next model may propose."""
        kept, self.ruled = ruled.without_cut()
        if len(kept) < len(self.scored):
            self.scored = [self.scored[n] for n in kept]
            self.places = [self.places[n] for n in kept]
            self.links = [self.links[n] for n in kept]

    def gave_nothing(self, link: Link) -> bool:
        """Whether nothing that a model proposed is left."""
        return all(self.links[n] is not link for n in self.order)


class Batch:
    """Requests that are answered together, by one state of the catalogue."""

    def __init__(self, core: Core, chain: Chain, limit: int, *, preview: bool) -> None:
        self._core = core
        self._chain = chain
        self._rules = chain.rules
        self._limit = limit
        self._slots = {link.place: link.slots for link in chain.links if link.slots}
        self._preview = preview
        self._at = core.clock.now()
        self._view = core.shelf.view()

    def answer(self, requests: Sequence[Request]) -> list[Recommendation]:
        """An answer a request, in order. No transaction is open while a model thinks."""
        answers = self._begun(requests)
        history = StoredHistory(self._core.db, self._at, [each.person for each in answers])
        for link in self._chain.links:
            wanting = [each for each in answers if len(each.order) < self._limit]
            self._ask(link, wanting, history)
            if self._rules:
                self._rule([each for each in wanting if each.scored])
            for answer in wanting:
                if answer.gave_nothing(link):
                    answer.skipped.setdefault(link.slug, "nothing_left")
        return [self._made(each) for each in answers]

    def _begun(self, requests: Sequence[Request]) -> list[_Answer]:
        users = _users(self._core, requests)
        categories = _categories(self._view, [each.product_id or 0 for each in requests])
        answers = [
            _Answer(
                request=each,
                person=(each.customer_id or users.get(each.visitor_id or 0), each.visitor_id),
                category_id=category,
                skipped=dict(self._chain.skipped),
            )
            for each, category in zip(requests, categories, strict=True)
        ]
        if segments := self._rules.segments_needed:
            customers = {each.person[0] for each in answers if each.person[0]}
            with self._core.db.read() as session:
                inside = attaching.inside(self._core, session, segments, customers)
            for each in answers:
                each.segments = frozenset(inside.get(each.person[0] or 0, ()))
        return answers

    def _ask(self, link: Link, wanting: Sequence[_Answer], history: StoredHistory) -> None:
        excluded = [self._excluded(link, answer, history) for answer in wanting]
        requests = [
            self._request(link, answer, left_out, history)
            for answer, left_out in zip(wanting, excluded, strict=True)
        ]
        told = proposals.ask(self._core, link, requests)
        # Rules look at all there is before slots are filled.
        most = None if self._rules else link.slots
        for answer, left_out, found in zip(wanting, excluded, told, strict=True):
            if isinstance(found, Missed) or not found:
                answer.skipped[link.slug] = str(found or "nothing_known")
            else:
                answer.take(link, answer.without(link, left_out, found), self._view, most)

    def _rule(self, answers: Sequence[_Answer]) -> None:
        given = [each.proposed(self._view) for each in answers]
        ruled = ruling.rule(self._view, self._rules, self._at, given, slots=self._slots)
        for answer, found in zip(answers, ruled, strict=True):
            answer.obey(found)

    def _made(self, answer: _Answer) -> Recommendation:
        left = answer.order
        items: list[RecommendedItem] = []
        for portion in chunks(left, self._limit):
            items += self._items(answer, portion)
            if len(items) >= self._limit:
                break
        withheld: Sequence[int] = ()
        if answer.ruled is not None:
            withheld = np.flatnonzero(answer.ruled.dropped).tolist()
            for n in withheld:
                answer.passed[answer.scored[n].product_id] = (answer.links[n].slug, "rule")
        return Recommendation(
            items=items[: self._limit],
            skipped=answer.skipped,
            passed=answer.passed,
            withheld=list(self._items(answer, withheld)) if self._preview else (),
            model_id=self._chain.model_id,
            placement=self._chain.placement,
        )

    def _items(self, answer: _Answer, chosen: Sequence[int]) -> Iterator[RecommendedItem]:
        held = self._view.held([answer.places[n] for n in chosen])
        for n, each in zip(chosen, held, strict=True):
            # It may be newer than the view.
            if each.product.available:
                yield _item(answer, n, each.product)

    def _excluded(self, link: Link, answer: _Answer, history: StoredHistory) -> frozenset[int]:
        """What must not be in the answer (again)."""
        always = {each.product_id for each in answer.scored}
        always.update(filter(None, [answer.request.product_id]))
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
        wanted = _OVERFETCH * self._limit
        return RecommendRequest(
            at=self._at,
            # Some of what is proposed will be sold out, hidden or left out by rules.
            limit=(max(wanted, ruling.WANTED) if self._rules else wanted) + len(excluded),
            params=link.params,
            artifact=link.artifact,
            customer_id=customer,
            visitor_id=visitor,
            product_id=answer.request.product_id,
            cart=tuple(answer.request.cart),
            category_id=answer.category_id,
            history=history,
        )


def _item(answer: _Answer, n: int, product: Product) -> RecommendedItem:
    link, scored, ruled = answer.links[n], answer.scored[n], answer.ruled
    return RecommendedItem(
        product=product,
        score=scored.score if ruled is None else float(ruled.scores[n]),
        source=link.slug,
        source_id=link.model_id,
        version=link.version,
        algorithm=link.algorithm.id,
        reason=scored.reason,
        rules=frozenset() if ruled is None else ruled.by(n),
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
