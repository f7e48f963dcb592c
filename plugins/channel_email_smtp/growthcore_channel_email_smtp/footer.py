"""The end of an advertising mail: who sends it, and how to refuse it, in Korean and in English.

정보통신망법 article 50 (4) asks for name, contact and the way to refuse; that a mail tells it in both
languages is asked by annex 6 of its decree, as guides to it say.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from html import escape

from growthcore.api import UNSUBSCRIBE_URL, Notice
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


def html_footer(source: str) -> Part:
    """What closes this HTML; nothing where the law asks nothing."""
    return _footer(source, _html)


def text_footer(source: str) -> Part:
    """The same for plain text; ``source`` may be the HTML it is read off."""
    return _footer(source, _text)


def _footer(source: str, lay_out: Callable[[Notice, str], str]) -> Part:
    guided = _guides(source)

    def footer(recipient: Recipient) -> str:
        if recipient.notice is None:
            return ""
        return lay_out(recipient.notice, "" if guided else recipient.values[UNSUBSCRIBE_URL])

    return footer


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
