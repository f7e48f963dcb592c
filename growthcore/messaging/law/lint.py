"""What the law would object to in a message, told before it is launched, whatever its channel.

정보통신망법 article 50: (1) consent, (4) label and sender, (5) no evasion, (6) refusing free of charge. A
check of words can't tell what a message is; it says what was found, and a person decides.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy.orm import Session

from growthcore.api import Channel, Finding, MessageClass, Severity, TemplateField
from growthcore.api.blocks import Blocks, BlocksField
from growthcore.customers import consent
from growthcore.messaging.law import notices
from growthcore.messaging.law.pack import korea
from growthcore.operators import workspace

_TAG = re.compile(r"<[^>]*>")
_SPACE = re.compile(r"\s+")
_MOST = 5


def findings(
    session: Session, channel: Channel, message_class: MessageClass, content: Mapping[str, Any]
) -> Iterator[Finding]:
    """Everything found, blocking where the message must not go as it is.

    ``content`` is as the channel's schema loaded it.
    """
    written = _texts(channel, content)
    for path, text in written.items():
        if korea().is_disguised(text):
            said = (
                f"The law wants exactly {korea().label}. Leave it out of the text: it is put there."
            )
            yield _finding(Severity.BLOCKING, "label_disguised", path, said)
    if message_class is MessageClass.ADVERTISING:
        yield from _advertising(session, channel)
    else:
        yield from _informational(written)


def _advertising(session: Session, channel: Channel) -> Iterator[Finding]:
    shop, number = workspace.get(session), channel.opt_out_number()
    lacking = notices.missing(channel.medium, MessageClass.ADVERTISING, shop, number)
    for setting, said in lacking.items():
        yield _finding(Severity.BLOCKING, "shop_unidentified", f"shop.{setting}", said)
    if not consent.anybody(session, channel.medium, "advertising"):
        said = (
            "Nobody has consented to advertising by this channel yet, so that nobody would get it. "
            "Import consents, or ask for them in the shop."
        )
        yield _finding(Severity.WARNING, "nobody_consented", "message_class", said)


def _informational(written: Mapping[str, str]) -> Iterator[Finding]:
    for path, text in written.items():
        if found := korea().advertising_words(text):
            said = (
                f"This reads like advertising: {', '.join(found[:_MOST])}. As an informational message "
                "it goes without consent, label and opt-out, which article 50 of the Network Act "
                "forbids for advertising. Choose the class advertising if it promotes anything."
            )
            yield _finding(Severity.WARNING, "reads_like_advertising", path, said)


def _texts(channel: Channel, content: Mapping[str, Any]) -> dict[str, str]:
    """What a marketer wrote, by field, as a reader sees it: without tags."""
    found = {}
    for name, field in channel.Content().fields.items():
        said = content.get(name)
        if isinstance(field, BlocksField):
            said = " ".join(_of_blocks(field, said or ()))
        if isinstance(field, BlocksField | TemplateField) and isinstance(said, str):
            found[name] = _SPACE.sub(" ", _TAG.sub(" ", said)).strip()
    return found


def _of_blocks(field: BlocksField, blocks: Blocks) -> Iterator[str]:
    for block in blocks:
        for name, part in field.kinds[block["type"]].schema().fields.items():
            if isinstance(part, TemplateField) and isinstance(said := block.get(name), str):
                yield said


def _finding(severity: Severity, code: str, path: str, text: str) -> Finding:
    return Finding(severity=severity, code=code, path=path, text=text)
