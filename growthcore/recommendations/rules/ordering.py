"""Candidates put in order, for one answer or many: by score, cut to slots, held in places."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from growthcore.catalog.view import Whole
from growthcore.recommendations.candidates import Candidates, Scores
from growthcore.recommendations.rules.matching import Mask

_FAINT = 1e-300
"""Makes a factor count less than any score that is not 0."""


def best_first(order: Whole, candidates: Candidates, scores: Scores, log: Scores) -> Whole:
    """Within what one model proposed to one, the best first; what scores 0 goes by its factor.

    ``log`` is that factor's logarithm. Equals stay in their order.
    """
    worth = np.where(scores == 0, log * _FAINT, scores)[order]
    rows, links = candidates.rows[order], candidates.links[order]
    changes = (rows[1:] != rows[:-1]) | (links[1:] != links[:-1])
    begins = np.concatenate([[0], changes.nonzero()[0] + 1, [len(order)]])
    sizes = begins[1:] - begins[:-1]
    if len(sizes) == 1:
        alone: Whole = order[(-worth).argsort(kind="stable")]
        return alone
    # A row a run, filled up with what comes last.
    inside = np.arange(sizes.max()) < sizes[:, None]
    table = np.full(inside.shape, np.inf)
    table[inside] = -worth
    sorted_ = table.argsort(axis=1, kind="stable") + begins[:-1, None]
    found: Whole = order[sorted_[inside]]
    return found


def cut(order: Whole, candidates: Candidates, slots: Mapping[int, int]) -> Whole:
    """At most so many of each of those links in an answer."""
    for link, most in slots.items():
        theirs = (candidates.links[order] == link).nonzero()[0]
        rows = candidates.rows[order[theirs]]
        rank = np.arange(len(rows)) - rows.searchsorted(rows)
        order = np.delete(order, theirs[rank >= most])
    return order


def pinned(order: Whole, rows: Whole, hits: Mask, slots: Sequence[int]) -> Whole:
    """The best product of every pinning rule in its place; ``hits`` keeps only that one.

    ``hits`` has a row a rule, each for the place in ``slots``. A place behind the last product is the
    last.
    """
    if not hits.any():
        return order
    # Which product holds a place in which answer: (slot, row) pairs with where it stands in the order.
    row_of = rows[order]
    is_held = np.zeros(len(order), np.bool_)
    held: dict[int, dict[int, int]] = {}
    for rule, slot in zip(hits, slots, strict=True):
        wanted = (rule[order] & ~is_held).nonzero()[0]
        rule[:] = False
        taken = held.setdefault(slot, {})
        firsts = np.unique(row_of[wanted], return_index=True)[1]
        chosen = [n for n in wanted[firsts].tolist() if int(row_of[n]) not in taken]
        taken.update((int(row_of[n]), n) for n in chosen)
        is_held[chosen] = True
        rule[order[chosen]] = True
    return order[_seated(row_of, is_held, held)]


def _seated(row_of: Whole, is_held: Mask, held: Mapping[int, Mapping[int, int]]) -> Whole:
    """The order with what is held moved to its places, the first places first."""
    size = int(row_of[-1]) + 1
    free = (~is_held).cumsum()
    begins = row_of.searchsorted(np.arange(size))
    before = np.concatenate([[0], free])[begins]
    place = free - 1 - before[row_of]
    counts = np.bincount(row_of[~is_held], minlength=size)
    for slot in sorted(held):
        taken = np.array(list(held[slot].items()), np.int64).reshape(-1, 2)
        seat = np.full(size, np.iinfo(np.int64).max)
        seat[taken[:, 0]] = np.minimum(slot - 1, counts[taken[:, 0]])
        place += (place >= seat[row_of]) & (~is_held)
        place[taken[:, 1]] = seat[taken[:, 0]]
        is_held[taken[:, 1]] = False
        counts[taken[:, 0]] += 1
    seated: Whole = (begins[row_of] + place).argsort()
    return seated
