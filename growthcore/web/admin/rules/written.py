"""A rule as its form has it: rows of conditions, each with the fields of its kind."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from werkzeug.datastructures import MultiDict

from growthcore.api import InvalidInput, Text
from growthcore.plugins.forms import FieldView, form
from growthcore.recommendations.models import Rule
from growthcore.recommendations.rules import definition as definitions
from growthcore.recommendations.rules.choices import Choices
from growthcore.recommendations.rules.conditions import KINDS
from growthcore.web.admin import forms

Posted = MultiDict[str, str]
EMPTY: Mapping[str, Any] = {
    "name": "", "description": "", "page": "main", "join": "all", "rows": [{"type": "category"}],
    "do": "exclude", "factor": "", "slot": "", "version": "", "models": [],
}  # fmt: skip
_TEXTS = ("name", "description", "page", "join", "do", "version")
_ROW = re.compile(r"row-(\d{1,3})\.type")
_PLACE = re.compile(r"definition\.if\.(?:all|any)\[(\d+)\]")


def of_rule(rule: Rule, models: Sequence[str]) -> dict[str, Any]:
    """The form of a rule that is kept."""
    join, rows = definitions.rows(rule.definition)
    result = {key: f"{value:g}" for key, value in rule.definition["then"].items() if key != "do"}
    return {
        **EMPTY,
        **result,
        "name": rule.name,
        "description": rule.description,
        "page": rule.page,
        "version": rule.version,
        "join": join,
        "rows": rows,
        "do": rule.definition["then"]["do"],
        "models": models,
    }


def posted(given: Posted) -> dict[str, Any]:
    """The form as it was sent, after the row that was asked for was added or taken away."""
    numbers = sorted(int(found[1]) for name in given if (found := _ROW.fullmatch(name)))
    act, _colon, place = given.get("act", "").partition(":")
    if act == "remove" and place.isdecimal():
        numbers = [each for each in numbers if each != int(place)]
    rows = [_row(given, number) for number in numbers]
    if act == "add":
        rows.append({"type": given.get("new", "")})
    return {
        **{name: given.get(name, "").strip() for name in _TEXTS},
        "rows": [row for row in rows if row["type"] in KINDS][: definitions.ROWS],
        "factor": given.get("factor", "").strip(),
        "slot": given.get("slot", "").strip(),
        "models": given.getlist("models"),
    }


def _row(given: Posted, number: int) -> dict[str, Any]:
    kind = KINDS.get(given.get(f"row-{number}.type", ""))
    views = form(kind.schema) if kind else []
    read = forms.read(views, given, f"row-{number}.")
    return {"type": given.get(f"row-{number}.type", ""), **read}


def definition(values: Mapping[str, Any]) -> Mapping[str, Any]:
    """What the form says, as a definition that is still to be checked."""
    result: dict[str, Any] = {"do": values["do"]}
    if values["do"] == "boost":
        result["factor"] = _number(values["factor"], float)
    if values["do"] == "pin":
        result["slot"] = _number(values["slot"], int)
    return {"if": {values["join"]: list(values["rows"])}, "then": result}


def _number(text: str, kind: type[float | int]) -> float | int | str:
    """What is no number stays text for the definition to refuse."""
    try:
        return kind(text)
    except ValueError:
        return text


def by_field(error: InvalidInput) -> InvalidInput:
    """The same error at the names the form's fields have."""
    return InvalidInput({_field(path): told for path, told in error.errors.items()})


def _field(path: str) -> str:
    if path in ("definition.if.all", "definition.if.any", "definition.if"):
        return "rows"
    return _PLACE.sub(r"row-\1", path).removeprefix("definition.then.")


def views(kind: str, row: Mapping[str, Any], found: Choices) -> list[FieldView]:
    """The fields of a row, with what there is to choose from."""
    there: Mapping[str, Sequence[tuple[Any, str]]] = {
        "category": [(each, each) for each in found.categories],
        "brand": [(each, each) for each in found.brands],
        "segment_id": found.segments,
    }
    return [
        _chosen(view, there.get(view.name, ()), row.get(view.name))
        for view in form(KINDS[kind].schema)
    ]


def _chosen(view: FieldView, there: Sequence[tuple[Any, str]], now: Any) -> FieldView:
    """A select of what is there, and of what was chosen before it went."""
    if not there and view.name != "segment_id":
        return view
    values = [value for value, _ in there]
    listed = [*there] if now in (None, *values) else [*there, (now, str(now))]
    choices: list[tuple[Any, Text]] = [("", Text("선택하십시오", "Choose"))]
    choices += [(value, Text(label, label)) for value, label in listed]
    return replace(view, kind="select", choices=choices, help=None)
