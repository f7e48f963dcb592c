"""What is wrong or doubtful about an AlimTalk, told before it is launched."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from growthcore.api import Finding, MessageClass, Severity, Template, unclosed
from growthcore_channel_kakao_ncp import sms
from growthcore_channel_kakao_ncp.approved import Approved
from growthcore_channel_kakao_ncp.composing import Letter, characters


def findings(
    content: Mapping[str, Any], message_class: MessageClass, letter: Letter
) -> Iterator[Finding]:
    """Everything a marketer should know; blocking where the message must not go as it is."""
    if message_class is MessageClass.ADVERTISING:
        text = (
            "AlimTalk is for informational messages only, by Kakao's rules. Choose another channel for "
            "advertising."
        )
        yield blocking("advertising", "message_class", text)
    yield from _values(letter)
    texts = {f"values.{name}": text for name, text in letter.values.items()}
    for path, text in {**texts, "failover_text": content["failover_text"]}.items():
        for begun in unclosed(text):
            said = f"{begun!r} begins a variable that is not closed: write #{{NAME}}."
            yield blocking("variable_unclosed", path, said)
    if letter.failover:
        yield from _failover(letter.failover.text)


def _values(letter: Letter) -> Iterator[Finding]:
    needed, given = letter.needs, letter.values
    for name in sorted(needed - given.keys()):
        text = f"The template's variable #{{{name}}} has no text. Say what stands in its place."
        yield blocking("value_missing", "values", text)
    for name in sorted(given.keys() - needed):
        text = f"The template has no variable #{{{name}}}. Remove it, or choose the right template."
        yield blocking("value_unknown", f"values.{name}", text)
    for name in sorted(needed & given.keys()):
        if not given[name]:
            text = f"The template's variable #{{{name}}} stays empty."
            yield Finding(
                severity=Severity.WARNING, code="value_empty", path=f"values.{name}", text=text
            )
    least = Approved(letter.approved["content"]).fill(lambda name: _fixed(given.get(name, "")))
    if characters(least) > letter.longest:
        text = f"The message is over {letter.longest} characters. Shorten what fills its variables."
        yield blocking("text_too_long", "values", text)


def _failover(text: str) -> Iterator[Finding]:
    fixed = _fixed(text)
    if lost := sms.unsendable(fixed):
        said = f"A text message can't hold {' '.join(lost)}. Write the text without."
        yield blocking("failover_unsendable", "failover_text", said)
    if sms.size(sms.sendable(fixed)) > sms.LONG:
        said = f"The text message is over {sms.LONG:,} bytes. Shorten it."
        yield blocking("failover_too_long", "failover_text", said)


def _fixed(text: str) -> str:
    """What of a text is the same for everybody."""
    names = Template(text).names
    return Template(text).render(dict.fromkeys(names, "\0")).replace("\0", "")


def blocking(code: str, path: str, text: str) -> Finding:
    """A finding that forbids the launch."""
    return Finding(severity=Severity.BLOCKING, code=code, path=path, text=text)
