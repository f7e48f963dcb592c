"""Conditions that wait for the answer: who asks, beside what, and when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from growthcore.catalog.view import View, Whole
from growthcore.recommendations.candidates import Candidates, among, keys
from growthcore.recommendations.rules import matching
from growthcore.recommendations.rules.conditions import Row
from growthcore.recommendations.rules.matching import Context, Mask
from growthcore.recommendations.rules.meaning import Meaning

WAITING = ("alike", "segment", "new")
"""The kinds of conditions that do."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Asked:
    """What rules are asked about; ``at`` is seconds since 1970."""

    view: View
    at: int
    context: Context
    candidates: Candidates


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """Those of the rule in row ``n``; ``has_static`` when it has conditions that don't wait, too."""

    n: int
    segments: frozenset[int]
    alike: Sequence[Row]
    new: Sequence[Row]
    is_any: bool
    has_static: bool

    @property
    def attributes(self) -> list[str]:
        """The attributes it compares."""
        return [row["attribute"] for row in self.alike if row["what"] == "attribute"]

    def settle(self, asked: Asked, meaning: Meaning, hits: Mask) -> Mask:
        """Finish its row of ``hits``; gives for which candidates the rule has something to say.

        It has nothing to say about an answer for a customer of another segment, or when nothing is
        looked at that could be compared, unless any other of its conditions is enough.
        """
        rows, found = asked.candidates.rows, hits[self.n]
        fold = np.logical_or if self.is_any else np.logical_and
        for row in self.new:
            created = asked.view.created[asked.candidates.places]
            fold(found, matching.is_new(created, row, asked.at), out=found)
        told = [self._inside(asked.context)] if self.segments else []
        if self.is_any and told:
            found |= told[0][rows]
        for row in self.alike:
            is_alike, is_known = _compared(asked, row, meaning)
            told.append(is_known)
            # Where there is nothing to compare with, the others decide.
            fold(found, is_alike & is_known[rows] | ~is_known[rows] & (not self.is_any), out=found)
        if (self.is_any and (self.has_static or self.new)) or not told:
            return np.ones(len(rows), np.bool_)
        speaks: Mask = fold.reduce(told)
        return speaks[rows]

    def _inside(self, context: Context) -> Mask:
        """Whether the customer is in one of the segments, or in all."""
        least = 1 if self.is_any else len(self.segments)
        told = (len(self.segments & each) >= least for each in context.segments)
        return np.fromiter(told, np.bool_, len(context.segments))


def _compared(asked: Asked, row: Row, meaning: Meaning) -> tuple[Mask, Mask]:
    """Which candidates are alike (or unlike), and of which answers that can be told."""
    context, candidates = asked.context, asked.candidates
    codes = _codes(asked.view, row, meaning, context.compared)
    known = codes > 0
    of_rows = context.compared_rows[known]
    here = _codes(asked.view, row, meaning, candidates.places)
    found = among(keys(candidates.rows, here), keys(of_rows, codes[known]))
    is_known = np.zeros(len(context.segments), np.bool_)
    is_known[of_rows] = True
    return ~found if row["operator"] == "other" else found, is_known


def _codes(view: View, row: Row, meaning: Meaning, places: Whole) -> Whole:
    """A number for what is compared, 0 where there is nothing."""
    if row["what"] == "attribute":
        return meaning.codes(view, row["attribute"], places)
    column = view.category_id if row["what"] == "category" else view.brand
    return column[places]
