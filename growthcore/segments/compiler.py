"""A tree of conditions as one statement, in set form.

Every condition is one set of customers, read as one range of an index; sets are intersected, united
and subtracted. Negation never makes the complement: "all" subtracts its negated parts, "any" with
negated parts is the negation of "all", and only a count or list of the whole may have to begin from
all customers (:mod:`growthcore.segments.population`).

Within "all" the smallest set drives. A part that would read many more rows is evaluated again for
the customers found so far, each by look-up.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from sqlalchemy import CompoundSelect, Select, except_, intersect, select, union
from sqlalchemy.sql.selectable import SelectBase

from growthcore.api import InvalidInput, Members, NoHistory
from growthcore.segments.definition import Group, Leaf, Node, Not, children

if TYPE_CHECKING:
    from growthcore.segments.query import SegmentQuery

PROBE = 5
"""How many rows of a range cost as much as looking up one customer."""

Evaluate = Callable[["SegmentQuery"], Members]


@dataclass(frozen=True)
class Part:
    """A set and how to evaluate it again for fewer customers."""

    found: Members
    again: Evaluate

    @classmethod
    def of(cls, evaluate: Evaluate, query: SegmentQuery) -> Part:
        """Evaluate as the query stands."""
        return cls(evaluate(query), evaluate)

    @classmethod
    def fixed(cls, found: Members) -> Part:
        """A set that stays as it is."""
        return cls(found, lambda _query: found)

    def flipped(self) -> Part:
        """Everybody but these."""
        return Part(flipped(self.found), lambda query: flipped(self.again(query)))


def flipped(members: Members) -> Members:
    """Everybody but these."""
    return replace(members, negated=not members.negated)


def members(node: Node, query: SegmentQuery) -> Members:
    """The set that a tree says; its select may give a customer more than once.

    Raises :class:`NoHistory` and :class:`InvalidInput` by the path of the leaf.
    """
    if isinstance(node, Leaf):
        return leaf_members(node, query)
    parts = _parts(children(node), query)
    if isinstance(node, Not):
        return flipped(parts[0].found)
    if node.kind == "all":
        return conjunction(parts, query)
    if any(part.found.negated for part in parts):
        return flipped(conjunction([part.flipped() for part in parts], query))
    return _union([part.found for part in parts])


def without(node: Node, query: SegmentQuery, others: SelectBase) -> Members:
    """The set that a tree says without the ``others``, once each: a set of customers to work with."""
    nodes = node.children if isinstance(node, Group) and node.kind == "all" else (node,)
    away = Part.fixed(Members(others, negated=True))
    return conjunction([*_parts(nodes, query), away], query)


def _parts(nodes: Sequence[Node], query: SegmentQuery) -> list[Part]:
    return [Part.of(partial(members, node), query) for node in nodes]


def leaf_members(leaf: Leaf, query: SegmentQuery) -> Members:
    """The set of one condition."""
    with _told_by_path(leaf.path), query.guarded(leaf.condition.id):
        found = leaf.condition.members(query, leaf.params)
        if not isinstance(found, Members):
            raise TypeError(f"members() returned {type(found).__name__} instead of Members")
        return found


def conjunction(parts: Sequence[Part], query: SegmentQuery) -> Members:
    """Those in every part."""
    ordered = sorted(parts, key=lambda part: (part.found.negated, part.found.estimate))
    driver = ordered[0].found
    if driver.negated:
        return flipped(_union([part.found for part in ordered]))
    most = PROBE * max(driver.estimate, 1)
    near = [part.found for part in ordered if part.found.estimate <= most or part is ordered[0]]
    current = combined(near)
    for part in ordered[1:]:
        if part.found.estimate > most:
            within = current.cte()
            again = part.again(query.restricted(within))
            # Even where a condition overlooks the restriction, nobody is added.
            current = combined([Members(select(within.c.customer_id)), again])
    return Members(current, estimate=driver.estimate)


def combined(found: Sequence[Members]) -> Select[int] | CompoundSelect[int]:
    """The first, which is not negated, intersected with or less each of the others."""
    kept = [arm(each.select) for each in found if not each.negated]
    taken = [arm(each.select) for each in found if each.negated]
    current = intersect(*kept) if len(kept) > 1 else kept[0]
    return except_(arm(current), *taken) if taken else current


def _union(found: Sequence[Members]) -> Members:
    """Those in any of the sets, taken as they are even where they are negated."""
    arms = [arm(each.select) for each in found]
    total = sum(each.estimate for each in found)
    return Members(union(*arms) if len(arms) > 1 else arms[0], estimate=total)


def arm(statement: SelectBase) -> Select[int]:
    """The statement as an arm of a set operation, with its one column called ``customer_id``.

    The databases nest set operations by different rules, but in a subquery by the same.
    """
    if isinstance(statement, Select) and "customer_id" in statement.selected_columns:
        return statement
    inner = statement.subquery()
    return select(inner.columns[0].label("customer_id"))


@contextmanager
def _told_by_path(path: str) -> Iterator[None]:
    """Say in errors of a leaf where it stands."""
    place = f"{path}." if path else ""
    try:
        yield
    except NoHistory as error:
        raise NoHistory(f"{path or 'the condition'}: {error}") from error
    except InvalidInput as error:
        raise InvalidInput(
            {f"{place}params.{key}": text for key, text in error.errors.items()}
        ) from error
