"""The HTML of a mail: values filled in, items laid out, links tracked, opens counted."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from html import escape
from html.parser import HTMLParser

from growthcore_channel_email_smtp.footer import html_footer
from growthcore_channel_email_smtp.items import items_table
from growthcore_channel_email_smtp.parts import (
    Document,
    Mark,
    Recipient,
    escaped_around,
    is_tracked,
)
from growthcore_channel_email_smtp.tags import Anchor

# Outlook draws its buttons by itself; they are links, too.
_LINKS = frozenset({"a", "area", "v:rect", "v:roundrect"})
_PREHEADER = '<div style="display:none;max-height:0;overflow:hidden;mso-hide:all">{}</div>'


def html_document(source: str, preheader: str = "", said: str = "") -> Document:
    """Cut HTML into parts. What is no link, variable or block stays as it was written.

    ``said`` is what its end says of the sender (:func:`growthcore_channel_email_smtp.footer.in_blocks`).
    """
    found = _Places(source)
    document = Document(escape, items_table)
    edits: list[tuple[int, int, Callable[[], None]]] = [
        (start, end, partial(_add_anchor, document, source[start:end]))
        for start, end in found.links
    ]
    for start, end, mark in found.marks:
        lay_out = partial(items_table, columns=mark.columns)
        edits.append((start, end, partial(mark.apply, document, lay_out)))
    if preheader:
        hidden = _PREHEADER.format(escaped_around(preheader, escape))
        edits.append((found.body_start, found.body_start, partial(document.add_text, hidden)))
    edits += [
        (found.body_end, found.body_end, partial(document.add, closing))
        for closing in (html_footer(source, said), _pixel)
    ]
    at = 0
    for start, end, edit in sorted(edits, key=lambda each: each[0]):
        document.add_text(source[at:start])
        edit()
        at = end
    document.add_text(source[at:])
    document.close()
    return document


class _Places(HTMLParser):
    """Where the start tags of links and the marks of items are, and where the body begins and ends."""

    def __init__(self, source: str, *, offset: int = 0) -> None:
        super().__init__(convert_charrefs=False)
        self.links: list[tuple[int, int]] = []
        self.marks: list[tuple[int, int, Mark]] = []
        self.body_start = 0
        self.body_end = offset + len(source)
        self._offset = offset
        self._lines = [0]
        for line in source.split("\n"):
            self._lines.append(self._lines[-1] + len(line) + 1)
        self.feed(source)
        self.close()

    @property
    def _here(self) -> int:
        line, column = self.getpos()
        return self._offset + self._lines[line - 1] + column

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        start = self._here
        end = start + len(self.get_starttag_text() or "")
        if tag in _LINKS:
            self.links.append((start, end))
        elif tag == "body":
            self.body_start = end

    def handle_endtag(self, tag: str) -> None:
        if tag == "body":
            self.body_end = self._here

    def handle_comment(self, data: str) -> None:
        if mark := Mark.read(data):
            self.marks.append((self._here, self._here + len(f"<!--{data}-->"), mark))
        # Outlook reads what stands in its conditional comments.
        if data.startswith("[if"):
            self.links += _Places(data, offset=self._here + len("<!--")).links


def _add_anchor(document: Document, tag: str) -> None:
    anchor = Anchor.read(tag)
    document.add_text(anchor.before)
    if is_tracked(anchor.href):
        document.add_link(anchor.href, anchor.alias)
    else:
        document.add_text(escaped_around(anchor.href, escape))
    document.add_text(anchor.after)


def _pixel(recipient: Recipient) -> str:
    if not recipient.open_pixel:
        return ""
    return f'<img src="{escape(recipient.open_pixel)}" width="1" height="1" border="0" alt="">'
