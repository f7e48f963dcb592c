"""Whether a message is what its template allows: the code Kakao would answer with, if not."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from growthcore.sandbox.sens.catalogue import Template
from growthcore.sandbox.sens.settings import SensSettings

LONGEST, LONGEST_WITH_ITEMS = 1000, 700
MOST_BUTTONS = 5
_VARIABLE = re.compile(r"#\{[^}]+\}")
_LINKS = ("linkMobile", "linkPc", "schemeIos", "schemeAndroid")
_CURRENCY = "[A-Z]{3}|[₩$€¥£원]"
_SUMMARY = re.compile(rf"(?:{_CURRENCY})?\s*\d[\d,]*(?:\.\d{{1,2}})?\s*(?:{_CURRENCY})?")


def fits(approved: str | None, sent: str | None) -> bool:
    """Whether ``sent`` is the approved text with only its variables filled in."""
    if not approved or not sent:
        return not approved and not sent
    return "#{" not in sent and _filled_in(_VARIABLE.split(approved), sent)


def _filled_in(parts: list[str], sent: str) -> bool:
    """Whether the parts are in ``sent`` in turn, the first at its start and the last at its end.

    A part is taken where it comes first, which leaves the most room for the others: this says what
    a regular expression would, in one pass.
    """
    if len(parts) == 1:
        return sent == parts[0]
    first, *middle, last = parts
    at, end = len(first), len(sent) - len(last)
    if not (sent.startswith(first) and sent.endswith(last)):
        return False
    for part in middle:
        found = sent.find(part, at, max(end, 0))
        if found < 0:
            return False
        at = found + len(part)
    return at <= end


def fault(message: Mapping[str, Any], template: Template, settings: SensSettings) -> str | None:
    """The code of what is wrong with a message, None when nothing is."""
    return next(_faults(message, template, settings), None)


def _faults(
    message: Mapping[str, Any], template: Template, settings: SensSettings
) -> Iterator[str]:
    text = message["content"]
    if len(text) > (LONGEST_WITH_ITEMS if template.item else LONGEST):
        yield "3014"
    if not fits(template.content, text):
        yield "3016"
    if not _buttons_fit(message.get("buttons") or [], template, settings):
        yield "3027"
    yield from _line(message.get("title"), template.title, 50, too_long="3029", other="3028")
    yield from _line(message.get("headerContent"), template.header, 16, "3032", "3031")
    yield from _highlight(message.get("itemHighlight") or {}, template.highlight or {})
    yield from _items(message.get("item") or {}, template.item or {})


def _line(
    sent: str | None, approved: str | None, longest: int, too_long: str, other: str
) -> Iterator[str]:
    if sent and len(sent) > longest:
        yield too_long
    if not fits(approved, sent):
        yield other


def _highlight(sent: Mapping[str, str], approved: Mapping[str, str]) -> Iterator[str]:
    yield from _line(sent.get("title"), approved.get("title"), 30, "3034", "3033")
    yield from _line(sent.get("description"), approved.get("description"), 19, "3035", "3033")


def _items(sent: Mapping[str, Any], approved: Mapping[str, Any]) -> Iterator[str]:
    ours, theirs = sent.get("list") or [], approved.get("list") or []
    if len(ours) != len(theirs):
        yield "3036"
        return
    for mine, allowed in zip(ours, theirs, strict=True):
        yield from _line(mine.get("description"), allowed.get("description"), 23, "3037", "3036")
        if not fits(allowed.get("title"), mine.get("title")):
            yield "3036"
    yield from _summary(sent.get("summary") or {}, approved.get("summary") or {})


def _summary(sent: Mapping[str, str], approved: Mapping[str, str]) -> Iterator[str]:
    said = sent.get("description")
    yield from _line(said, approved.get("description"), 14, "3039", "3038")
    if not fits(approved.get("title"), sent.get("title")):
        yield "3038"
    if said and not _SUMMARY.fullmatch(said):
        yield "3040"


def _buttons_fit(sent: list[Mapping[str, str]], template: Template, settings: SensSettings) -> bool:
    if len(sent) != len(template.buttons) or len(sent) > MOST_BUTTONS:
        return False
    return all(
        mine.get("type") == allowed["type"]
        and mine.get("name") == allowed["name"]
        and len(allowed["name"]) <= settings.button_name_length
        and all(fits(allowed.get(link), mine.get(link)) for link in _LINKS)
        for mine, allowed in zip(sent, template.buttons, strict=True)
    )
