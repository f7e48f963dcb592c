"""Which products rules mean, found out once a product and kept until it changes."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from growthcore.catalog.view import View, Whole
from growthcore.recommendations.rules import matching
from growthcore.recommendations.rules.conditions import Row
from growthcore.recommendations.rules.matching import Mask


@dataclass(frozen=True, kw_only=True)
class Static:
    """The conditions of a rule that depend on the product alone, and how they are joined."""

    rows: Sequence[Row]
    is_any: bool

    def mask(self, view: View) -> Mask:
        """Which products of the view they mean; without any, what changes nothing."""
        masks = [matching.mask(view, row) for row in self.rows]
        fold = np.logical_or if self.is_any else np.logical_and
        found: Mask = fold.reduce([np.full(len(view.ids), not self.is_any), *masks])
        return found


@dataclass(frozen=True, eq=False)
class _Table:
    """What is known so far over one view: a row a product, a column a rule or an attribute."""

    view: View
    known: Mask
    masks: Mask
    codes: Whole


class Meaning:
    """Answers by place. Threads share it."""

    def __init__(self, rules: Sequence[Static], attributes: Sequence[str]) -> None:
        self._rules = rules
        self._attributes = list(attributes)
        self._numbers: dict[Any, int] = {(): 0}
        self._table: _Table | None = None
        self._finding = threading.Lock()

    def masks(self, view: View, places: Whole) -> Mask:
        """A row a rule, a column a place: whether its conditions mean the product there."""
        table = self._over(view, places)
        return np.ascontiguousarray(table.masks.take(places, axis=0).T)

    def codes(self, view: View, attribute: str, places: Whole) -> Whole:
        """A number for each value of an attribute, 0 where a product has none."""
        codes: Whole = self._over(view, places).codes[places, self._attributes.index(attribute)]
        return codes

    def _over(self, view: View, places: Whole) -> _Table:
        """The table of a view, in which these places are known."""
        table = self._table
        if table is None or table.view is not view:
            table = self._table = self._carried(table, view)
        known = table.known.take(places)
        if not known.all():
            # One at a time: what comes new gets the next number.
            with self._finding:
                self._find_out(table, np.unique(places[~known]))
        return table

    def _carried(self, table: _Table | None, view: View) -> _Table:
        """What is known stays known of products that did not change."""
        if table is None or table.view.paths is not view.paths or not _same(table.view, view):
            size = len(view.ids)
            return _Table(
                view,
                np.zeros(size, np.bool_),
                np.zeros((size, len(self._rules)), np.bool_),
                np.zeros((size, len(self._attributes)), np.int64),
            )
        stays = table.view.records["revision"] == view.records["revision"]
        return _Table(view, table.known & stays, table.masks.copy(), table.codes.copy())

    def _find_out(self, table: _Table, places: Whole) -> None:
        some = table.view.some(places)
        for n, rule in enumerate(self._rules):
            table.masks[places, n] = rule.mask(some)
        for n, attribute in enumerate(self._attributes):
            table.codes[places, n] = [
                self._numbers.setdefault(each, len(self._numbers))
                for each in matching.values(some, attribute)
            ]
        # Last, so that nobody takes for known what is not yet there.
        table.known[places] = True


def _same(one: View, other: View) -> bool:
    """Whether the same products stand in the same places."""
    ids: npt.NDArray[Any] = one.ids
    return one.ids is other.ids or np.array_equal(ids, other.ids)
