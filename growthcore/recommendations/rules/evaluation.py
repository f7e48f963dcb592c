"""What rules make of answers: pure arithmetic on arrays, for one answer or a thousand at once.

A product that any rule leaves out is out, whatever else says. Of several ``only`` rules all must want
it. Factors multiply. A pinned product is held in its place; where two rules want one place, the earlier
rule has it. A rule that has nothing to say about an answer, such as one about another segment's
customers, changes nothing in it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from weakref import WeakValueDictionary

import numpy as np

from growthcore.catalog.view import View, Whole
from growthcore.recommendations.candidates import Candidates, Scores
from growthcore.recommendations.rules import definition, ordering
from growthcore.recommendations.rules.definition import Definition
from growthcore.recommendations.rules.matching import Context, Mask
from growthcore.recommendations.rules.meaning import Meaning, Static
from growthcore.recommendations.rules.waiting import WAITING, Asked, Waiting

_UNLIMITED: Mapping[int, int] = {}


@dataclass(frozen=True, kw_only=True)
class Standing:
    """A rule in force. ``links`` are the numbers of the chain's models that obey it, None all."""

    id: int
    definition: Definition
    links: frozenset[int] | None = None

    @property
    def does(self) -> str:
        """What it does to the products it means."""
        done: str = self.definition["then"]["do"]
        return done


@dataclass(frozen=True, kw_only=True, eq=False)
class Ruled:
    """Candidates after the rules, told by where they stood before.

    ``order`` are those that are left, answer by answer and best first, ``dropped`` those that rules left
    out. ``scores`` are of all, weighted. ``touched`` has a row a rule, as ``rules`` names them, and a
    column a candidate.
    """

    order: Whole
    dropped: Mask
    scores: Scores
    rules: Sequence[int]
    touched: Mask

    def by(self, chosen: Whole) -> list[frozenset[int]]:
        """The ids of the rules that touched each of some candidates."""
        return self._named(self.touched[:, chosen].T)

    def dropping(self, rows: Whole, count: int) -> list[frozenset[int]]:
        """The ids of the rules that left out any candidate of each of ``count`` answers."""
        if not self.dropped.any():
            return [frozenset()] * count
        hits = np.zeros((count, len(self.rules)), np.bool_)
        out = self.dropped.nonzero()[0]
        rule, candidate = self.touched[:, out].nonzero()
        hits[rows[out[candidate]], rule] = True
        return self._named(hits)

    def _named(self, hits: Mask) -> list[frozenset[int]]:
        """The ids of the rules in each row of hits, alike ones put together once."""
        bits = np.packbits(hits, axis=1)
        if not bits.shape[1]:
            return [frozenset()] * len(hits)
        rows: list[Any] = bits.view(np.dtype((np.void, bits.shape[1]))).ravel().tolist()
        known = {row: self._ids(row) for row in set(rows)}
        return [known[row] for row in rows]

    def _ids(self, row: bytes) -> frozenset[int]:
        hits = np.unpackbits(np.frombuffer(row, np.uint8), count=len(self.rules))
        return frozenset(self.rules[n] for n in hits.nonzero()[0].tolist())

    def without_cut(self) -> tuple[Whole | None, Ruled]:
        """Which candidates are left or were left out by rules (None: all), and this of them alone.

        The others found no slot: whoever comes next may propose them again.
        """
        if len(self.order) + int(self.dropped.sum()) == len(self.dropped):
            return None, self
        stays = self.dropped.copy()
        stays[self.order] = True
        moved = stays.cumsum() - 1
        return stays.nonzero()[0], Ruled(
            order=moved[self.order],
            dropped=self.dropped[stays],
            scores=self.scores[stays],
            rules=self.rules,
            touched=self.touched[:, stays],
        )


class RuleSet:
    """Rules in their order; the same for every answer of a model.

    Those that drop come first, then those that weigh, then those that hold.
    """

    def __init__(self, rules: Sequence[Standing]) -> None:
        drops = [each for each in rules if each.does in ("exclude", "only")]
        boosts = [each for each in rules if each.does == "boost"]
        pins = [each for each in rules if each.does == "pin"]
        self._rules = [*drops, *boosts, *pins]
        self.ids = [each.id for each in self._rules]
        self.segments_needed = frozenset(
            segment for each in rules for segment in definition.segments(each.definition)
        )
        self._drops, self._boosts = len(drops), len(drops) + len(boosts)
        self._logs = np.log(np.array([_then(each)["factor"] for each in boosts], np.float64))
        self._slots = [_then(each)["slot"] for each in pins]
        self._limited = [(n, each.links) for n, each in enumerate(self._rules) if each.links]
        self._is_only = np.array([[each.does == "only"] for each in self._rules], np.bool_)
        self._waiting = [
            found for n, each in enumerate(self._rules) if (found := _waiting(n, each)) is not None
        ]
        attributes = {name for each in self._waiting for name in each.attributes}
        self._meaning = Meaning([_static(each) for each in self._rules], sorted(attributes))

        self.nothing = Ruled(
            order=np.zeros(0, np.int64),
            dropped=np.zeros(0, np.bool_),
            scores=np.zeros(0, np.float64),
            rules=self.ids,
            touched=np.zeros((len(self.ids), 0), np.bool_),
        )
        """What they make of no candidates."""

    def __bool__(self) -> bool:
        return bool(self._rules)

    def apply(
        self,
        view: View,
        at: int,
        context: Context,
        candidates: Candidates,
        slots: Mapping[int, int] = _UNLIMITED,
    ) -> Ruled:
        """Put candidates in order, all of which the view has.

        ``at``, in seconds since 1970, is now. Of a link that has a number of ``slots``, only so many
        are left in an answer.
        """
        hits = self._hits(view, at, context, candidates)
        dropped: Mask = np.logical_or.reduce(hits[: self._drops], axis=0)
        # What is out is neither put forward nor held.
        hits[self._drops :] &= ~dropped
        order, scores = (~dropped).nonzero()[0], candidates.scores
        if self._boosts > self._drops:
            log = self._logs @ hits[self._drops : self._boosts]
            # Below zero divided, so that a factor above 1 always helps.
            scores = scores * np.exp(log * np.sign(scores))
            order = ordering.best_first(order, candidates, scores, log)
        order = ordering.cut(order, candidates, slots)
        if self._slots:
            order = ordering.pinned(order, candidates.rows, hits[self._boosts :], self._slots)
        return Ruled(order=order, dropped=dropped, scores=scores, rules=self.ids, touched=hits)

    def _hits(self, view: View, at: int, context: Context, candidates: Candidates) -> Mask:
        """Which rule touches which candidate: an ``only`` rule those that it does not want."""
        if not self._rules:
            return np.zeros((0, len(candidates)), np.bool_)
        hits = self._meaning.masks(view, candidates.places)
        asked = Asked(view=view, at=at, context=context, candidates=candidates)
        speaking = [each.settle(asked, self._meaning, hits) for each in self._waiting]
        hits ^= self._is_only
        for each, speaks in zip(self._waiting, speaking, strict=True):
            hits[each.n] &= speaks
        for n, links in self._limited:
            hits[n] &= np.isin(candidates.links, list(links))
        return hits


_known: WeakValueDictionary[str, RuleSet] = WeakValueDictionary()


def rule_set(rules: Sequence[Standing]) -> RuleSet:
    """The rules as one set: the same object for the same rules, which knows its products already."""
    told = [(each.id, each.definition, each.links and sorted(each.links)) for each in rules]
    key = json.dumps(told, sort_keys=True)
    found = _known.get(key)
    if found is None:
        found = _known[key] = RuleSet(rules)
    return found


def _static(rule: Standing) -> Static:
    join, rows = definition.rows(rule.definition)
    return Static(rows=[row for row in rows if row["type"] not in WAITING], is_any=join == "any")


def _waiting(n: int, rule: Standing) -> Waiting | None:
    join, rows = definition.rows(rule.definition)
    waits = [row for row in rows if row["type"] in WAITING]
    if not waits:
        return None
    return Waiting(
        n=n,
        segments=frozenset(definition.segments(rule.definition)),
        alike=[row for row in waits if row["type"] == "alike"],
        new=[row for row in waits if row["type"] == "new"],
        is_any=join == "any",
        has_static=len(waits) < len(rows),
    )


def _then(rule: Standing) -> Mapping[str, Any]:
    found: Mapping[str, Any] = rule.definition["then"]
    return found
