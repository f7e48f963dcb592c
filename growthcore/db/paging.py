"""A page of a longer list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

T = TypeVar("T")


@dataclass(frozen=True)
class Page(Generic[T]):
    """Some ``items`` of a list that has ``total`` of them."""

    items: Sequence[T]
    total: int


def paged(session: Session, statement: Select[T], *, offset: int, limit: int) -> Page[T]:
    """The rows of a select of one thing (an entity or a column) from ``offset`` on, and the total.

    The statement must have an order in which no two rows are equal, else pages overlap.
    """
    counted: Select[Any] = select(func.count()).select_from(statement.order_by(None).subquery())
    items: Sequence[T] = session.scalars(statement.offset(offset).limit(limit)).all()
    return Page(items, session.scalar(counted) or 0)
