"""The rules of a chain, brought to bear on answers that are being made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from sqlalchemy.orm import Session

from growthcore.recommendations.rules import products
from growthcore.recommendations.rules.evaluation import Ruled, RuleSet
from growthcore.recommendations.rules.matching import Context

WANTED = 200
"""So many products a model is asked for where rules may leave most of them out."""


@dataclass(frozen=True, kw_only=True)
class Candidates:
    """What was proposed for one answer: ids, scores and by which place in the chain, in order.

    ``compared`` are the products looked at, ``segments`` those the customer is in.
    """

    product_ids: Sequence[int]
    scores: Sequence[float]
    links: Sequence[int]
    compared: Sequence[int]
    segments: frozenset[int]


def rule(
    session: Session,
    rules: RuleSet,
    at: datetime,
    given: Sequence[Candidates],
    *,
    slots: Mapping[int, int],
) -> list[Ruled]:
    """What the rules make of every answer, in order. What is proposed must be in the catalogue.

    ``slots`` are how many products some places in the chain may fill.
    """
    asked = {id_ for each in given for id_ in (*each.product_ids, *each.compared)}
    view = products.some(session, asked)
    bound = rules.over(view, int(at.timestamp()))
    ruled = []
    for each in given:
        compared = products.places(view, each.compared)
        context = Context(compared=compared[compared >= 0], segments=each.segments)
        ruled.append(
            bound.apply(
                context,
                products.places(view, each.product_ids),
                np.array(each.scores, np.float64),
                np.array(each.links, np.int64),
                slots,
            )
        )
    return ruled
