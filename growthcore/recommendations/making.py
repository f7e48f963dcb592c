"""Answers made of candidates: the best of each, with everything a page shows of them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from growthcore.catalog.view import View, Whole
from growthcore.recommendations import sharing
from growthcore.recommendations.answers import Recommendation, RecommendedItem, Request
from growthcore.recommendations.candidates import Candidates, PassedOver
from growthcore.recommendations.chains import Chain
from growthcore.recommendations.lines import Person
from growthcore.recommendations.rules.evaluation import Ruled
from growthcore.recommendations.rules.matching import Mask

_NO_RULES: frozenset[int] = frozenset()
# A message has its items made by the thousand: half the time of calling the class by its fields' names.
_item: Callable[..., RecommendedItem] = tuple.__new__


@dataclass(eq=False, kw_only=True, slots=True)
class Answer:
    """One answer before it is made; ``number`` is that of its request.

    ``excluded`` are products that the model in hand must not add, which depends on what it ``keeps``;
    ``shared`` is whom else its answer would suit.
    """

    number: int
    request: Request
    person: Person
    category_id: int | None
    skipped: dict[str, str]
    segments: frozenset[int] = _NO_RULES
    bought: Sequence[int] | None = None
    excluded: Collection[int] = ()
    keeps: tuple[bool, bool] | None = None
    shared: sharing.For | None = None


class Making:
    """Makes the answers of one batch; ``reasons`` are those that candidates' codes stand for."""

    def __init__(
        self,
        chain: Chain,
        view: View,
        reasons: Sequence[str],
        passed: PassedOver,
        *,
        limit: int,
        preview: bool,
    ) -> None:
        self._chain = chain
        self._view = view
        self._reasons = reasons
        self._passed = passed
        self._limit = limit
        self._preview = preview
        self._slugs = {link.place: link.slug for link in chain.links}
        self._sources = {
            link.place: (link.slug, link.model_id, link.version, link.algorithm.id)
            for link in chain.links
        }

    def made(
        self, answers: Sequence[Answer], candidates: Candidates, ruled: Ruled, which: Mask
    ) -> Mapping[int, Recommendation]:
        """Those of the answers, a row each, by their numbers."""
        rows, every = candidates.rows[ruled.order], np.arange(len(answers) + 1)
        begins = rows.searchsorted(every)
        is_first = np.arange(len(rows)) - begins[rows] < self._limit
        chosen = ruled.order[is_first & which[rows]]
        items = self._items(candidates, ruled, chosen)
        ends = candidates.rows[chosen].searchsorted(every).tolist()
        self._pass_over(answers, candidates, ruled.dropped & which[candidates.rows])
        dropping = ruled.dropping(candidates.rows, len(answers))
        made = {}
        for n in which.nonzero()[0].tolist():
            first = items[ends[n] : ends[n + 1]]
            shown = _sold(first)
            if len(shown) < len(first):
                rest = ruled.order[begins[n] + self._limit : begins[n + 1]]
                shown += _sold(self._items(candidates, ruled, rest))[: self._limit - len(shown)]
            withheld: Sequence[RecommendedItem] = []
            if self._preview:
                out = (ruled.dropped & (candidates.rows == n)).nonzero()[0]
                withheld = _sold(self._items(candidates, ruled, out))
            made[answers[n].number] = self._recommendation(answers[n], shown, withheld, dropping[n])
        return made

    def nothing(self, answer: Answer) -> Recommendation:
        """An answer that no model was asked for."""
        return self._recommendation(answer, [], [], _NO_RULES)

    def again(self, answer: Answer, kept: sharing.Kept) -> Recommendation:
        """An answer that was made for somebody else."""
        return Recommendation(
            items=list(kept.items),
            skipped=answer.skipped,
            withheld=[],
            model_id=self._chain.model_id,
            placement=self._chain.placement,
            rules=kept.rules,
            passed_over=lambda: self._passed.of(answer.number) | dict(kept.passed()),
        )

    def _recommendation(
        self,
        answer: Answer,
        shown: Sequence[RecommendedItem],
        withheld: Sequence[RecommendedItem],
        dropping: frozenset[int],
    ) -> Recommendation:
        return Recommendation(
            items=shown,
            skipped=answer.skipped,
            withheld=withheld,
            model_id=self._chain.model_id,
            placement=self._chain.placement,
            rules=dropping.union(*[each.rules for each in shown]),
            passed_over=partial(self._passed.of, answer.number),
        )

    def _items(
        self, candidates: Candidates, ruled: Ruled, chosen: Whole
    ) -> list[RecommendedItem | None]:
        """What a page shows of each; None of what can't be sold any more: it may be newer than the view."""
        if not len(chosen):
            return []
        reasons = self._reasons
        return [
            _item(
                RecommendedItem, (held.product, score, *self._sources[place], reasons[code], rules)
            )
            if held.product.available
            else None
            for held, place, code, score, rules in zip(
                self._view.held(candidates.places[chosen]),
                candidates.links[chosen].tolist(),
                candidates.codes[chosen].tolist(),
                ruled.scores[chosen].tolist(),
                ruled.by(chosen),
                strict=True,
            )
        ]

    def _pass_over(self, answers: Sequence[Answer], candidates: Candidates, dropped: Mask) -> None:
        if not dropped.any():
            return
        numbers = np.array([each.number for each in answers], np.int64)
        for place, slug in self._slugs.items():
            theirs = candidates.take(dropped & (candidates.links == place))
            self._passed.add(slug, numbers[theirs.rows], theirs.products, lambda _: "rule")


def _sold(items: Sequence[RecommendedItem | None]) -> list[RecommendedItem]:
    """Those that can be bought."""
    return [each for each in items if each is not None]
