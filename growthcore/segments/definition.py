"""What a segment says: a tree of conditions, checked as a whole before it is used.

``{"all": […]}``, ``{"any": […]}``, ``{"not": …}`` and leaves ``{"condition": id, "params": {…}}``.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from marshmallow import ValidationError

from growthcore.api import Condition, InvalidInput, Text
from growthcore.api.schema import flatten

DEPTH = 10
LEAVES = 100

_LEAF_KEYS = {"condition", "params"}
_FORMS = "Give one of all, any, not or condition."
# Neither database stores these in text.
_UNKEPT = re.compile("[\x00\ud800-\udfff]")


@dataclass(frozen=True)
class Leaf:
    """One condition with its params as its schema loaded them."""

    path: str
    condition: Condition = field(repr=False)
    params: Mapping[str, Any]


@dataclass(frozen=True)
class Group:
    """Several nodes, of which all or any must hold; never empty."""

    path: str
    kind: Literal["all", "any"]
    children: tuple[Node, ...]


@dataclass(frozen=True)
class Not:
    """Whatever its child is not."""

    path: str
    child: Node


Node: TypeAlias = Leaf | Group | Not


def parse(definition: object, conditions: Mapping[str, Condition]) -> Node:
    """The definition as a checked tree.

    Raises :class:`InvalidInput` with everything that is wrong, by the path of the place:
    ``all[1].params.count``; the path of the whole is empty.
    """
    reader = _Reader(conditions)
    node = reader.node(definition, "", 1)
    if reader.leaves > LEAVES:
        reader.errors[""] = f"A segment has at most {LEAVES} conditions, not {reader.leaves}."
    if node is None or reader.errors:
        raise InvalidInput(reader.errors)
    return node


def leaves(node: Node) -> Iterator[Leaf]:
    """Every leaf, in order."""
    if isinstance(node, Leaf):
        yield node
    for child in children(node):
        yield from leaves(child)


def children(node: Node) -> tuple[Node, ...]:
    """The nodes right below."""
    if isinstance(node, Group):
        return node.children
    return (node.child,) if isinstance(node, Not) else ()


def describe(node: Node) -> Text:
    """The tree as one sentence that names every condition."""
    if isinstance(node, Leaf):
        return node.condition.describe(node.params)
    if isinstance(node, Not):
        inner = describe(node.child)
        return Text(f"다음을 제외: ({inner.ko})", f"not ({inner.en})")
    parts = [_within(child) for child in node.children]
    ko, en = (" 그리고 ", " and ") if node.kind == "all" else (" 또는 ", " or ")
    return Text(ko.join(part.ko for part in parts), en.join(part.en for part in parts))


def _within(node: Node) -> Text:
    text = describe(node)
    if isinstance(node, Group) and len(node.children) > 1:
        return Text(f"({text.ko})", f"({text.en})")
    return text


class _Reader:
    """Reads one definition; what does not fit becomes None and an entry of ``errors``."""

    def __init__(self, conditions: Mapping[str, Condition]) -> None:
        self.conditions = conditions
        self.errors: dict[str, str] = {}
        self.leaves = 0

    def node(self, value: object, path: str, depth: int) -> Node | None:
        if depth > DEPTH:
            return self._wrong(path, f"Conditions are nested at most {DEPTH} deep.")
        if not isinstance(value, Mapping):
            return self._wrong(path, f"This must be an object. {_FORMS}")
        kinds = [kind for kind in ("all", "any", "not", "condition") if kind in value]
        if len(kinds) != 1:
            return self._wrong(path, _FORMS if not kinds else f"{_FORMS[:-1]}, not several.")
        kind = kinds[0]
        if unknown := sorted(
            set(map(str, value)) - (_LEAF_KEYS if kind == "condition" else {kind})
        ):
            return self._wrong(path, f"Beside {kind!r} there is no {unknown[0]!r}; remove it.")
        if kind == "condition":
            return self._leaf(value, path)
        if kind == "not":
            child = self.node(value["not"], _join(path, "not"), depth + 1)
            return Not(path, child) if child else None
        return self._group("all" if kind == "all" else "any", value[kind], path, depth)

    def _group(
        self, kind: Literal["all", "any"], value: object, path: str, depth: int
    ) -> Node | None:
        place = _join(path, kind)
        if not isinstance(value, list) or not value:
            return self._wrong(place, "Give a list of at least one condition.")
        found = [
            self.node(each, f"{place}[{index}]", depth + 1) for index, each in enumerate(value)
        ]
        return Group(path, kind, tuple(child for child in found if child))

    def _leaf(self, value: Mapping[str, Any], path: str) -> Node | None:
        self.leaves += 1
        name = value["condition"]
        condition = self.conditions.get(name) if isinstance(name, str) else None
        if condition is None:
            return self._wrong(_join(path, "condition"), self._unknown(name))
        place, params = _join(path, "params"), value.get("params", {})
        if not isinstance(params, Mapping):
            return self._wrong(place, "The params of a condition are an object.")
        if unkept := _unkept(params, place):
            return self._wrong(unkept, "This text has characters that can't be stored.")
        try:
            return Leaf(path, condition, condition.Params().load(params))
        except ValidationError as error:
            self.errors |= flatten(error.messages, place)
            return None

    def _unknown(self, given: object) -> str:
        known = sorted(self.conditions)
        near = difflib.get_close_matches(str(given), known, n=1)
        meant = f" Did you mean {near[0]!r}?" if near else ""
        return f"There is no condition {given!r}.{meant} There are: {', '.join(known) or 'none'}."

    def _wrong(self, path: str, text: str) -> Node | None:
        self.errors[path] = text
        return None


def _join(path: str, key: str) -> str:
    return f"{path}.{key}" if path else key


def _unkept(value: object, path: str, levels: int = 20) -> str | None:
    """The path of the first text that no database stores, or of what is nested beyond sense."""
    if isinstance(value, str):
        return path if _UNKEPT.search(value) else None
    if not levels:
        return path
    if isinstance(value, Mapping):
        inner = [(each, _join(path, str(key))) for key, each in value.items()]
    elif isinstance(value, list):
        inner = [(each, f"{path}[{index}]") for index, each in enumerate(value)]
    else:
        inner = []
    return next(
        (found for each, place in inner if (found := _unkept(each, place, levels - 1))), None
    )
