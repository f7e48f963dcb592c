"""What is wrong or doubtful about a text, told before it is launched."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from growthcore.api import (
    Approval,
    ConfigError,
    Finding,
    MessageClass,
    MessageKind,
    Sender,
    Severity,
    Template,
    unclosed,
)
from growthcore_channel_sms_cafe24 import text
from growthcore_channel_sms_cafe24.advertising import LABEL, is_disguised, opt_out
from growthcore_channel_sms_cafe24.schema import REFUSE

_USUAL = "김하늘"
"""What a variable usually holds, when nothing is known of it: a name."""
_MOST = 10


def findings(
    content: Mapping[str, Any],
    message_class: MessageClass,
    *,
    sender: str,
    senders: Sequence[Sender],
    number: str | None,
    kinds: Sequence[MessageKind],
) -> Iterator[Finding]:
    """Everything a marketer should know; blocking where the text must not go as it is.

    ``sender`` is the key of the number it goes from, ``number`` the account's own to refuse by.
    """
    if problem := sender_problem(sender, senders):
        yield _blocking("sender", "sender", problem)
    for path in ("body", "title"):
        yield from _characters(path, content[path])
    if message_class is MessageClass.ADVERTISING:
        if is_disguised(content["body"]):
            said = f"The law wants exactly {LABEL}. Leave it out of the text: it is put there."
            yield _blocking("label_disguised", "body", said)
    elif content["body"].lstrip().startswith(LABEL):
        said = f"The text says {LABEL}, but the message is informational: choose one of them."
        yield _finding(Severity.WARNING, "labelled_advertising", "body", said)
    around = 0
    if message_class is MessageClass.ADVERTISING:
        around = text.size(f"{LABEL}\n{opt_out(None, number or '')}")
    yield from _length(content, around, {each.id: each.price for each in kinds})


def sender_problem(key: str, senders: Sequence[Sender]) -> str | None:
    """Why nothing may be sent from this number."""
    if not key:
        return "Choose the number the message comes from, here or in the account."
    found = next((each for each in senders if each.key == key), None)
    if found is None:
        return (
            "The sending number is not registered at Cafe24. Sync the senders and choose another."
        )
    if found.approval is not Approval.APPROVED:
        return f"The sending number {found.label} is not approved at Cafe24. Choose another."
    return None


def require_sender(key: str, senders: Sequence[Sender]) -> None:
    """Raise :class:`ConfigError` unless this number may send."""
    if problem := sender_problem(key, senders):
        raise ConfigError(problem)


def _characters(path: str, source: str) -> Iterator[Finding]:
    for begun in unclosed(source):
        said = f"{begun!r} begins a variable that is not closed: write #{{NAME}}."
        yield _blocking("variable_unclosed", path, said)
    written = text.normalised(source)
    for each in text.unsendable(written)[:_MOST]:
        yield _blocking("character_unsendable", path, _unsendable(each))
    if doubtful := text.doubtful(written):
        shown = "".join(dict.fromkeys(each.character for each in doubtful[:_MOST]))
        said = f"Older phones may not show {shown!r}, which EUC-KR does not have."
        yield _finding(Severity.WARNING, "character_doubtful", path, said)


def _unsendable(found: text.Character) -> str:
    character, line, column = repr(found.character), found.line, found.column
    if not found.suggestion:
        return f"{character} at line {line}, character {column} can't be sent by SMS. Leave it out."
    return (
        f"{character} at line {line}, character {column} can't be sent by SMS. "
        f"Write {found.suggestion!r} instead."
    )


def _length(
    content: Mapping[str, Any], around: int, prices: Mapping[str, int]
) -> Iterator[Finding]:
    """``around`` are the bytes of what the law puts around the text, the shop's name not counted."""
    least = text.size(_filled(content["body"], "")) + around
    usual = text.size(_filled(content["body"], _USUAL)) + around
    if text.size(_filled(content["title"], "")) > text.TITLE_BYTES:
        said = f"The title is over {text.TITLE_BYTES} bytes. Shorten it."
        yield _blocking("title_too_long", "title", said)
    if least > text.LMS_BYTES:
        said = f"The text takes {least:,} bytes or more; at most {text.LMS_BYTES:,} can be sent."
        yield _blocking("text_too_long", "body", said)
    elif usual > text.SMS_BYTES and content["long"] != REFUSE:
        said = (
            f"With usual values the text takes {usual:,} bytes, over {text.SMS_BYTES}: it goes as "
            f"LMS, at about {prices['LMS']} won a message instead of {prices['SMS']}."
        )
        yield _finding(Severity.INFO, "goes_as_lms", "body", said)
    elif usual > text.SMS_BYTES:
        said = (
            f"With usual values the text takes {usual:,} bytes; over {text.SMS_BYTES} it is not sent. "
            "Shorten it, or let it go as LMS."
        )
        severity = Severity.BLOCKING if least > text.SMS_BYTES else Severity.WARNING
        yield _finding(severity, "text_too_long", "body", said)


def _filled(source: str, value: str) -> str:
    template = Template(text.normalised(source))
    # A template takes "" for no value at all, and its fallback instead.
    return template.render(dict.fromkeys(template.names, value or "\0")).replace("\0", "")


def _blocking(code: str, path: str, said: str) -> Finding:
    return _finding(Severity.BLOCKING, code, path, said)


def _finding(severity: Severity, code: str, path: str, said: str) -> Finding:
    return Finding(severity=severity, code=code, path=path, text=said)
