"""Making answers: what the models of a chain propose, held against the catalogue and the rules."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from growthcore.api import Key, Ranked, RecommendRequest
from growthcore.catalog.view import Whole
from growthcore.core import Core
from growthcore.recommendations import beginning, proposals, sharing
from growthcore.recommendations.answers import Recommendation, Request
from growthcore.recommendations.candidates import Candidates, PassedOver, among, keys
from growthcore.recommendations.chains import Chain, Link
from growthcore.recommendations.history import StoredHistory
from growthcore.recommendations.making import Answer, Making
from growthcore.recommendations.rules.evaluation import Ruled
from growthcore.recommendations.rules.matching import Context, Mask

_OVERFETCH = 3
_WANTED = 100
"""So many products a model is asked for where rules may leave most of them out."""
_BOUGHT = ("purchase",)
_MOST_BOUGHT = 200
"""So many of the products somebody bought last are not recommended again."""


class Batch:
    """Requests that are answered together, by one state of the catalogue."""

    def __init__(self, core: Core, chain: Chain, limit: int, *, preview: bool) -> None:
        self._core = core
        self._chain = chain
        self._rules = chain.rules
        self._limit = limit
        self._slots = {link.place: link.slots for link in chain.links if link.slots}
        self._at = core.clock.now()
        self._view = core.shelf.view()
        self._kept = chain.sharing.over(self._view)
        self._passed = PassedOver()
        self._reasons: list[str] = []
        self._making = Making(
            chain, self._view, self._reasons, self._passed, limit=limit, preview=preview
        )

    def answer(self, requests: Sequence[Request]) -> list[Recommendation]:
        """An answer a request, in order. No transaction is open while a model thinks."""
        answers = beginning.begun(self._core, self._chain, self._view, requests)
        history = StoredHistory(self._core.db, self._at, [each.person for each in answers])
        made: dict[int, Recommendation] = {}
        candidates = Candidates.none()
        for link in self._chain.links:
            for each in answers:
                self._exclude(link, each, history)
            if not len(candidates):
                answers = self._recalled(link, answers, made)
            if not answers:
                break
            candidates, ruled = self._asked(link, answers, candidates, history)
            if not len(candidates) and link is not self._chain.links[-1]:
                continue
            counts = np.bincount(candidates.rows[ruled.order], minlength=len(answers))
            # After the last model there is nobody left to ask: all are made.
            is_left = counts < (0 if link is self._chain.links[-1] else self._limit)
            done = self._making.made(answers, candidates, ruled, ~is_left)
            self._keep(link, answers, done)
            made |= done
            answers = [each for each, stays in zip(answers, is_left, strict=True) if stays]
            candidates = candidates.of_rows(is_left)
        made |= {each.number: self._making.nothing(each) for each in answers}
        return [made[number] for number in range(len(requests))]

    def _recalled(
        self, link: Link, answers: Sequence[Answer], made: dict[int, Recommendation]
    ) -> list[Answer]:
        """Make those answers that are what others got a moment ago; gives the rest."""
        left = []
        for each in answers:
            each.shared = _shared(link, each, self._limit)
            known = self._kept.get(each.shared) if each.shared else None
            if known is None:
                left.append(each)
            else:
                made[each.number] = self._making.again(each, known)
        return left

    def _keep(
        self, link: Link, answers: Sequence[Answer], made: Mapping[int, Recommendation]
    ) -> None:
        """Keep for others what suits them. Nothing is not kept: it may come of a failure."""
        for each in answers:
            if each.shared and each.number in made and made[each.number].items:
                self._kept[each.shared] = sharing.kept(made[each.number], link.slug)
            each.shared = None

    def _asked(
        self,
        link: Link,
        answers: Sequence[Answer],
        candidates: Candidates,
        history: StoredHistory,
    ) -> tuple[Candidates, Ruled]:
        """The candidates with what a model has to add, and what the rules make of them."""
        proposed = self._proposed(link, answers, candidates, history)
        candidates = candidates.followed_by(proposed)
        if not len(candidates):
            for each in answers:
                each.skipped.setdefault(link.slug, "nothing_left")
            return candidates, self._rules.nothing
        ruled = self._ruled(answers, candidates)
        stays, ruled = ruled.without_cut()
        if stays is not None:
            candidates = candidates.take(stays)
        self._note_nothing(link, answers, candidates, ruled)
        return candidates, ruled

    def _proposed(
        self,
        link: Link,
        answers: Sequence[Answer],
        candidates: Candidates,
        history: StoredHistory,
    ) -> Candidates:
        """What a model has to add to the candidates there are."""
        taken = np.bincount(candidates.rows, minlength=len(answers)).tolist()
        requests = [
            self._request(link, answer, len(answer.excluded) + beside, history)
            for answer, beside in zip(answers, taken, strict=True)
        ]
        ranked, missed = proposals.ask(self._core, link, requests)
        counts = np.bincount(ranked.rows, minlength=len(answers))
        for n in (counts == 0).nonzero()[0].tolist():
            answers[n].skipped[link.slug] = str(missed[n] or "nothing_known")
        return self._sound(link, answers, candidates, ranked)

    def _sound(
        self,
        link: Link,
        answers: Sequence[Answer],
        candidates: Candidates,
        ranked: Ranked,
    ) -> Candidates:
        """What can be sold and belongs in the answer, of what was proposed."""
        if not len(ranked):
            return Candidates.none()
        places, asked = self._view.places(ranked.products), keys(ranked.rows, ranked.products)
        is_new = ~among(asked, candidates.keys)
        is_out = _excluded(answers, ranked.rows, asked)
        is_good = self._view.is_available(places)
        kept = is_new & ~is_out & is_good
        if not kept.all():
            self._pass_over(link, answers, ranked, is_new & is_out, lambda _: "excluded")
            is_bad = is_new & ~is_out & ~is_good
            found = places[is_bad]
            self._pass_over(
                link, answers, ranked, is_bad, lambda n: self._view.why_not(int(found[n]))
            )
        codes = ranked.codes[kept] + len(self._reasons)
        self._reasons += ranked.reasons
        rows = ranked.rows[kept]
        return Candidates(
            rows=rows,
            places=places[kept],
            products=ranked.products[kept],
            scores=ranked.scores[kept],
            links=np.full(len(rows), link.place, np.int64),
            codes=codes,
        )

    def _pass_over(
        self,
        link: Link,
        answers: Sequence[Answer],
        ranked: Ranked,
        which: Mask,
        why: Callable[[int], str],
    ) -> None:
        numbers = np.array([each.number for each in answers], np.int64)
        self._passed.add(link.slug, numbers[ranked.rows[which]], ranked.products[which], why)

    def _ruled(self, answers: Sequence[Answer], candidates: Candidates) -> Ruled:
        compared = [
            (n, product)
            for n, each in enumerate(answers)
            for product in (
                [each.request.product_id] if each.request.product_id else each.request.cart
            )
        ]
        rows, products = np.array(compared, np.int64).reshape(-1, 2).T
        places = self._view.places(products)
        context = Context(
            compared=places[places >= 0],
            compared_rows=rows[places >= 0],
            segments=[each.segments for each in answers],
        )
        at = int(self._at.timestamp())
        return self._rules.apply(self._view, at, context, candidates, self._slots)

    def _note_nothing(
        self, link: Link, answers: Sequence[Answer], candidates: Candidates, ruled: Ruled
    ) -> None:
        """Say of which answers nothing is left that the model proposed."""
        theirs = ruled.order[candidates.links[ruled.order] == link.place]
        counts = np.bincount(candidates.rows[theirs], minlength=len(answers))
        for n in (counts == 0).nonzero()[0].tolist():
            answers[n].skipped.setdefault(link.slug, "nothing_left")

    def _exclude(self, link: Link, answer: Answer, history: StoredHistory) -> None:
        """Find out what must not be in the answer."""
        keeps = link.algorithm.keeps_cart, link.algorithm.keeps_bought
        if keeps == answer.keeps:
            return
        product = answer.request.product_id
        always = {product} if product else set()
        if not link.algorithm.keeps_cart:
            always.update(answer.request.cart)
        if not link.algorithm.keeps_bought:
            customer, visitor = answer.person
            if answer.bought is None:
                answer.bought = history.recent_products(
                    _BOUGHT, _MOST_BOUGHT, customer_id=customer, visitor_id=visitor
                )
            always.update(answer.bought)
        answer.excluded, answer.keeps = always, keeps

    def _request(
        self, link: Link, answer: Answer, excluded: int, history: StoredHistory
    ) -> RecommendRequest:
        customer, visitor = answer.person
        wanted = _OVERFETCH * self._limit
        return RecommendRequest(
            at=self._at,
            # Some of what is proposed will be sold out, hidden or left out by rules.
            limit=(max(wanted, _WANTED) if self._rules else wanted) + excluded,
            params=link.params,
            artifact=link.artifact,
            customer_id=customer,
            visitor_id=visitor,
            product_id=answer.request.product_id,
            cart=tuple(answer.request.cart),
            category_id=answer.category_id,
            history=history,
        )


def _shared(link: Link, answer: Answer, limit: int) -> sharing.For | None:
    """What an answer is the same for, if it has nothing to do with who asks."""
    product, made_for = answer.request.product_id, link.algorithm.key
    is_shared = made_for is Key.NONE or (made_for is Key.PRODUCT and product is not None)
    if not is_shared or answer.request.cart:
        return None
    if any(each != product for each in answer.excluded):
        return None
    return link.place, product, answer.segments, limit


def _excluded(answers: Sequence[Answer], rows: Whole, asked: Whole) -> Mask:
    """Which of what was proposed must not be in the answer; few answers leave anything out."""
    pairs = [(n, id_) for n, each in enumerate(answers) for id_ in each.excluded]
    is_out = np.zeros(len(asked), np.bool_)
    if pairs:
        out_rows, products = np.array(pairs, np.int64).T
        leaves_out = np.zeros(len(answers), np.bool_)
        leaves_out[out_rows] = True
        theirs = leaves_out[rows].nonzero()[0]
        is_out[theirs] = among(asked[theirs], keys(out_rows, products))
    return is_out
