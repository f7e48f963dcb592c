"""JSON with variables in its texts. Values are put in after it was read, so none can break it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from growthcore.api import ItemView, Template, is_block

DEEPEST = 20


class JsonTemplate:
    """A JSON object; ``texts`` are the texts in it, ``names`` the variables in those.

    ``blocks`` are those that stand alone in a text, and become lists.

    Raises ``ValueError`` with a sentence for the writer when the source is none.
    """

    def __init__(self, source: str) -> None:
        self._root = _parsed(source)
        self.texts = frozenset(_texts(self._root))
        self._templates = {text: Template(text) for text in self.texts}
        self._lists = {text: name for text in self._templates if (name := _lone_block(text))}
        self.blocks = frozenset(self._lists.values())
        names = frozenset().union(*(each.names for each in self._templates.values()))
        self.names = names - self.blocks
        if inside := sorted(filter(is_block, self.names)):
            raise ValueError(f'Let #{{{inside[0]}}} stand alone in its quotes: "#{{{inside[0]}}}".')

    def render(
        self, values: Mapping[str, str], items: Mapping[str, Sequence[ItemView]]
    ) -> dict[str, Any]:
        """The object, filled in. Raises :class:`growthcore.api.MissingValue`."""

        def filled(value: Any) -> Any:
            if isinstance(value, dict):
                return {name: filled(each) for name, each in value.items()}
            if isinstance(value, list):
                return [filled(each) for each in value]
            if not isinstance(value, str):
                return value
            if block := self._lists.get(value):
                return [_item(each) for each in items[block]]
            return self._templates[value].render(values)

        return {name: filled(each) for name, each in self._root.items()}


def dumped(value: Mapping[str, Any]) -> bytes:
    """The bytes that are signed and sent: the same for the same value."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def _item(item: ItemView) -> dict[str, Any]:
    return {
        "name": item.name,
        "price": item.price,
        "url": item.url,
        "image_url": item.image_url,
        "quantity": item.quantity,
    }


def _parsed(source: str) -> dict[str, Any]:
    try:
        root = json.loads(source, parse_constant=_refuse)
        dumped({"": root})
    except json.JSONDecodeError as error:
        raise ValueError(
            f"This is no JSON at line {error.lineno}, column {error.colno}: {error.msg}."
        ) from error
    except (ValueError, RecursionError) as error:
        raise ValueError("This JSON holds what no receiver could read.") from error
    if not isinstance(root, dict):
        # A writer's mistake like the others, not a programmer's.
        raise ValueError('Give a JSON object, such as {"name": "#{NAME|고객}"}.')  # noqa: TRY004
    if _depth(root) > DEEPEST:
        raise ValueError(f"Nest no deeper than {DEEPEST} levels.")
    if any("#{" in name for name in _names(root)):
        raise ValueError("Variables stand in values, not in the names before the colon.")
    return root


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is not JSON")


def _depth(value: Any) -> int:
    """How deep a value is nested, counted level by level: it may be deeper than calls can go."""
    depth, level = 0, [value]
    while level := [each for one in level for each in _children(one)]:
        depth += 1
    return depth


def _children(value: Any) -> Sequence[Any]:
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else ()


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    for each in _children(value):
        yield from _texts(each)


def _names(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        yield from value
    for each in _children(value):
        yield from _names(each)


def _lone_block(text: str) -> str | None:
    """The block a text consists of, if it is one and nothing else."""
    name = text.strip().removeprefix("#{").removesuffix("}")
    return name if is_block(name) and text.strip() == f"#{{{name}}}" else None
