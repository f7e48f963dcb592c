"""Formatted text as people may write it: what a mail can show, and nothing that does anything."""

from __future__ import annotations

import html
import re
from typing import Any

import nh3

from growthcore.api.blocks import RichText
from growthcore_channel_email_smtp.parts import SLOT

_STYLED = frozenset({"p", "span", "strong", "em", "u", "s", "li", "a"})
_TAGS = _STYLED | {"b", "i", "br", "ul", "ol"}
_ATTRIBUTES = {tag: {"style"} for tag in _STYLED} | {"a": {"href", "data-alias", "style"}}
_STYLES = frozenset({"color", "background-color", "font-size", "text-align"})
_SCHEMES = frozenset({"http", "https", "mailto", "tel"})
# Mail programs have spaces of their own around these; every one of them reads an inline style.
_SPACED = {"p": "margin:0", "ul": "margin:0;padding-left:24px", "ol": "margin:0;padding-left:24px"}
_OPENING = re.compile(r'<(p|ul|ol)(?: style="([^"]*)")?>')


class SafeText(RichText):
    """Rich text that is cleaned when it is loaded: bold, italic, underline, size, colour."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        return cleaned(super()._deserialize(value, attr, data, **kwargs) or "")


def cleaned(source: str) -> str:
    """A fragment of HTML without what a text may not have; its variables as they were meant."""
    clean = nh3.clean(
        source,
        tags=set(_TAGS),
        attributes=_ATTRIBUTES,
        url_schemes=set(_SCHEMES),
        link_rel=None,
        filter_style_properties=set(_STYLES),
    )
    return SLOT.sub(lambda slot: html.unescape(slot[0]), clean)


def spaced(clean: str) -> str:
    """Cleaned text whose paragraphs and lists stand equally far apart everywhere."""
    return _OPENING.sub(lambda tag: f'<{tag[1]} style="{_style(tag[1], tag[2])}">', clean)


def _style(tag: str, own: str | None) -> str:
    return ";".join(filter(None, (_SPACED[tag], own)))
