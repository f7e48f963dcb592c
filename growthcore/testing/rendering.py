"""What a channel renders from, and what can be read in the result."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, is_dataclass
from email.message import EmailMessage
from typing import Any

from growthcore.api import ItemView, MessageClass, Notice


@dataclass(frozen=True)
class FakeRecipient:
    """A :class:`growthcore.api.RenderContext` whose links are not tracked."""

    values: Mapping[str, str]
    blocks: Mapping[str, Sequence[ItemView]] = field(default_factory=dict)
    message_class: MessageClass = MessageClass.INFORMATIONAL
    open_pixel: str | None = None
    unsubscribe_url: str = "https://shop.example/unsubscribe"
    notice: Notice | None = None

    def items(self, block: str) -> Sequence[ItemView]:
        """The items of a block."""
        return self.blocks.get(block, ())

    def link(self, url: str, alias: str | None = None) -> str:
        """The link as it is."""
        return url


def read(rendered: Any) -> str:
    """Every text inside a value, one after another."""
    return "\n".join(texts(rendered))


def texts(value: Any) -> Iterator[str]:
    """Every text inside a value, however it is nested."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, bytes):
        yield value.decode()
    else:
        for part in _parts(value):
            yield from texts(part)


def _parts(value: Any) -> Iterable[Any]:
    if isinstance(value, EmailMessage):
        bodies = (part for part in value.walk() if part.get_content_maintype() == "text")
        return [*map(str, value.values()), *(part.get_content() for part in bodies)]
    if is_dataclass(value) and not isinstance(value, type):
        return [getattr(value, each.name) for each in fields(value)]
    if isinstance(value, Mapping):
        return list(value.values())
    return value if isinstance(value, list | tuple) else ()
