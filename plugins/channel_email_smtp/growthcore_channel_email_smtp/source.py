"""The HTML a mail is cut from: made of its blocks, or written by hand."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import css_inline

from growthcore_channel_email_smtp import mjml
from growthcore_channel_email_smtp.active import without_active
from growthcore_channel_email_smtp.parts import SLOT

_STYLE = re.compile(r"<style\b", re.IGNORECASE)
_INLINER = css_inline.CSSInliner(keep_style_tags=True, load_remote_stylesheets=False)


def source_of(content: Mapping[str, Any]) -> str:
    """The HTML of loaded content, its variables still in it; nothing in it is active."""
    if content["blocks"]:
        return mjml.html_of(content["blocks"])
    return without_active(inlined(content["html"]))[0]


def inlined(html: str) -> str:
    """HTML with its style sheets also written at each element: many mail programs read no others.

    As it was written where it has none, and where a variable stands between the parts of a table:
    reading HTML puts it elsewhere.
    """
    if not _STYLE.search(html):
        return html
    styled = _INLINER.inline(html)
    return styled if SLOT.findall(styled) == SLOT.findall(html) else html
