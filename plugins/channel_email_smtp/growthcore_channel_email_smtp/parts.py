"""Content cut once into parts, each of which gives its text for one recipient."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from urllib.parse import quote

from growthcore.api import UNSUBSCRIBE_URL, ItemView, RenderContext, Slot, Template, is_block

SLOT = re.compile(r"#\{([^{}|\s][^{}|]*)(?:\|[^{}]*)?\}")
_MARK = re.compile(r"gc:(?:end|(if|items) (\S+)(?: ([123]))?)")
_WEB = re.compile(r"https?://", re.IGNORECASE)


class Recipient:
    """One recipient's values, while the mail is laid out. Items and links are asked for once."""

    def __init__(self, context: RenderContext, blocks: frozenset[str]) -> None:
        self.values = {**context.values, UNSUBSCRIBE_URL: context.unsubscribe_url}
        self.items = {block: context.items(block) for block in blocks}
        self.open_pixel = context.open_pixel
        self.notice = context.notice
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


class Pieces:
    """Texts and parts in order. A part that stands in several places is asked once a recipient."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._places: dict[Part, list[int]] = {}
        self._growing = False

    def add(self, piece: Part | str) -> None:
        """Append a text or a part."""
        if not isinstance(piece, str):
            self._places.setdefault(piece, []).append(len(self._pieces))
            self._pieces.append("")
        elif self._growing:
            self._pieces[-1] += piece
        else:
            self._pieces.append(piece)
        self._growing = isinstance(piece, str)

    def render(self, recipient: Recipient) -> str:
        """The whole for one recipient. Raises :class:`growthcore.api.MissingValue`."""
        pieces = self._pieces.copy()
        for part, places in self._places.items():
            said = part(recipient)
            for place in places:
                pieces[place] = said
        return "".join(pieces)


@dataclass
class Document:
    """Parts in order, put together piece by piece.

    ``escape`` is for every value and link, ``lay_out`` for the items of a block.
    """

    escape: Escape
    lay_out: Callable[[Sequence[ItemView]], str]
    names: set[str] = field(default_factory=set)
    blocks: set[str] = field(default_factory=set)
    _pieces: Pieces = field(default_factory=Pieces)
    _open: list[tuple[str, Pieces]] = field(default_factory=list)
    _slots: dict[Slot, Part] = field(default_factory=dict)

    def add_text(self, source: str) -> None:
        """Append text with variables and blocks in it."""
        at = 0
        for found in SLOT.finditer(source):
            if is_block(name := found[1].strip()):
                self._add_template(source[at : found.start()])
                self.add_items(name, self.lay_out)
                at = found.end()
        self._add_template(source[at:])

    def add_link(self, href: str, alias: str | None) -> None:
        """Append the tracked form of a link, which may have variables in it."""
        # A variable at the beginning is an address; one further on is a piece of it.
        first = found.end() if (found := SLOT.match(href)) else 0
        start, rest = Template(href[:first]), Template(href[first:], _quoted)
        names = start.names | rest.names
        self.names |= names
        escape = self.escape

        def link(recipient: Recipient) -> str:
            url = (start.render(recipient.values) + rest.render(recipient.values)).strip()
            return escape(recipient.link(url, alias)) if is_web(url) else ""

        # Most links are everybody's; this is called for each of them in each message.
        url = href.strip()
        fixed = is_web(url) and not names
        self.add((lambda recipient: escape(recipient.link(url, alias))) if fixed else link)

    def add(self, part: Part | str) -> None:
        """Append a part as it is."""
        self._pieces.add(part)

    def add_items(self, name: str, lay_out: Callable[[Sequence[ItemView]], str]) -> None:
        """Append the items of a block; nothing for a recipient who has none."""
        self.blocks.add(name)
        self.add(lambda recipient: lay_out(items) if (items := recipient.items[name]) else "")

    def begin(self, name: str) -> None:
        """What is appended until :meth:`end` falls away for a recipient without items of a block."""
        self.blocks.add(name)
        self._open.append((name, self._pieces))
        self._pieces = Pieces()

    def end(self) -> None:
        """Close what was begun last; nothing happens where nothing is open."""
        if self._open:
            inside = self._pieces
            name, self._pieces = self._open.pop()
            self.add(lambda recipient: inside.render(recipient) if recipient.items[name] else "")

    def close(self) -> None:
        """Close whatever was begun and never ended."""
        while self._open:
            self.end()

    def render(self, recipient: Recipient) -> str:
        """The whole for one recipient. Raises :class:`growthcore.api.MissingValue`."""
        return self._pieces.render(recipient)

    def _add_template(self, source: str) -> None:
        template = Template(source)
        self.names |= template.names
        for piece in template.pieces:
            self.add(piece if isinstance(piece, str) else self._filled(piece))

    def _filled(self, slot: Slot) -> Part:
        return self._slots.setdefault(slot, _fill(slot, self.escape))


@dataclass(frozen=True)
class Mark:
    """A comment that says where items go: ``gc:items NAME COLUMNS``, ``gc:if NAME``, ``gc:end``."""

    kind: str
    name: str = ""
    columns: int = 1

    @classmethod
    def read(cls, comment: str) -> Mark | None:
        """The mark a comment is; None for every other comment."""
        found = _MARK.fullmatch(comment.strip())
        if found is None or (found[2] and not is_block(found[2])):
            return None
        return cls(found[1] or "end", found[2] or "", int(found[3] or 1))

    def apply(self, document: Document, lay_out: Callable[[Sequence[ItemView]], str]) -> None:
        """Do to a document what the mark says."""
        if self.kind == "if":
            document.begin(self.name)
        elif self.kind == "items":
            document.add_items(self.name, lay_out)
        else:
            document.end()


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


def _fill(slot: Slot, escape: Escape) -> Part:
    return lambda recipient: escape(slot.value(recipient.values))


def _quoted(value: str) -> str:
    return quote(value, safe="/")
