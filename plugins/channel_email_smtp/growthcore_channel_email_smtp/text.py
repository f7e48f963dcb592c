"""The plain text of a mail: as it was written, or read off its HTML."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html.parser import HTMLParser

from growthcore.api import ItemView
from growthcore_channel_email_smtp.parts import Document, Mark, is_tracked
from growthcore_channel_email_smtp.tags import Anchor

_URL = re.compile(r"https?://[^\s<>\"]*[^\s<>\".,;:!?)\]]", re.IGNORECASE)
_MARK = re.compile("\0(\\d+)\0")
_BLANKS = re.compile(r"[^\S\n\t]+")
_SPACE = re.compile(r"\s+")
_EMPTY_LINES = re.compile(r"\n{3,}")
_UNSEEN = frozenset({"style", "script", "title", "template"})
_PARAGRAPHS = frozenset(
    {"p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "table", "blockquote"}
)
_LINES = frozenset({"div", "tr", "section", "article", "header", "footer", "center", "hr"})


def text_document(source: str) -> Document:
    """Cut plain text into parts; the links in it are tracked, too."""
    document = Document(str, _items_lines)
    at = 0
    for found in _URL.finditer(source):
        document.add_text(source[at : found.start()])
        document.add_link(found[0], None)
        at = found.end()
    document.add_text(source[at:])
    return document


def text_of_html(source: str) -> Document:
    """Read the text off HTML: links as ``text (address)``, a row of a table a line."""
    reader = _Reader(source)
    document = Document(str, _items_lines)
    for position, piece in enumerate(_MARK.split(_tidy("".join(reader.pieces)))):
        if position % 2 == 0:
            document.add_text(piece)
            continue
        anchor = reader.anchors[int(piece)]
        if isinstance(anchor, Mark):
            anchor.apply(document, _items_lines)
        elif is_tracked(anchor.href):
            document.add_link(anchor.href, anchor.alias)
        else:
            document.add_text(anchor.href)
    document.close()
    return document


class _Reader(HTMLParser):
    """Collects text; the address of a link is its number between two NULs, and so is a mark of items."""

    def __init__(self, source: str) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self.anchors: list[Anchor | Mark] = []
        self._unseen = 0
        self._breaks = 2  # How many line ends there are since the last text.
        self._open: list[tuple[Anchor, int]] = []
        self.feed(source.replace("\0", ""))
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _UNSEEN:
            self._unseen += 1
        elif tag == "a":
            self._open.append((Anchor.read(self.get_starttag_text() or ""), len(self.pieces)))
        elif tag == "img":
            self.handle_data(dict(attrs).get("alt") or "")
        elif tag == "br":
            self._break(self._breaks + 1)
        elif tag == "li":
            self._break(1)
            self._add("- ")
        else:
            self._space(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in _UNSEEN:
            self._unseen = max(0, self._unseen - 1)
        elif tag == "a" and self._open:
            self._end_link(*self._open.pop())
        elif tag in ("td", "th"):
            self._add("\t")
        else:
            self._space(tag)

    def handle_data(self, data: str) -> None:
        if not self._unseen:
            self._add(_SPACE.sub(" ", data))

    def handle_comment(self, data: str) -> None:
        if (mark := Mark.read(data)) is None:
            return
        if mark.kind == "items":
            self._add(self._number(mark))
        else:
            # The empty line below what falls away falls away with it.
            self._break(2)
            self.pieces.append(self._number(mark))

    def _number(self, found: Anchor | Mark) -> str:
        self.anchors.append(found)
        return f"\0{len(self.anchors) - 1}\0"

    def _space(self, tag: str) -> None:
        if tag in _PARAGRAPHS:
            self._break(2)
        elif tag in _LINES:
            self._break(1)

    def _add(self, text: str) -> None:
        """Append text; blanks at the beginning of a line are none."""
        if text.strip():
            self._breaks = 0
        if not self._breaks:
            self.pieces.append(text)

    def _break(self, wanted: int) -> None:
        """End the line, or leave so many less one empty, unless that is so already."""
        if wanted > self._breaks:
            self.pieces.append("\n" * (wanted - self._breaks))
            self._breaks = wanted

    def _end_link(self, anchor: Anchor, since: int) -> None:
        if not anchor.href or (anchor.href.startswith("#") and not anchor.href.startswith("#{")):
            return
        label = "".join(self.pieces[since:]).strip()
        if label in ("", anchor.href):
            del self.pieces[since:]
            self._add(self._number(anchor))
        else:
            self._add(f" ({self._number(anchor)})")


def _tidy(text: str) -> str:
    """Single blanks, cells two blanks apart, at most one empty line, none at either end."""
    lines = []
    for line in _BLANKS.sub(" ", text).split("\n"):
        cells = [cell.strip() for cell in line.split("\t")]
        lines.append("  ".join(filter(None, cells)))
    return _EMPTY_LINES.sub("\n\n", "\n".join(lines)).strip()


def _items_lines(items: Sequence[ItemView]) -> str:
    return "\n".join(map(_item_lines, items))


def _item_lines(item: ItemView) -> str:
    times = f" × {item.quantity}" if item.quantity else ""
    return f"- {item.name}  {item.price}{times}\n  {item.url}"
