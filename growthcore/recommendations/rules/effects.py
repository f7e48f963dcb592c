"""What a rule would do to what is on sale now, for the person who writes it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from growthcore.catalog.view import View
from growthcore.recommendations import widgets
from growthcore.recommendations.candidates import Candidates
from growthcore.recommendations.models import Model
from growthcore.recommendations.rules import definition as definitions
from growthcore.recommendations.rules.definition import Definition
from growthcore.recommendations.rules.evaluation import RuleSet, Standing
from growthcore.recommendations.rules.matching import Context


@dataclass(frozen=True, kw_only=True)
class Effect:
    """``on_sale`` products, of which the rule means ``matched`` and leaves ``left``.

    ``depends`` when it compares with the product looked at: then nothing can be counted beforehand.
    ``shown`` is how many products a widget that obeys it shows.
    """

    does: str
    on_sale: int
    matched: int
    left: int
    shown: int
    depends: bool

    @property
    def is_scarce(self) -> bool:
        """Whether it leaves a widget partly empty."""
        return not self.depends and self.left < min(self.shown, self.on_sale)


def effect(
    catalogue: View, definition: Definition, *, now: datetime, models: Iterable[Model] = ()
) -> Effect:
    """Count what a rule means of what is on sale; who asks is taken to be in every segment it names.

    ``models`` are those that obey it, whose widgets tell how many products are needed.
    """
    view = catalogue.some(np.flatnonzero(catalogue.available))
    matched, on_sale = _meant(view, definition, now), len(view.ids)
    does = definition["then"]["do"]
    rows = definitions.rows(definition)[1]
    return Effect(
        does=does,
        on_sale=on_sale,
        matched=matched,
        left={"exclude": on_sale - matched, "only": matched}.get(does, on_sale),
        shown=max(map(_shown, models), default=_usual()),
        depends=any(row["type"] == "alike" for row in rows),
    )


def _meant(view: View, definition: Definition, now: datetime) -> int:
    """How many products the conditions mean: as many as they would leave out."""
    probe = Standing(id=0, definition={**definition, "then": {"do": "exclude"}})
    nothing = np.zeros(0, np.int64)
    context = Context(
        compared=nothing,
        compared_rows=nothing,
        segments=[frozenset(definitions.segments(definition))],
    )
    every = Candidates.of_one(view.ids)
    ruled = RuleSet([probe]).apply(view, int(now.timestamp()), context, every)
    return int(ruled.touched.sum())


def _shown(model: Model) -> int:
    look = widgets.look(model)
    return int(max(look["pc_count"], look["mobile_count"]))


def _usual() -> int:
    """What a widget that nobody designed shows."""
    usual: int = widgets.load({})["pc_count"]
    return usual
