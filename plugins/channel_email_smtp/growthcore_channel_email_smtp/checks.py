"""What is wrong or doubtful about a mail, told before it is launched."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from growthcore.api import UNSUBSCRIBE_URL, Finding, MessageClass, Severity, unclosed
from growthcore_channel_email_smtp.attachments import LARGEST
from growthcore_channel_email_smtp.domain import is_free_mail
from growthcore_channel_email_smtp.footer import opts_out
from growthcore_channel_email_smtp.schema import HTML_BYTES
from growthcore_channel_email_smtp.senders import From
from growthcore_channel_email_smtp.source import source_of

LABEL = "(광고)"
NO_SUCH_SENDER = "The sender of the mail is no longer one of the account's. Choose another one."
_FIELDS = ("subject", "preheader", "text")
# The law wants exactly LABEL; these are how people try to hide it from filters.
_DISGUISED = re.compile(r"\s*[\[({<（［【〔]\s*광[\s/.·,_-]*고\s*[\])}>）］】〕]")


def findings(
    content: Mapping[str, Any], message_class: MessageClass, senders: Mapping[str, From]
) -> Iterator[Finding]:
    """Everything a marketer should know; blocking where the mail must not go as it is.

    ``senders`` are the account's by address, the default first.
    """
    yield from _sender(senders.get(content["sender"] or next(iter(senders))))
    body, html = "blocks" if content["blocks"] else "html", source_of(content)
    for path in (*_FIELDS, body):
        for begun in unclosed(html if path == body else content[path]):
            text = f"{begun!r} begins a variable that is not closed: write #{{NAME}}."
            yield _blocking("variable_unclosed", path, text)
    if message_class is MessageClass.ADVERTISING:
        yield from _advertising(content, body, html)
    elif content["subject"].lstrip().startswith(LABEL):
        text = f"The subject says {LABEL}, but the message is informational: choose one of them."
        yield _warning("labelled_advertising", "subject", text)
    if len(html.encode("utf-8", "replace")) > HTML_BYTES:
        text = "The HTML is over 100 KB: Gmail cuts off the end, where the opt-out is. Shorten it."
        yield _warning("html_too_large", body, text)


def of_attachments(sizes: Sequence[int | None]) -> Iterator[Finding]:
    """What is wrong with the files, of which one without a size is gone."""
    if None in sizes:
        text = "A file of the message is gone. Attach it again."
        yield _blocking("attachment_gone", "attachments", text)
    if sum(size or 0 for size in sizes) > LARGEST:
        text = "The attachments have more than 10 MB together. Leave some out, or link to them."
        yield _blocking("attachments_too_large", "attachments", text)


def _sender(sender: From | None) -> Iterator[Finding]:
    if sender is None:
        yield _blocking("sender_unknown", "sender", NO_SUCH_SENDER)
    elif is_free_mail(sender.domain):
        text = (
            f"Mails from {sender.domain} that it did not send itself are refused or taken for spam. "
            "Send from an address at a domain of the shop's own."
        )
        yield _warning("sender_free_mail", "sender", text)


def _advertising(content: Mapping[str, Any], body: str, html: str) -> Iterator[Finding]:
    subject = content["subject"]
    if _DISGUISED.match(subject) and not subject.lstrip().startswith(LABEL):
        text = f"The law wants exactly {LABEL}. Leave it out of the subject: it is put there."
        yield _blocking("label_disguised", "subject", text)
    if not opts_out(html):
        how = f'Put in a link: <a href="#{{{UNSUBSCRIBE_URL}}}">수신거부 Unsubscribe</a>.'
        if body == "blocks":
            how = "Add a footer, which has the link."
        yield _blocking("unsubscribe_missing", body, f"Advertising needs an opt-out. {how}")
    if content["text"] and not opts_out(content["text"]):
        text = f"The plain text has no opt-out. Add #{{{UNSUBSCRIBE_URL}}}."
        yield _blocking("unsubscribe_missing", "text", text)


def _blocking(code: str, path: str, text: str) -> Finding:
    return Finding(severity=Severity.BLOCKING, code=code, path=path, text=text)


def _warning(code: str, path: str, text: str) -> Finding:
    return Finding(severity=Severity.WARNING, code=code, path=path, text=text)
