"""A schema's form as browsers send it, back into the plain values the schema loads.

Names are paths: ``sender.name`` of a group, ``rules-0.name`` of the first of some rows. A window is
``within.count`` and ``within.unit``, or ``within.from`` and ``within.to``. What was left empty is left
out, so that the schema's default applies and a stored secret stays.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from werkzeug.datastructures import MultiDict

from growthcore.plugins.forms import FieldView
from growthcore.web.admin import literals

Posted = MultiDict[str, str]
_MISSING = object()


def read(views: Sequence[FieldView], posted: Posted, prefix: str = "") -> dict[str, Any]:
    """What was filled in, in JSON's types; text that is no number stays text for the schema to refuse."""
    values = {view.name: _read(view, posted, prefix + view.name) for view in views}
    return {name: value for name, value in values.items() if value is not _MISSING}


def _read(view: FieldView, posted: Posted, name: str) -> Any:
    reader = _READERS.get(view.kind)
    if reader is not None:
        return reader(view, posted, name)
    text = posted.get(name, "")
    if view.kind not in ("secret", "template", "rich"):
        text = text.strip()
    return text or _MISSING


def _checkbox(_view: FieldView, posted: Posted, name: str) -> Any:
    return posted.get(name) in ("1", "true", "on")


def _number(view: FieldView, posted: Posted, name: str) -> Any:
    text = posted.get(name, "").strip().replace(",", "")
    if not text:
        return _MISSING
    try:
        return int(text)
    except ValueError:
        return _decimal(text) if view.kind == "number" else text


def _decimal(text: str) -> float | str:
    try:
        return float(text)
    except ValueError:
        return text


def _select(view: FieldView, posted: Posted, name: str) -> Any:
    """The choice itself, which may be a number: a form only knows its text."""
    text = posted.get(name, "")
    if not text:
        return _MISSING
    return next((value for value, _ in view.choices if str(value) == text), text)


def _span(_view: FieldView, posted: Posted, name: str) -> Any:
    days = {key: posted.get(f"{name}.{key}", "").strip() for key in ("from", "to")}
    if any(days.values()):
        return {key: day for key, day in days.items() if day}
    text = posted.get(f"{name}.count", "").strip()
    if not text:
        return _MISSING
    count = int(text) if text.isdecimal() else text
    return {posted.get(f"{name}.unit", "days"): count}


def _list(view: FieldView, posted: Posted, name: str) -> Any:
    """Several fields of one name, or one text with a line an item; rows where an item is a group."""
    if view.item and view.item.fields:
        return _rows(view.item, posted, name)
    lines = [line.strip() for text in posted.getlist(name) for line in text.splitlines()]
    return [line for line in lines if line]


def _group(view: FieldView, posted: Posted, name: str) -> Any:
    return read(view.fields, posted, f"{name}.") or _MISSING


def _rows(view: FieldView, posted: Posted, name: str) -> Any:
    pattern = re.compile(rf"{re.escape(name)}-(\d+)\.")
    numbers = {int(found[1]) for key in posted if (found := pattern.match(key))}
    rows = [read(view.fields, posted, f"{name}-{number}.") for number in sorted(numbers)]
    return [row for row in rows if not _is_untouched(row, view.fields)]


def _fillings(view: FieldView, posted: Posted, name: str) -> Any:
    """The rows that say something: those without a text are still to be written."""
    return [row for row in _rows(view, posted, name) if "text" in row]


def _is_untouched(row: Mapping[str, Any], views: Sequence[FieldView]) -> bool:
    """Whether a row says no more than the empty one that stands below the others."""
    empty = {view.name: view.default or False for view in views}
    return all(value == empty[name] for name, value in row.items())


def _blocks(_view: FieldView, posted: Posted, name: str) -> Any:
    """A list in JSON; what does not read as JSON stays text for the schema to refuse."""
    text = posted.get(name, "").strip()
    try:
        return json.loads(text) if text else _MISSING
    except ValueError:
        return text


def _value(view: FieldView, posted: Posted, name: str) -> Any:
    """A value to compare with; several where the operator beside it wants a list."""
    text = posted.get(name, "").strip()
    if not text:
        return _MISSING
    several = posted.get(f"{name.removesuffix(view.name)}operator") == "in"
    return literals.read_all(text) if several else literals.read(text)


_READERS: Mapping[str, Callable[[FieldView, Posted, str], Any]] = {
    "checkbox": _checkbox,
    "connection": _number,
    "integer": _number,
    "number": _number,
    "select": _select,
    "window": _span,
    "duration": _span,
    "list": _list,
    "messages": _list,
    "group": _group,
    "rows": _rows,
    "fillings": _fillings,
    "value": _value,
    "blocks": _blocks,
    "files": _blocks,
}
