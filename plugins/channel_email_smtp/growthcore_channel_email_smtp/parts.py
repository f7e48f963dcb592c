"""Content cut once into parts, each of which gives its text for one recipient."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from urllib.parse import quote

from growthcore.api import UNSUBSCRIBE_URL, ItemView, RenderContext, Template, is_block

SLOT = re.compile(r"#\{([^{}|\s][^{}|]*)(?:\|[^{}]*)?\}")
_WEB = re.compile(r"https?://", re.IGNORECASE)


class Recipient:
    """One recipient's values, while the mail is laid out. Items and links are asked for once."""

    def __init__(self, context: RenderContext, blocks: frozenset[str]) -> None:
        self.values = {**context.values, UNSUBSCRIBE_URL: context.unsubscribe_url}
        self.items = {block: context.items(block) for block in blocks}
        self.open_pixel = context.open_pixel
        self._link = context.link
        self._links: dict[tuple[str, str | None], str] = {}

    def link(self, url: str, alias: str | None) -> str:
        """The tracked form of a link."""
        known = self._links.get((url, alias))
        if known is None:
            known = self._links[url, alias] = self._link(url, alias)
        return known


Part = Callable[[Recipient], str]
Escape = Callable[[str], str]


@dataclass
class Document:
    """Parts in order, put together piece by piece.

    ``escape`` is for every value and link, ``lay_out`` for the items of a block.
    """

    escape: Escape
    lay_out: Callable[[Sequence[ItemView]], str]
    names: set[str] = field(default_factory=set)
    blocks: set[str] = field(default_factory=set)
    _parts: list[Part | str] = field(default_factory=list)

    def add_text(self, source: str) -> None:
        """Append text with variables and blocks in it."""
        at = 0
        for found in SLOT.finditer(source):
            if is_block(name := found[1].strip()):
                self._add_template(source[at : found.start()])
                self._add_block(name)
                at = found.end()
        self._add_template(source[at:])

    def add_link(self, href: str, alias: str | None) -> None:
        """Append the tracked form of a link, which may have variables in it."""
        # A variable at the beginning is an address; one further on is a piece of it.
        first = found.end() if (found := SLOT.match(href)) else 0
        start, rest = Template(href[:first]), Template(href[first:], _quoted)
        self.names |= start.names | rest.names
        escape = self.escape

        def link(recipient: Recipient) -> str:
            url = (start.render(recipient.values) + rest.render(recipient.values)).strip()
            return escape(recipient.link(url, alias)) if is_web(url) else ""

        self.add(link)

    def add(self, part: Part | str) -> None:
        """Append a part as it is."""
        self._parts.append(part)

    def render(self, recipient: Recipient) -> str:
        """The whole for one recipient. Raises :class:`growthcore.api.MissingValue`."""
        return "".join(part if isinstance(part, str) else part(recipient) for part in self._parts)

    def _add_template(self, source: str) -> None:
        template = Template(source, self.escape)
        self.names |= template.names
        self.add(_fill(template) if template.names else source)

    def _add_block(self, name: str) -> None:
        self.blocks.add(name)
        lay_out = self.lay_out
        self.add(lambda recipient: lay_out(items) if (items := recipient.items[name]) else "")


def is_web(url: str) -> bool:
    """Whether an address is one of http or https."""
    return _WEB.match(url) is not None


def is_tracked(href: str) -> bool:
    """Whether a link leads to the web, or may: through a variable. An opt-out is never tracked."""
    slot = SLOT.match(href)
    return slot[1].strip() != UNSUBSCRIBE_URL if slot else is_web(href)


def escaped_around(source: str, escape: Escape) -> str:
    """Plain text as a source: all but its variables escaped."""
    result, at = "", 0
    for found in SLOT.finditer(source):
        result += escape(source[at : found.start()]) + found[0]
        at = found.end()
    return result + escape(source[at:])


def _fill(template: Template) -> Part:
    return lambda recipient: template.render(recipient.values)


def _quoted(value: str) -> str:
    return quote(value, safe="/")
