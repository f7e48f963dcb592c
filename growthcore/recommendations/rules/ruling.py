"""The rules of a chain, brought to bear on answers that are being made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from growthcore.catalog.view import View, Whole
from growthcore.recommendations.rules.evaluation import Ruled, RuleSet, Scores
from growthcore.recommendations.rules.matching import Context

WANTED = 100
"""So many products a model is asked for where rules may leave most of them out."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Candidates:
    """What was proposed for one answer, in order.

    That is where each product stands in the view, its score, and the place in the chain of who proposed
    it. ``compared`` is where the products looked at stand, ``segments`` are those the customer is in.
    """

    places: Whole
    scores: Scores
    links: Whole
    compared: Whole
    segments: frozenset[int]


def rule(
    view: View,
    rules: RuleSet,
    at: datetime,
    given: Sequence[Candidates],
    *,
    slots: Mapping[int, int],
) -> list[Ruled]:
    """What the rules make of every answer, in order.

    ``slots`` are how many products some places in the chain may fill.
    """
    if not given:
        return []
    wanted = np.unique(np.concatenate([each for c in given for each in (c.places, c.compared)]))
    bound = rules.over(view.some(wanted), int(at.timestamp()))
    return [
        bound.apply(
            Context(compared=np.searchsorted(wanted, each.compared), segments=each.segments),
            np.searchsorted(wanted, each.places),
            each.scores,
            each.links,
            slots,
        )
        for each in given
    ]
