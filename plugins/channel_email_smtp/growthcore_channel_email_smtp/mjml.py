"""Blocks as the HTML of a mail, by way of MJML (https://documentation.mjml.io).

What is everybody's is done here, once. Variables stay in the HTML as ``#{NAME}``, and comments mark
where items go and what falls away without them:

``<!--gc:if NAME-->…<!--gc:end-->`` is left out for a recipient without items of that block, and
``<!--gc:items NAME 2-->`` stands for them, so many in a row.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from html import escape
from typing import Any

import mrml

from growthcore.api import UNSUBSCRIBE_URL
from growthcore.api.blocks import Blocks
from growthcore_channel_email_smtp.parts import escaped_around
from growthcore_channel_email_smtp.rich import spaced

Block = Mapping[str, Any]
_WIDTH = 600
_PADDING = 32
_FONT = "'Apple SD Gothic Neo','Malgun Gothic','Noto Sans KR',sans-serif"
_HEADING = {"large": 24, "medium": 19, "small": 16}
_MUTED = "#667085"
_ALIAS = re.compile(r' rel="gc-alias:([^"]*)"')
_DOCUMENT = (
    '<mjml lang="ko"><mj-head><mj-attributes>'
    f'<mj-all font-family="{_FONT}"/>'
    f'<mj-text font-size="15px" line-height="1.7" color="#1d2939" padding="8px {_PADDING}px"/>'
    f'<mj-button font-size="15px" font-weight="700" border-radius="8px" inner-padding="14px 28px" '
    f'padding="12px {_PADDING}px"/>'
    f'<mj-image padding="8px {_PADDING}px"/><mj-divider padding="16px {_PADDING}px"/>'
    '<mj-section background-color="#ffffff" padding="0"/>'
    '</mj-attributes></mj-head><mj-body background-color="#f3f5f7" width="600px">{}</mj-body></mjml>'
)


class _Writer:
    """Writes one mail. MJML sees a mark for each text: in attributes it alters some characters."""

    def __init__(self, blocks: Blocks) -> None:
        self._held: list[str] = []
        self._mark = "held"
        while self._mark in str(blocks):
            self._mark += "x"

    def hold(self, html: str) -> str:
        """A mark for HTML that is to stand here as it is."""
        self._held.append(html)
        return f"{self._mark}{len(self._held) - 1}-"

    def say(self, source: str) -> str:
        """Plain text with variables in it."""
        return self.hold(escaped_around(source, escape))

    def restore(self, html: str) -> str:
        """What was held, back where its marks are."""
        return re.sub(rf"{self._mark}(\d+)-", lambda mark: self._held[int(mark[1])], html)


def html_of(blocks: Blocks) -> str:
    """The HTML of a whole mail."""
    writer = _Writer(blocks)
    body = "".join(_section(writer, block) for block in blocks)
    margin = '<mj-section background-color="#f3f5f7" padding="12px 0"></mj-section>'
    html = mrml.to_html(_DOCUMENT.replace("{}", f"{margin}{body}{margin}")).content
    return writer.restore(_ALIAS.sub(r' data-alias="\1"', html))


def _section(writer: _Writer, block: Block) -> str:
    special = _SECTIONS.get(block["type"])
    if special:
        return special(writer, block)
    return _in_section(_PIECES[block["type"]](writer, block))


def _in_section(inside: str, attributes: str = "") -> str:
    return f"<mj-section{attributes}><mj-column>{inside}</mj-column></mj-section>"


def _heading(writer: _Writer, block: Block) -> str:
    size = _HEADING[block["size"]]
    return (
        f'<mj-text font-size="{size}px" line-height="1.4" align="{block["align"]}" '
        f'padding="16px {_PADDING}px 8px">'
        f'<h2 style="margin:0;font-size:{size}px;font-weight:700">{writer.say(block["text"])}</h2>'
        "</mj-text>"
    )


def _text(writer: _Writer, block: Block) -> str:
    return f"<mj-text>{writer.hold(spaced(block['html']))}</mj-text>"


def _image(writer: _Writer, block: Block) -> str:
    alt = "" if block["decorative"] else block["alt"]
    width = (_WIDTH - 2 * _PADDING) * block["width"] // 100
    return (
        f'<mj-image src="{writer.say(block["src"])}" alt="{writer.say(alt)}" width="{width}px" '
        f'align="{block["align"]}"{_linked(writer, block)}/>'
    )


def _button(writer: _Writer, block: Block) -> str:
    wide = ' width="100%"' if block["wide"] else ""
    return (
        f'<mj-button background-color="{block["colour"]}" color="{_readable(block["colour"])}" '
        f'align="{block["align"]}"{wide}{_linked(writer, block)}>{writer.say(block["text"])}</mj-button>'
    )


def _linked(writer: _Writer, block: Block) -> str:
    if not block["url"]:
        return ""
    alias = f' rel="gc-alias:{writer.hold(escape(block["alias"]))}"' if block["alias"] else ""
    return f' href="{writer.say(block["url"].strip())}"{alias}'


def _readable(colour: str) -> str:
    """Black or white, whichever stands out more (relative luminance, WCAG 2.2)."""
    channels = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return "#ffffff" if luminance < 0.179 else "#101828"


def _divider(_writer: _Writer, block: Block) -> str:
    return f'<mj-divider border-width="1px" border-color="{block["colour"]}"/>'


def _spacer(_writer: _Writer, block: Block) -> str:
    return f'<mj-spacer height="{block["height"]}px"/>'


def _columns(writer: _Writer, block: Block) -> str:
    sides = (
        "".join(_PIECES[each["type"]](writer, each) for each in block[side])
        for side in ("left", "right")
    )
    return f"<mj-section>{''.join(f'<mj-column>{side}</mj-column>' for side in sides)}</mj-section>"


def _cart(writer: _Writer, block: Block) -> str:
    return _items(writer, "CART_ITEMS", block)


def _recommended(writer: _Writer, block: Block) -> str:
    return _items(writer, f"RECO:{block['model']}", block)


def _items(writer: _Writer, name: str, block: Block) -> str:
    title = {"text": block["title"], "size": "medium", "align": "left"}
    head = _heading(writer, title) if block["title"] else ""
    inside = f"{head}<mj-text><!--gc:items {name} {block['columns']}--></mj-text>"
    return (
        f"<mj-raw><!--gc:if {name}--></mj-raw>{_in_section(inside)}<mj-raw><!--gc:end--></mj-raw>"
    )


def _coupon(writer: _Writer, block: Block) -> str:
    note = (
        f'<mj-text align="center" font-size="13px" color="{_MUTED}" padding="0 16px 16px">'
        f"{writer.say(block['note'])}</mj-text>"
    )
    return (
        f'<mj-section padding="12px {_PADDING}px"><mj-column border="2px dashed #98a2b3" '
        'border-radius="8px"><mj-text align="center" padding="16px 16px 0">'
        f"{writer.say(block['title'])}</mj-text>"
        '<mj-text align="center" font-size="22px" font-weight="700" padding="4px 16px 12px">'
        f"{writer.say(block['code'])}</mj-text>{note if block['note'] else ''}"
        "</mj-column></mj-section>"
    )


def _footer(writer: _Writer, block: Block) -> str:
    lines = [writer.say(line) for line in block["text"].splitlines()]
    slot = writer.hold(f"#{{{UNSUBSCRIBE_URL}}}")
    if block["opt_out"]:
        style = f"color:{_MUTED};text-decoration:underline"
        lines.append(f'<a href="{slot}" style="{style}">{writer.say(block["opt_out"])}</a>')
    return (
        f'<mj-divider border-width="1px" border-color="#e4e7ec"/><mj-text font-size="12px" '
        f'color="{_MUTED}" padding="0 {_PADDING}px 24px">{"<br/>".join(lines)}</mj-text>'
    )


_PIECES: Mapping[str, Callable[[_Writer, Block], str]] = {
    "heading": _heading,
    "text": _text,
    "image": _image,
    "button": _button,
    "divider": _divider,
    "spacer": _spacer,
    "footer": _footer,
}
_SECTIONS: Mapping[str, Callable[[_Writer, Block], str]] = {
    "columns": _columns,
    "cart": _cart,
    "recommended": _recommended,
    "coupon": _coupon,
}
