"""What rules do to a model's own answer, item by item."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from growthcore.core import Core
from growthcore.recommendations import serving
from growthcore.recommendations.models import Rule
from growthcore.recommendations.serving import RecommendedItem


@dataclass(frozen=True, kw_only=True)
class Touched:
    """An item and the rules that put it forward, held it in its place or withheld it, in their order."""

    item: RecommendedItem
    rules: Sequence[Rule]


@dataclass(frozen=True, kw_only=True)
class Preview:
    """``items`` are shown, best first; ``withheld`` would have been but for a rule."""

    items: Sequence[Touched]
    withheld: Sequence[Touched]
    skipped: Mapping[str, str]


def preview(core: Core, slug: str, *, limit: int, **asked: Any) -> Preview:
    """Ask a model as a page would, even while it is switched off.

    ``asked`` is for whom and what, as :func:`growthcore.recommendations.serving.recommend` takes it.
    Raises :class:`InvalidInput` like that.
    """
    answer = serving.recommend(core, slug, limit=limit, preview=True, **asked)
    named = {rule for item in (*answer.items, *answer.withheld) for rule in item.rules}
    with core.db.read() as session:
        found = session.scalars(
            select(Rule).where(Rule.id.in_(named)).order_by(Rule.position, Rule.id)
        ).all()

    def touched(items: Sequence[RecommendedItem]) -> list[Touched]:
        return [
            Touched(item=item, rules=[rule for rule in found if rule.id in item.rules])
            for item in items
        ]

    return Preview(
        items=touched(answer.items), withheld=touched(answer.withheld), skipped=answer.skipped
    )
