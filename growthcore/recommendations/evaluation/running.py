"""Asking an algorithm about cases as the shop's pages would, and measuring what it answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from growthcore.api import Algorithm, Arrays, History, Interactions, RecommendRequest, matrices
from growthcore.recommendations.evaluation import metrics
from growthcore.recommendations.evaluation.cases import EVENT, Case
from growthcore.recommendations.evaluation.metrics import K, Measured

_EVERYTHING = 100_000


@dataclass(frozen=True, kw_only=True)
class Trial:
    """An algorithm that learnt from the past, asked as of the past's end.

    ``keeps_bought`` is what the cases were made with, so that every algorithm faces the same
    question, whatever it would show by itself.
    """

    algorithm: Algorithm
    artifact: Arrays = field(repr=False)
    params: Mapping[str, Any]
    history: History
    at: datetime
    keeps_bought: bool

    def answers(self, cases: Sequence[Case]) -> list[list[int]]:
        """What it recommends in each case, less what a page would not show."""
        return [self._answer(case) for case in cases]

    def _answer(self, case: Case) -> list[int]:
        out = left_out(case, self.history, keeps_bought=self.keeps_bought)
        customer, visitor = case.person
        request = RecommendRequest(
            at=self.at,
            limit=3 * K + len(out),
            params=self.params,
            artifact=self.artifact,
            customer_id=customer,
            visitor_id=visitor,
            product_id=case.product_id,
            cart=case.cart,
            history=self.history,
        )
        found = (each.product_id for each in self.algorithm.recommend(request))
        return [product for product in found if product not in out][:K]


def left_out(case: Case, history: History, *, keeps_bought: bool) -> set[int]:
    """What a page would not show: the cart, the product it is about, and what was bought."""
    out = {*case.cart, *filter(None, [case.product_id])}
    if not keeps_bought:
        customer, visitor = case.person
        out.update(
            history.recent_products([EVENT], _EVERYTHING, customer_id=customer, visitor_id=visitor)
        )
    return out


def measured(found: Sequence[Sequence[int]], cases: Sequence[Case], past: Interactions) -> Measured:
    """What the answers are worth."""
    return metrics.measure(found, [case.wanted for case in cases], popularity=popularity(past))


def popularity(past: Interactions) -> dict[int, float]:
    """The share of the people of the past who bought each product on show."""
    people = matrices.people(past, {EVENT: 1.0})
    counts = people.values.getnnz(axis=0).tolist()
    everybody = max(len(people.rows), 1)
    return {
        product: count / everybody
        for product, count in zip(people.products.tolist(), counts, strict=True)
    }
