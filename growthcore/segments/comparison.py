"""Comparisons of a stored value with a constant, alike on both databases.

Values compare with their own kind only: text with text by code point, numbers by size, true and
false for equality. A value that is missing compares with nothing, ``!=`` included.
"""

from __future__ import annotations

import operator as operators
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Double, case, cast, collate, false, func, null, or_, true

Sql = ColumnElement[Any]

_ORDER: Mapping[str, Callable[[Any, Any], ColumnElement[bool]]] = {
    ">": operators.gt,
    ">=": operators.ge,
    "<": operators.lt,
    "<=": operators.le,
}


@dataclass(frozen=True, kw_only=True)
class Stored:
    """A stored value as SQL, an expression a kind; each is NULL where it is of another kind."""

    dialect: str
    exists: ColumnElement[bool]
    text: Sql
    number: Sql
    flag: Sql

    def compare(self, operator: str, value: Any) -> ColumnElement[bool]:
        """Whether the stored value compares so with ``value``; never NULL where it matters."""
        if operator == "exists":
            return self.exists
        if operator == "contains":
            find = func.strpos if self.dialect == "postgresql" else func.instr
            place: Sql = find(self.text, value)
            return place > 0
        if operator == "in":
            return or_(*(self._of(each) == each for each in value))
        mine = self._of(value)
        if operator == "!=":
            return self.exists & mine.is_distinct_from(value)
        if operator == "=":
            same: ColumnElement[bool] = mine == value
            return same
        if isinstance(value, bool):
            return false()
        if isinstance(value, str) and self.dialect == "postgresql":
            mine = collate(mine, "C")  # SQLite's own order: by code point
        return _ORDER[operator](mine, value)

    def _of(self, value: Any) -> Sql:
        """The expression of the kind that ``value`` is of."""
        if isinstance(value, bool):
            return self.flag
        return self.text if isinstance(value, str) else self.number


def stored_columns(dialect: str, *, text: Any, number: Any, flag: Any) -> Stored:
    """A value kept in a column a kind."""
    return Stored(dialect=dialect, exists=true(), text=text, number=number, flag=flag)


def stored_text(dialect: str, column: Any) -> Stored:
    """A value that is text, or missing."""
    return Stored(
        dialect=dialect,
        exists=column.is_not(None),
        text=column,
        number=null(),
        flag=null(),
    )


def stored_json(dialect: str, document: Any, key: str) -> Stored:
    """A value inside a JSON object; null, like an absent key, is missing."""
    if dialect == "postgresql":
        kind = func.jsonb_typeof(func.jsonb_extract_path(document, key))
        found = func.jsonb_extract_path_text(document, key)
        text, number, flag = "string", ["number"], case((kind == "boolean", found == "true"))
        size: Sql = cast(found, Double)
    else:
        path = f'$."{key}"'
        kind, found = func.json_type(document, path), func.json_extract(document, path)
        text, number, size = "text", ["integer", "real"], found
        flag = case((kind == "true", true()), (kind == "false", false()))
    return Stored(
        dialect=dialect,
        exists=kind != "null",
        text=case((kind == text, found)),
        # The cast stands inside the case, so that it only ever meets a number.
        number=case((kind.in_(number), size)),
        flag=flag,
    )
