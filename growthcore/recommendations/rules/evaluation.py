"""What rules make of an answer: pure arithmetic on arrays, microseconds for all rules together.

A product that any rule leaves out is out, whatever else says. Of several ``only`` rules all must want
it. Factors multiply. A pinned product is held in its place; where two rules want one place, the earlier
rule has it. A rule that has nothing to say about an answer, such as one about another segment's
customers, changes nothing in it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import and_, or_
from typing import Any

import numpy as np
import numpy.typing as npt

from growthcore.catalog.view import View, Whole
from growthcore.recommendations.rules import definition, matching
from growthcore.recommendations.rules.definition import Definition
from growthcore.recommendations.rules.matching import Beside, Context, Mask

Scores = npt.NDArray[np.float64]


_UNLIMITED: Mapping[int, int] = {}


@dataclass(frozen=True, kw_only=True)
class Standing:
    """A rule in force. ``links`` are the numbers of the chain's models that obey it, None all."""

    id: int
    definition: Definition
    links: frozenset[int] | None = None


@dataclass(frozen=True, kw_only=True)
class Ruled:
    """Candidates after the rules, told by where they stood before.

    ``order`` are those that are left, best first, ``dropped`` those that rules left out. ``scores`` are
    of all, weighted. ``touched`` has a row a rule, as ``rules`` names them, and a column a candidate.
    """

    order: Whole
    dropped: Mask
    scores: Scores
    rules: Sequence[int]
    touched: Mask

    def by(self, candidate: int) -> frozenset[int]:
        """The ids of the rules that touched a candidate."""
        return frozenset(self.rules[int(n)] for n in np.flatnonzero(self.touched[:, candidate]))

    def without_cut(self) -> tuple[Whole, Ruled]:
        """Which candidates are left or were left out by rules, and this of them alone.

        The others found no slot: whoever comes next may propose them again.
        """
        stays = self.dropped.copy()
        stays[self.order] = True
        kept = np.flatnonzero(stays)
        moved = np.cumsum(stays) - 1
        return kept, Ruled(
            order=moved[self.order],
            dropped=self.dropped[kept],
            scores=self.scores[kept],
            rules=self.rules,
            touched=self.touched[:, kept],
        )


class RuleSet:
    """Rules in their order; the same for every answer of a model."""

    def __init__(self, rules: Sequence[Standing]) -> None:
        self.rules = tuple(rules)
        self.segments_needed = frozenset(
            segment for each in rules for segment in definition.segments(each.definition)
        )

    def __bool__(self) -> bool:
        return bool(self.rules)

    def over(self, view: View, at: int) -> Bound:
        """The rules with what they mean in a view, for as many answers as one likes.

        ``at``, in seconds since 1970, is when: what is new grows old, so don't keep it for long.
        """
        return Bound(self.rules, view, at)


@dataclass(frozen=True, kw_only=True)
class _Waiting:
    """What of the rule in row ``n`` has to wait for the answer: who asks, and beside what."""

    n: int
    segments: frozenset[int]
    beside: Sequence[Beside]
    is_any: bool
    is_only: bool
    has_masks: bool

    def settle(self, context: Context, places: Whole, hits: Mask) -> None:
        """Say in ``hits`` which candidates it touches: none where it has nothing to say."""
        inside = self.segments & context.segments
        told = [each(places, context.compared) for each in self.beside]
        known = [each for each in told if each is not None]
        complete = len(inside) == len(self.segments) and len(known) == len(told)
        if not (inside or known or self.has_masks if self.is_any else complete):
            hits[self.n] = False
        elif inside and self.is_any:
            hits[self.n] = not self.is_only
        elif known:
            found = reduce(or_ if self.is_any else and_, known, hits[self.n] ^ self.is_only)
            hits[self.n] = found ^ self.is_only


class Bound:
    """Rules over a view, those that drop first, then those that weigh, then those that hold."""

    def __init__(self, rules: Sequence[Standing], view: View, at: int) -> None:
        drops = [each for each in rules if _then(each)["do"] in ("exclude", "only")]
        boosts = [each for each in rules if _then(each)["do"] == "boost"]
        pins = [each for each in rules if _then(each)["do"] == "pin"]
        self._rules = [*drops, *boosts, *pins]
        self._ids = [each.id for each in self._rules]
        self._drops, self._boosts = len(drops), len(drops) + len(boosts)
        self._logs = np.log(np.array([_then(each)["factor"] for each in boosts], np.float64))
        self._slots = [_then(each)["slot"] for each in pins]
        self._waiting: list[_Waiting] = []
        masks = [self._look_up(n, each, view, at) for n, each in enumerate(self._rules)]
        # A row a product, since whole rows are taken.
        table = np.array(masks, np.bool_).reshape(len(masks), len(view.ids))
        self._early = np.ascontiguousarray(table.T)

    def _look_up(self, n: int, rule: Standing, view: View, at: int) -> Mask:
        join, rows = definition.rows(rule.definition)
        masks = [matching.mask(view, row, at) for row in rows if row["type"] not in _WAITING]
        beside = [matching.beside(view, row) for row in rows if row["type"] == "alike"]
        is_any, is_only = join == "any", _then(rule)["do"] == "only"
        fold = np.logical_or if is_any else np.logical_and
        found: Mask = fold.reduce([np.full(len(view.ids), not is_any), *masks])
        if len(masks) < len(rows):
            waiting = _Waiting(
                n=n,
                segments=frozenset(definition.segments(rule.definition)),
                beside=beside,
                is_any=is_any,
                is_only=is_only,
                has_masks=bool(masks),
            )
            self._waiting.append(waiting)
        return ~found if is_only else found

    def apply(
        self,
        context: Context,
        places: Whole,
        scores: Scores,
        links: Whole | None = None,
        slots: Mapping[int, int] = _UNLIMITED,
    ) -> Ruled:
        """Put candidates in order, which stand best first within each of the ``links``.

        All their ``places`` are of products that the view has. Of a link that has a number of
        ``slots``, only so many are left.
        """
        hits = self._hits(context, places, links)
        dropped: Mask = np.any(hits[: self._drops], axis=0)
        # What is out is neither put forward nor held.
        hits[self._drops :] &= ~dropped
        order = np.flatnonzero(~dropped)
        if self._boosts > self._drops:
            log = self._logs @ hits[self._drops : self._boosts]
            # Below zero divided, so that a factor above 1 always helps.
            scores = scores * np.exp(log * np.sign(scores))
            keys = (-log[order], -scores[order])
            order = order[np.lexsort(keys if links is None else (*keys, links[order]))]
        if links is not None:
            order = _cut(order, links, slots)
        if self._slots:
            order = self._pinned(order, hits)
        return Ruled(order=order, dropped=dropped, scores=scores, rules=self._ids, touched=hits)

    def _hits(self, context: Context, places: Whole, links: Whole | None) -> Mask:
        """Which rule touches which candidate: an ``only`` rule those that it does not want."""
        hits: Mask = np.ascontiguousarray(self._early.take(places, axis=0).T)
        for each in self._waiting:
            each.settle(context, places, hits)
        if links is not None:
            for n, rule in enumerate(self._rules):
                if rule.links is not None:
                    hits[n] &= np.isin(links, list(rule.links))
        return hits

    def _pinned(self, order: Whole, hits: Mask) -> Whole:
        """The best product of every pinning rule in its place; ``hits`` keeps only that one."""
        held: dict[int, int] = {}
        for n, slot in enumerate(self._slots, self._boosts):
            wanted = hits[n].take(order)
            hits[n] = False
            while slot not in held and len(wanted) and wanted[best := int(wanted.argmax())]:
                wanted[best] = False
                if (chosen := int(order[best])) not in held.values():
                    hits[n, chosen], held[slot] = True, chosen
        taken = set(held.values())
        listed = [each for each in order.tolist() if each not in taken]
        for slot in sorted(held):
            listed.insert(slot - 1, held[slot])
        return np.array(listed, np.int64)


def _cut(order: Whole, links: Whole, slots: Mapping[int, int]) -> Whole:
    for link, most in slots.items():
        order = np.delete(order, np.flatnonzero(links[order] == link)[most:])
    return order


_WAITING = ("alike", "segment")


def _then(rule: Standing) -> Mapping[str, Any]:
    found: Mapping[str, Any] = rule.definition["then"]
    return found
