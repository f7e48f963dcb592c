"""Why one customer is, or is not, in a segment."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import intersect, select
from sqlalchemy.orm import Session

from growthcore.api import InvalidInput, Text
from growthcore.core import Core
from growthcore.segments import compiler, population
from growthcore.segments.compiler import arm
from growthcore.segments.definition import Group, Leaf, Node, children, leaves, parse
from growthcore.segments.query import SegmentQuery

_ALL = Text("다음을 모두 만족", "all of these")
_ANY = Text("하나라도 만족", "at least one of these")
_NOT = Text("다음을 제외", "none of this")


@dataclass(frozen=True, kw_only=True)
class Explained:
    """A node of the tree, whether it holds for the customer, and the same of those below."""

    path: str
    holds: bool
    text: Text
    children: tuple[Explained, ...] = ()

    def lines(self, locale: str, depth: int = 0) -> Iterator[str]:
        """The tree in lines of ✓ and ✗."""
        yield f"{'  ' * depth}{'✓' if self.holds else '✗'} {self.text.to(locale)}"
        for child in self.children:
            yield from child.lines(locale, depth + 1)

    def as_dict(self, locale: str) -> dict[str, Any]:
        """The tree as JSON."""
        return {
            "path": self.path,
            "holds": self.holds,
            "text": self.text.to(locale),
            "children": [child.as_dict(locale) for child in self.children],
        }


def explain(
    core: Core,
    session: Session,
    definition: Mapping[str, Any],
    customer_id: int,
    *,
    at: datetime | None = None,
) -> Explained:
    """Every condition's truth for one customer.

    Raises :class:`InvalidInput` when there is no such customer or the definition does not fit, and
    :class:`NoHistory`.
    """
    query = SegmentQuery.of(core, session, at)
    tree = parse(definition, query.conditions)
    asked = population.present([customer_id])
    if session.scalar(asked) is None:
        raise InvalidInput({"customer_id": f"There is no customer {customer_id}."})
    within = asked.cte("asked")
    these = select(within.c.customer_id)
    found = [compiler.leaf_members(leaf, query.restricted(within)) for leaf in leaves(tree)]
    listed = [intersect(these, arm(each.select)).exists() for each in found]
    row = session.execute(select(*listed)).one()
    truths = iter([there != each.negated for there, each in zip(row, found, strict=True)])
    return _explained(tree, truths)


def _explained(node: Node, truths: Iterator[bool]) -> Explained:
    if isinstance(node, Leaf):
        text = node.condition.describe(node.params)
        return Explained(path=node.path, holds=next(truths), text=text)
    below = tuple(_explained(child, truths) for child in children(node))
    if isinstance(node, Group):
        fold, text = (all, _ALL) if node.kind == "all" else (any, _ANY)
        holds = fold(child.holds for child in below)
        return Explained(path=node.path, holds=holds, text=text, children=below)
    return Explained(path=node.path, holds=not below[0].holds, text=_NOT, children=below)
