"""What a rule says, checked as a whole before it is kept.

``{"if": {"all": [{"type": "category", "category": "세일"}, …]}, "then": {"do": "exclude"}}``; ``any``
in place of ``all`` wants one of the conditions only. ``do`` is ``exclude``, ``only``, ``boost`` with a
``factor`` (below 1 it weakens) or ``pin`` with a ``slot``, counted from 1.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from marshmallow import ValidationError

from growthcore.api import InvalidInput, Placement, Text
from growthcore.api.schema import flatten
from growthcore.recommendations.rules.conditions import KINDS, Names, Row

Definition = Mapping[str, Any]
"""A rule's definition with every default filled in, as it is kept."""

PAGES: Mapping[Placement, Text] = {
    Placement.MAIN: Text("메인 페이지", "Main page"),
    Placement.PRODUCT: Text("상품 상세", "Product page"),
    Placement.CART: Text("장바구니", "Cart"),
}
ROWS = 20
SLOTS = 12
WEAKEST, STRONGEST = 0.1, 10.0
_JOINS = ("all", "any")
_DOES = ("exclude", "only", "boost", "pin")


def check(given: object, page: str) -> Definition:
    """The definition as it is kept. Raises :class:`InvalidInput` by path (``if.all[1].category``)."""
    if not isinstance(given, Mapping) or set(given) != {"if", "then"}:
        raise InvalidInput({"": 'A rule is an object of "if" and "then".'})
    errors: dict[str, str] = {}
    conditions = _conditions(given["if"], page, errors)
    result = _result(given["then"], errors)
    if errors:
        raise InvalidInput(errors)
    return {"if": conditions, "then": result}


def _conditions(given: object, page: str, errors: dict[str, str]) -> Mapping[str, list[Row]]:
    joins = [each for each in _JOINS if isinstance(given, Mapping) and each in given]
    if not isinstance(given, Mapping) or len(joins) != 1 or len(given) > 1:
        errors["if"] = 'Give {"all": [conditions]} or {"any": [conditions]}.'
        return {}
    place = f"if.{joins[0]}"
    rows = given[joins[0]]
    if not isinstance(rows, list) or not 1 <= len(rows) <= ROWS:
        errors[place] = f"Give 1 to {ROWS} conditions."
        return {}
    return {joins[0]: [_row(row, f"{place}[{n}]", page, errors) for n, row in enumerate(rows)]}


def _row(given: object, place: str, page: str, errors: dict[str, str]) -> Row:
    name = given.get("type") if isinstance(given, Mapping) else None
    kind = KINDS.get(name) if isinstance(name, str) else None
    if kind is None or not isinstance(given, Mapping):
        errors[f"{place}.type"] = f"A condition has a type, one of: {', '.join(KINDS)}."
        return {}
    if page in PAGES and page not in kind.pages:
        errors[place] = "There is no product to compare with on the main page."
    try:
        rest = {key: value for key, value in given.items() if key != "type"}
        return {"type": name, **kind.schema().load(rest)}
    except ValidationError as error:
        errors |= flatten(error.messages, place)
        return {}


def _result(given: object, errors: dict[str, str]) -> Mapping[str, Any]:
    do = given.get("do") if isinstance(given, Mapping) else None
    if not isinstance(given, Mapping) or do not in _DOES:
        errors["then.do"] = f"Say what the rule does, one of: {', '.join(_DOES)}."
        return {}
    needed = {"boost": {"factor"}, "pin": {"slot"}}.get(do, set())
    if unknown := sorted(set(map(str, given)) - {"do", *needed}):
        errors[f"then.{unknown[0]}"] = f"{do} takes no {unknown[0]!r}; remove it."
        return {}
    if do == "boost":
        return {"do": do, "factor": _factor(given.get("factor"), errors)}
    if do == "pin":
        return {"do": do, "slot": _slot(given.get("slot"), errors)}
    return {"do": do}


def _factor(value: object, errors: dict[str, str]) -> float:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if number and math.isfinite(value) and WEAKEST <= value <= STRONGEST:  # type: ignore[arg-type, operator]
        return float(value)  # type: ignore[arg-type]
    errors["then.factor"] = f"Give a factor from {WEAKEST} to {STRONGEST:g}; below 1 weakens."
    return 1.0


def _slot(value: object, errors: dict[str, str]) -> int:
    if isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= SLOTS:
        return value
    errors["then.slot"] = f"Give a place from 1 to {SLOTS}."
    return 1


def rows(definition: Definition) -> tuple[str, list[Row]]:
    """How its conditions are joined, ``all`` or ``any``, and the conditions."""
    ((join, found),) = definition["if"].items()
    return join, found


def segments(definition: Definition) -> set[int]:
    """The segments it names."""
    return {row["segment_id"] for row in rows(definition)[1] if row["type"] == "segment"}


def describe(definition: Definition, names: Names) -> Text:
    """One line such as ``IF 상품 카테고리 = 세일 THEN 추천에서 제외``; ``names`` are segments'."""
    join, found = rows(definition)
    said = [KINDS[row["type"]].says(row, names) for row in found]
    ko, en = (" 그리고 ", " and ") if join == "all" else (" 또는 ", " or ")
    does = _does(definition["then"])
    return Text(
        f"IF {ko.join(each.ko for each in said)} THEN {does.ko}",
        f"IF {en.join(each.en for each in said)} THEN {does.en}",
    )


def _does(result: Mapping[str, Any]) -> Text:
    match result["do"]:
        case "exclude":
            return Text("추천에서 제외", "leave out")
        case "only":
            return Text("이 상품들만 추천", "recommend only these")
        case "pin":
            return Text(f"{result['slot']}번째 자리에 고정", f"hold in place {result['slot']}")
    factor = result["factor"]
    if factor < 1:
        return Text(f"가중치 {factor:g}배로 낮추기", f"weaken to {factor:g} times")
    return Text(f"가중치 {factor:g}배로 높이기", f"boost {factor:g} times")
