"""Whether an event's properties pass filters."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from typing import Any, Final

from growthcore.api import PropertyFilter

_ORDERED: Final[Mapping[str, Callable[[Any, Any], bool]]] = {
    "=": operator.eq,
    "!=": operator.ne,
    ">": operator.gt,
    ">=": operator.ge,
    "<": operator.lt,
    "<=": operator.le,
}


def passes(each: PropertyFilter, properties: Mapping[str, Any]) -> bool:
    """Whether the property is known and compares so.

    Text compares by code point, numbers by size, true and false for equality only. Values of
    different kinds are not comparable: they differ, and nothing else is true of them.
    """
    actual, wanted = properties.get(each.property), each.value
    if actual is None:
        return False
    match each.operator:
        case "exists":
            return True
        case "contains":
            return isinstance(actual, str) and wanted in actual
        case "in":
            return any(_kind(actual) == _kind(one) and actual == one for one in wanted)
    if _kind(actual) != _kind(wanted):
        return each.operator == "!="
    if isinstance(wanted, bool) and each.operator not in ("=", "!="):
        return False
    return _ORDERED[each.operator](actual, wanted)


def _kind(value: object) -> str:
    """``flag``, ``number``, ``text``, or the name of a type nothing compares with."""
    if isinstance(value, bool):
        return "flag"
    if isinstance(value, int | float):
        return "number"
    return "text" if isinstance(value, str) else type(value).__name__
