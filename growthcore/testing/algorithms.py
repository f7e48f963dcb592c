"""The conformance suite of recommendation algorithms."""

from __future__ import annotations

import io
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pytest

from growthcore.api import Algorithm, Arrays, Key, RecommendRequest, Scored
from growthcore.testing.checks import Check, GetFixture, expect, maker, suite
from growthcore.testing.interactions import FakeHistory, FakeInteractions, Line, a_past
from growthcore.testing.providers import PROVIDER_CHECKS, no_io
from growthcore.testing.values import START

_LIMITS = (1, 3, 100)
_UNKNOWN = 999_999


@dataclass(frozen=True, kw_only=True)
class Subject:
    """An algorithm under test; see :func:`algorithm_conformance`."""

    make: Callable[[], Algorithm]
    params: Mapping[str, Any]
    past: Sequence[Line]

    def loaded(self) -> Mapping[str, Any]:
        """The params, as the core hands them over."""
        loaded: Mapping[str, Any] = self.make().Params().load(self.params)
        return loaded

    def fitted(self, past: Sequence[Line] | None = None, *, size: int = 1000) -> Arrays:
        """What a new instance learns."""
        lines = self.past if past is None else past
        categories = {line.product: line.product % 3 + 1 for line in lines}
        interactions = FakeInteractions(lines, size=size, category_of=categories)
        with no_io():
            return self.make().fit(interactions, self.loaded())

    def requests(self, artifact: Arrays, *, limit: int = 5) -> list[RecommendRequest]:
        """What can be asked of this algorithm, about whom and what the past knows."""
        bare = RecommendRequest(
            at=START,
            limit=limit,
            params=self.loaded(),
            artifact=artifact,
            history=FakeHistory(self.past),
        )
        products = sorted({line.product for line in self.past})
        customers = sorted({line.customer for line in self.past if line.customer > 0})
        match self.make().key:
            case Key.NONE:
                return [bare]
            case Key.PRODUCT:
                return [replace(bare, product_id=product) for product in products]
            case Key.CART:
                return [replace(bare, cart=products[i : i + 2]) for i in range(len(products) - 1)]
            case Key.CUSTOMER:
                return [replace(bare, customer_id=customer) for customer in customers]

    def answers(self, **options: Any) -> list[tuple[RecommendRequest, Sequence[Scored]]]:
        """Every request and its answer."""
        algorithm = self.make()
        with no_io():
            return [
                (asked, algorithm.recommend(asked))
                for asked in self.requests(self.fitted(), **options)
            ]


def check_learns_something(subject: Subject) -> None:
    """From eight weeks of a small shop, there is something to recommend."""
    expect(any(found for _, found in subject.answers()), "every answer is empty")


def check_at_most_limit_without_repeats(subject: Subject) -> None:
    """At most ``request.limit`` products, each once, all of them known."""
    known = {line.product for line in subject.past}
    for limit in _LIMITS:
        for _, found in subject.answers(limit=limit):
            products = [each.product_id for each in found]
            expect(len(products) <= limit, f"{len(products)} products where {limit} were asked")
            expect(len(set(products)) == len(products), f"repeats: {products}")
            expect(set(products) <= known, "a product that was never seen is recommended")


def check_what_is_asked_about_is_absent(subject: Subject) -> None:
    """A product is not recommended beside itself, nor what lies in the cart, unless ``keeps_cart``."""
    keeps_cart = subject.make().keeps_cart
    for asked, found in subject.answers(limit=100):
        excluded = {asked.product_id, *(() if keeps_cart else asked.cart)}
        expect(
            not excluded & {each.product_id for each in found},
            "the product asked about, or one in the cart, is in the answer",
        )


def check_scores_are_finite_and_sorted(subject: Subject) -> None:
    """Best first; scores are finite numbers, reasons short codes."""
    for _, found in subject.answers():
        scores = [each.score for each in found]
        expect(all(map(math.isfinite, scores)), f"scores must be finite: {scores}")
        expect(scores == sorted(scores, reverse=True), f"scores must fall: {scores}")
        expect(
            all(each.reason and len(each.reason) <= 40 for each in found),
            "every product needs a reason, a short code",
        )


def check_same_past_gives_the_same_answers(subject: Subject) -> None:
    """Learning twice from the same past gives the same artifact, however the past is cut."""
    whole, again, cut = subject.fitted(), subject.fitted(), subject.fitted(size=7)
    expect(_equal(whole, again), "fit() must be deterministic: seed what is random")
    expect(_equal(whole, cut, tolerance=1e-6), "fit() depends on the size of the chunks")
    first, second = ([list(found) for _, found in subject.answers()] for _ in range(2))
    expect(first == second, "recommend() must be deterministic")


def check_empty_past_gives_empty_answers(subject: Subject) -> None:
    """A new shop has no past: nothing is learnt and nothing recommended, without an error."""
    artifact, algorithm = subject.fitted([]), subject.make()
    for asked in subject.requests(artifact):
        found = algorithm.recommend(replace(asked, history=FakeHistory()))
        expect(not found, "products are recommended without any past")


def check_unknown_subjects_are_no_error(subject: Subject) -> None:
    """A customer, product or cart nobody has seen gives an answer, empty if need be."""
    algorithm = subject.make()
    for asked in subject.requests(subject.fitted())[:1]:
        strange = {
            Key.NONE: asked,
            Key.PRODUCT: replace(asked, product_id=_UNKNOWN),
            Key.CART: replace(asked, cart=[_UNKNOWN]),
            Key.CUSTOMER: replace(asked, customer_id=_UNKNOWN),
        }[algorithm.key]
        algorithm.recommend(strange)
        algorithm.recommend(replace(strange, cart=(), customer_id=None, visitor_id=_UNKNOWN))


def check_artifact_survives_storage(subject: Subject) -> None:
    """The artifact is plain arrays: stored as npz without pickle and read back, it answers alike."""
    artifact: dict[str, Any] = dict(subject.fitted())
    stored = io.BytesIO()
    np.savez(stored, **artifact)
    stored.seek(0)
    with np.load(stored, allow_pickle=False) as read:
        loaded = {name: read[name] for name in read.files}
    algorithm = subject.make()
    for before, after in zip(subject.requests(artifact), subject.requests(loaded), strict=True):
        expect(
            list(algorithm.recommend(before)) == list(algorithm.recommend(after)),
            "the stored artifact gives other answers",
        )


def check_many_at_once_are_answered_as_alone(subject: Subject) -> None:
    """``recommend_many`` gives each request what ``recommend`` would, to seven digits."""
    algorithm, requests = subject.make(), subject.requests(subject.fitted())
    together = algorithm.recommend_many(requests)
    for row, asked in enumerate(requests):
        alone, found = list(algorithm.recommend(asked)), together.scored(row)
        expect(
            [(each.product_id, each.reason) for each in alone]
            == [(each.product_id, each.reason) for each in found],
            "recommend_many() gives other products or reasons than recommend()",
        )
        expect(
            np.allclose([each.score for each in alone], [each.score for each in found], rtol=1e-7),
            "recommend_many() gives other scores than recommend()",
        )


def check_what_is_made_for_nobody_is_the_same_for_all(subject: Subject) -> None:
    """With a key of ``NONE`` or ``PRODUCT`` it does not matter who asks."""
    algorithm = subject.make()
    if algorithm.key not in (Key.NONE, Key.PRODUCT):
        return
    for asked in subject.requests(subject.fitted())[:3]:
        named = replace(asked, customer_id=1, visitor_id=1)
        expect(
            list(algorithm.recommend(asked)) == list(algorithm.recommend(named)),
            "the answer depends on who asks: make the key CUSTOMER",
        )


def check_untrained_needs_no_artifact(subject: Subject) -> None:
    """``trained = False`` means that there is nothing to learn: ``fit`` gives no arrays."""
    expect(
        subject.make().trained == bool(subject.fitted()),
        "set trained = False exactly when fit() returns no arrays",
    )


ALGORITHM_CHECKS: tuple[Check[Subject], ...] = (
    check_learns_something,
    check_at_most_limit_without_repeats,
    check_what_is_asked_about_is_absent,
    check_scores_are_finite_and_sorted,
    check_same_past_gives_the_same_answers,
    check_empty_past_gives_empty_answers,
    check_unknown_subjects_are_no_error,
    check_artifact_survives_storage,
    check_many_at_once_are_answered_as_alone,
    check_what_is_made_for_nobody_is_the_same_for_all,
    check_untrained_needs_no_artifact,
)


def algorithm_conformance(
    factory: Callable[..., Algorithm],
    *,
    params: Mapping[str, Any] | None = None,
    past: Sequence[Line] | None = None,
    expected_failures: Mapping[str, str] | None = None,
) -> pytest.MarkDecorator:
    """Run every check of an algorithm as a test of its own.

    ``factory`` is the class, or a function whose arguments are fixtures. ``past`` is what it learns
    from; :func:`growthcore.testing.interactions.a_past` unless given.
    """

    def subject(fixture: GetFixture) -> Subject:
        return Subject(
            make=maker(factory, fixture),
            params=params or {},
            past=a_past() if past is None else past,
        )

    return suite((*PROVIDER_CHECKS, *ALGORITHM_CHECKS), subject, expected_failures or {})


def _equal(first: Arrays, second: Arrays, *, tolerance: float = 0.0) -> bool:
    if first.keys() != second.keys():
        return False
    return all(
        one.shape == (two := second[name]).shape
        and one.dtype == two.dtype
        and (
            np.allclose(one, two, rtol=tolerance, atol=tolerance, equal_nan=True)
            if np.issubdtype(one.dtype, np.number)
            else np.array_equal(one, two)
        )
        for name, one in first.items()
    )
