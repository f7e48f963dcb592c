"""From what a marketer wrote to the text of one recipient."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from growthcore.api import UNSUBSCRIBE_URL, ItemView, RenderContext, Template, is_block
from growthcore_channel_sms_cafe24 import text
from growthcore_channel_sms_cafe24.advertising import advertised, is_disguised
from growthcore_channel_sms_cafe24.phones import digits
from growthcore_channel_sms_cafe24.schema import REFUSE

NO_OPT_OUT = "opt_out_missing"
UNSENDABLE = "characters_unsendable"
# Addresses are ASCII, so that Hangul right after one is no part of it; variables may be.
_URL = re.compile(r"https?://(?:#\{[^{}]+\}|[!#$%&()*+,\-./0-9:;=?@A-Z_a-z~])+", re.IGNORECASE)
_NO_END = ".,;:!?)"


@dataclass(frozen=True, kw_only=True)
class Sms:
    """A rendered message. ``size`` is its bytes, ``problem`` why it can't be sent: a short code."""

    kind: str
    text: str = field(repr=False)
    title: str | None = field(repr=False)
    sender: str
    size: int
    problem: str | None


class Body:
    """Text cut once at its variables and addresses; the latter are tracked."""

    def __init__(self, source: str) -> None:
        self._parts: list[Template] = []
        at = 0
        for found in _URL.finditer(source):
            address = found[0].rstrip(_NO_END)
            self._parts += [Template(source[at : found.start()]), Template(address, _quoted)]
            at = found.start() + len(address)
        self._parts.append(Template(source[at:]))
        names = frozenset().union(*(each.names for each in self._parts))
        self.blocks = frozenset(filter(is_block, names))
        self.names = names - self.blocks - {UNSUBSCRIBE_URL}

    def render(self, context: RenderContext) -> str:
        """The text for one recipient. Raises :class:`growthcore.api.MissingValue`."""
        own = {name: text.plain(value) for name, value in context.values.items()}
        own[UNSUBSCRIBE_URL] = context.unsubscribe_url
        own |= {name: _lines(context.items(name)) for name in self.blocks}
        shown = []
        # Text and addresses take turns.
        for position, part in enumerate(self._parts):
            is_address = position % 2 == 1
            filled = part.render(context.values if is_address else own)
            shown.append(context.link(filled) if is_address else filled)
        return "".join(shown)


class Composer:
    """Renders one content. ``number`` is the account's own to refuse by, if it has one."""

    def __init__(self, content: Mapping[str, Any], sender: str, number: str | None) -> None:
        self._body = Body(text.normalised(content["body"]))
        self._title = Template(text.normalised(content["title"]))
        self._refuse_long = content["long"] == REFUSE
        self._sender, self._number = sender, number
        self.blocks = self._body.blocks
        self.names = self._body.names | self._title.names

    def render(self, context: RenderContext) -> Sms:
        """One recipient's message. Raises :class:`growthcore.api.MissingValue`."""
        body, problem = self._noticed(self._body.render(context), context)
        body = text.normalised(body)
        kind, title = text.kind(body), self._titled(context)
        return Sms(
            kind=kind,
            text=body,
            title=title if kind == "LMS" else None,
            sender=self._sender,
            size=text.size(body),
            problem=problem or self._problem(kind, body, title),
        )

    def _titled(self, context: RenderContext) -> str | None:
        values = {name: text.plain(value) for name, value in context.values.items()}
        return text.normalised(self._title.render(values)).replace("\n", " ").strip() or None

    def _noticed(self, body: str, context: RenderContext) -> tuple[str, str | None]:
        notice = context.notice
        if notice is None:
            return body, None
        if is_disguised(body, notice.label, notice.forbidden_labels):
            return body, "label_disguised"
        number = self._number or digits(notice.opt_out_number or "")
        return (advertised(body, notice, number), None) if number else (body, NO_OPT_OUT)

    def _problem(self, kind: str, body: str, title: str | None) -> str | None:
        if not text.is_sendable(body) or not text.is_sendable(title or ""):
            return UNSENDABLE
        if text.size(body) > text.LMS_BYTES or (kind == "LMS" and self._refuse_long):
            return "text_too_long"
        if kind == "LMS" and text.size(title or "") > text.TITLE_BYTES:
            return "title_too_long"
        return None if body.strip() else "text_empty"


def _quoted(value: str) -> str:
    return quote(value, safe="")


def _lines(items: Sequence[ItemView]) -> str:
    return "\n".join(text.plain(f"{item.name} {item.price}") for item in items)
