"""From a set of the compiler to customers: counted, listed, and only those who are still there."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from sqlalchemy import CTE, ColumnElement, ScalarSelect, Select, func, or_, select
from sqlalchemy.sql.selectable import SelectBase

from growthcore.api import Members
from growthcore.customers.models import Customer
from growthcore.segments import compiler
from growthcore.segments.compiler import arm
from growthcore.segments.definition import Node

if TYPE_CHECKING:
    from growthcore.segments.query import SegmentQuery

# In the very words of the partial index.
_GONE = or_(Customer.erased_at.is_not(None), Customer.merged_into_id.is_not(None))


def members(node: Node, query: SegmentQuery) -> Members:
    """The set that a tree says, once each and without whoever is gone.

    Events may still name customers who were erased or became another's. Where the set is negated
    they are among those taken away, so that everybody else is there.
    """
    gone = select(Customer.id.label("customer_id")).where(_GONE)
    return compiler.without(node, query, gone)


def is_present() -> ColumnElement[bool]:
    """Whether a customer is still there."""
    return ~_GONE


def present(customer_ids: Collection[int]) -> Select[int]:
    """Those of the customers who are still there."""
    return select(Customer.id.label("customer_id")).where(
        Customer.id.in_(customer_ids), is_present()
    )


def listed(found: Members) -> Select[int]:
    """The ids of :func:`members`, as ``customer_id``."""
    return all_but(found.select.cte()) if found.negated else arm(found.select)


def all_but(taken: CTE) -> Select[int]:
    """Every customer not in ``taken``; streamed in the order of ids where that is asked."""
    match = taken.columns[0] == Customer.id
    return (
        select(Customer.id.label("customer_id"))
        .outerjoin(taken, match)
        .where(taken.columns[0].is_(None))
    )


def number(found: Members) -> ColumnElement[int]:
    """How many :func:`members` there are."""
    return all_but_number(rows(found.select)) if found.negated else rows(found.select)


def all_but_number(taken: ColumnElement[int]) -> ColumnElement[int]:
    """How many customers there are, less as many."""
    return select(func.count()).select_from(Customer).scalar_subquery() - taken


def rows(statement: SelectBase) -> ScalarSelect[Any]:
    """How many rows a statement has."""
    return select(func.count()).select_from(statement.subquery()).scalar_subquery()
