"""Text with ``#{NAME}`` in it: found, checked and filled."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

_VARIABLE = re.compile(r"#\{([^{}|\s][^{}|]*?)(?:\|([^{}]*))?\}")
_UNCLOSED = re.compile(r"#\{")
_BLOCK = re.compile(r"CART_ITEMS|RECO:[a-z0-9][a-z0-9-]{0,49}")
_PARTS = ("NAME", "PRICE", "URL")

UNSUBSCRIBE_URL = "UNSUBSCRIBE_URL"
"""What stands for the recipient's unsubscribe page. A channel that offers it fills it in from
``RenderContext.unsubscribe_url`` and leaves it out of ``Compiled.names``."""


class MissingValue(KeyError):
    """A variable has no value for this customer and the template gives no fallback."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


@dataclass(frozen=True)
class Slot:
    """One ``#{NAME}`` or ``#{NAME|fallback}``."""

    name: str
    fallback: str | None

    def value(self, values: Mapping[str, str]) -> str:
        """What stands here. Raises :class:`MissingValue` where there is neither value nor fallback."""
        value = values.get(self.name) or self.fallback
        if value is None:
            raise MissingValue(self.name)
        return value


class Template:
    """A text cut at its variables once, so that filling it is a join.

    >>> Template("안녕하세요 #{NAME|고객}님").render({})
    '안녕하세요 고객님'

    ``escape`` is applied to every value (and fallback), never to the text around it.
    """

    def __init__(self, source: str, escape: Callable[[str], str] | None = None) -> None:
        self._escape = escape
        self._texts, self._slots = _cut(source)

    @property
    def names(self) -> frozenset[str]:
        """Every variable's name."""
        return frozenset(slot.name for slot in self._slots)

    @property
    def pieces(self) -> Sequence[str | Slot]:
        """The texts and the variables between them, in order."""
        rest = zip(self._slots, self._texts[1:], strict=True)
        return [self._texts[0], *(piece for pair in rest for piece in pair)]

    @property
    def required(self) -> frozenset[str]:
        """Names that stand somewhere without a fallback."""
        return frozenset(slot.name for slot in self._slots if slot.fallback is None)

    def render(self, values: Mapping[str, str]) -> str:
        """Fill every variable. Raises :class:`MissingValue` for one without value and fallback."""
        parts, escape = [self._texts[0]], self._escape
        for slot, text in zip(self._slots, self._texts[1:], strict=True):
            value = slot.value(values)
            parts += (escape(value) if escape else value, text)
        return "".join(parts)


def _cut(source: str) -> tuple[Sequence[str], Sequence[Slot]]:
    texts, slots, end = [], [], 0
    for found in _VARIABLE.finditer(source):
        texts.append(source[end : found.start()])
        slots.append(Slot(found[1].strip(), found[2]))
        end = found.end()
    texts.append(source[end:])
    return texts, slots


def unclosed(source: str) -> list[str]:
    """The beginnings of every ``#{`` that is no complete variable, for a message to the writer."""
    rest = _VARIABLE.sub("", source)
    return [rest[found.start() : found.start() + 12] for found in _UNCLOSED.finditer(rest)]


def is_block(name: str) -> bool:
    """Whether a name stands for a block of items instead of a text.

    ``CART_ITEMS`` is what is left in the cart, ``RECO:<model>`` what a recommendation model gives.
    """
    return _BLOCK.fullmatch(name) is not None


@lru_cache(maxsize=1024)
def item_part(name: str) -> tuple[str, str] | None:
    """The block and the part of its first item that a variable stands for, if it is of that kind.

    ``RECO:<model>.NAME`` is a recommended product's name, ``.PRICE`` its price, ``.URL`` its tracked
    address. The core fills them in like any other variable: for messages with room for one product.

    >>> item_part("RECO:for-you.URL")
    ('RECO:for-you', 'URL')
    """
    block, _, part = name.rpartition(".")
    return (block, part) if part in _PARTS and is_block(block) else None
