"""What is wrong or doubtful about a mail, told before it is launched."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from growthcore.api import UNSUBSCRIBE_URL, Finding, MessageClass, Severity, unclosed
from growthcore_channel_email_smtp.parts import SLOT
from growthcore_channel_email_smtp.schema import HTML_BYTES

LABEL = "(광고)"
_FIELDS = ("subject", "preheader", "html", "text")
# The law wants exactly LABEL; these are how people try to hide it from filters.
_DISGUISED = re.compile(r"\s*[\[({<（［【〔]\s*광[\s/.·,_-]*고\s*[\])}>）］】〕]")


def findings(content: Mapping[str, Any], message_class: MessageClass) -> Iterator[Finding]:
    """Everything a marketer should know; blocking where the mail must not go as it is."""
    for path in _FIELDS:
        for begun in unclosed(content[path]):
            text = f"{begun!r} begins a variable that is not closed: write #{{NAME}}."
            yield _blocking("variable_unclosed", path, text)
    if message_class is MessageClass.ADVERTISING:
        yield from _advertising(content)
    elif content["subject"].lstrip().startswith(LABEL):
        text = f"The subject says {LABEL}, but the message is informational: choose one of them."
        yield _warning("labelled_advertising", "subject", text)
    if len(content["html"].encode("utf-8", "replace")) > HTML_BYTES:
        text = "The HTML is over 100 KB: Gmail cuts off the end, where the opt-out is. Shorten it."
        yield _warning("html_too_large", "html", text)


def _advertising(content: Mapping[str, Any]) -> Iterator[Finding]:
    subject = content["subject"]
    if _DISGUISED.match(subject) and not subject.lstrip().startswith(LABEL):
        text = f"The law wants exactly {LABEL}. Leave it out of the subject: it is put there."
        yield _blocking("label_disguised", "subject", text)
    how = f'Put in a link: <a href="#{{{UNSUBSCRIBE_URL}}}">수신거부 Unsubscribe</a>.'
    if not _opts_out(content["html"]):
        yield _blocking("unsubscribe_missing", "html", f"Advertising needs an opt-out. {how}")
    if content["text"] and not _opts_out(content["text"]):
        text = f"The plain text has no opt-out. Add #{{{UNSUBSCRIBE_URL}}}."
        yield _blocking("unsubscribe_missing", "text", text)


def _opts_out(source: str) -> bool:
    return any(found[1].strip() == UNSUBSCRIBE_URL for found in SLOT.finditer(source))


def _blocking(code: str, path: str, text: str) -> Finding:
    return Finding(severity=Severity.BLOCKING, code=code, path=path, text=text)


def _warning(code: str, path: str, text: str) -> Finding:
    return Finding(severity=Severity.WARNING, code=code, path=path, text=text)
