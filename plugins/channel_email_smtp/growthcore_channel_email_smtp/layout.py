"""The HTML of a mail: values filled in, items laid out, links tracked, opens counted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from html import escape
from html.parser import HTMLParser

from growthcore.api import ItemView
from growthcore_channel_email_smtp.parts import (
    Document,
    Recipient,
    escaped_around,
    is_tracked,
    is_web,
)
from growthcore_channel_email_smtp.tags import Anchor

# Outlook draws its buttons by itself; they are links, too.
_LINKS = frozenset({"a", "area", "v:rect", "v:roundrect"})
_PREHEADER = '<div style="display:none;max-height:0;overflow:hidden;mso-hide:all">{}</div>'


def html_document(source: str, preheader: str = "") -> Document:
    """Cut HTML into parts. What is no link, variable or block stays as it was written."""
    found = _Places(source)
    document = Document(escape, _items_table)
    edits: list[tuple[int, int, Callable[[], None]]] = [
        (start, end, partial(_add_anchor, document, source[start:end]))
        for start, end in found.links
    ]
    if preheader:
        hidden = _PREHEADER.format(escaped_around(preheader, escape))
        edits.append((found.body_start, found.body_start, partial(document.add_text, hidden)))
    edits.append((found.body_end, found.body_end, partial(document.add, _pixel)))
    at = 0
    for start, end, edit in sorted(edits, key=lambda each: each[0]):
        document.add_text(source[at:start])
        edit()
        at = end
    document.add_text(source[at:])
    return document


class _Places(HTMLParser):
    """Where the start tags of links are, and where the body begins and ends."""

    def __init__(self, source: str, *, offset: int = 0) -> None:
        super().__init__(convert_charrefs=False)
        self.links: list[tuple[int, int]] = []
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


def _items_table(items: Sequence[ItemView]) -> str:
    """Items as a table, which every mail program can show."""
    rows = "".join(map(_item_row, items))
    return (
        '<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0">'
        f"{rows}</table>"
    )


def _item_row(item: ItemView) -> str:
    url, name = escape(item.url), escape(item.name)
    picture = ""
    if item.image_url and is_web(item.image_url):
        picture = (
            f'<a href="{url}"><img src="{escape(item.image_url)}" width="96" alt="{name}" '
            'style="display:block;border:0"></a>'
        )
    times = f" × {item.quantity}" if item.quantity else ""
    return (
        f'<tr><td width="112" valign="top" style="padding:8px 16px 8px 0">{picture}</td>'
        f'<td valign="top" style="padding:8px 0"><a href="{url}">{name}</a><br>'
        f"{escape(item.price)}{times}</td></tr>"
    )
