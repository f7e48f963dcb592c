"""Items in the HTML of a mail: as tables, which every mail program can show."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from growthcore.api import ItemView
from growthcore_channel_email_smtp.parts import is_web

_TABLE = (
    '<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0">{}</table>'
)


def items_table(items: Sequence[ItemView], columns: int = 1) -> str:
    """One below the other, the picture beside the name; or so many ``columns``, the picture above."""
    if columns == 1:
        return _TABLE.format("".join(map(_item_row, items)))
    rows = (items[at : at + columns] for at in range(0, len(items), columns))
    return _TABLE.format("".join(_row(row, columns) for row in rows))


def _row(items: Sequence[ItemView], columns: int) -> str:
    cells = "".join(_cell(item, columns) for item in items)
    empty = f'<td width="{100 // columns}%"></td>' * (columns - len(items))
    return f"<tr>{cells}{empty}</tr>"


def _cell(item: ItemView, columns: int) -> str:
    picture = _picture(item, "100%", "display:block;border:0;width:100%;height:auto")
    return (
        f'<td width="{100 // columns}%" valign="top" style="padding:8px">{picture}'
        f"{_words(item)}</td>"
    )


def _item_row(item: ItemView) -> str:
    picture = _picture(item, "96", "display:block;border:0")
    return (
        f'<tr><td width="112" valign="top" style="padding:8px 16px 8px 0">{picture}</td>'
        f'<td valign="top" style="padding:8px 0">{_words(item)}</td></tr>'
    )


def _picture(item: ItemView, width: str, style: str) -> str:
    if not item.image_url or not is_web(item.image_url):
        return ""
    return (
        f'<a href="{escape(item.url)}"><img src="{escape(item.image_url)}" width="{width}" '
        f'alt="{escape(item.name)}" style="{style}"></a>'
    )


def _words(item: ItemView) -> str:
    times = f" × {item.quantity}" if item.quantity else ""
    return f'<a href="{escape(item.url)}">{escape(item.name)}</a><br>{escape(item.price)}{times}'
