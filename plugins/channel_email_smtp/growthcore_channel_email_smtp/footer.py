"""The end of an advertising mail: who sends it, and how to refuse it, in Korean and in English.

정보통신망법 article 50 (4) asks for name, contact and the way to refuse; that a mail tells it in both
languages is asked by annex 6 of its decree, as guides to it say.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from html import escape

from growthcore.api import UNSUBSCRIBE_URL, Notice
from growthcore.api.blocks import Blocks
from growthcore_channel_email_smtp.parts import SLOT, Part, Recipient

_TAG = re.compile(r"<[^>]*>")
_KOREAN, _ENGLISH = re.compile(r"수신\s*거부"), re.compile("unsubscribe", re.IGNORECASE)
_LINK = "수신거부 Unsubscribe"
_STYLE = (
    "padding:16px 12px;font-size:12px;line-height:1.6;color:#475467;text-align:center;"
    "font-family:'Apple SD Gothic Neo','Malgun Gothic','Noto Sans KR',sans-serif"
)


def opts_out(source: str) -> bool:
    """Whether what was written has the recipient's opt-out in it."""
    return any(found[1].strip() == UNSUBSCRIBE_URL for found in SLOT.finditer(source))


def in_blocks(blocks: Blocks) -> str:
    """What the blocks for the end of a mail say, which everybody can read."""
    return "\n".join(block["text"] for block in blocks if block["type"] == "footer")


def html_footer(source: str, said: str = "") -> Part:
    """What closes this HTML; nothing where the law asks nothing, or ``said`` has it all."""
    return _footer(source, said, _html)


def text_footer(source: str, said: str = "") -> Part:
    """The same for plain text; ``source`` may be the HTML it is read off."""
    return _footer(source, said, _text)


def _footer(source: str, said: str, lay_out: Callable[[Notice, str], str]) -> Part:
    guided = _guides(source)

    def footer(recipient: Recipient) -> str:
        notice = recipient.notice
        if notice is None or (guided and _names(said, notice)):
            return ""
        return lay_out(notice, "" if guided else recipient.values[UNSUBSCRIBE_URL])

    return footer


def _names(said: str, notice: Notice) -> bool:
    return notice.sender in said and (notice.contact or "") in said


def _guides(source: str) -> bool:
    """Whether what was written tells in both languages how to refuse, so that nothing need be added."""
    read = _TAG.sub(" ", SLOT.sub(" ", source))
    return opts_out(source) and bool(_KOREAN.search(read) and _ENGLISH.search(read))


def _html(notice: Notice, unsubscribe_url: str) -> str:
    lines = [escape(_sender(notice))]
    if unsubscribe_url:
        link = f'<a href="{escape(unsubscribe_url)}" style="color:#475467">{_LINK}</a>'
        lines.append(f"{escape(notice.opt_out or '')} {link}".strip())
    return f'<div style="{_STYLE}">{"<br>".join(lines)}</div>'


def _text(notice: Notice, unsubscribe_url: str) -> str:
    lines = ["", "", _sender(notice)]
    if unsubscribe_url:
        lines += [notice.opt_out or "", f"{_LINK}: {unsubscribe_url}"]
    return "\n".join(lines)


def _sender(notice: Notice) -> str:
    return " | ".join(filter(None, (notice.sender, notice.contact)))
