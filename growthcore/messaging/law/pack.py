"""The law pack: what one country's law asks of messages, read from data that name their sources.

Korea's (``data/kr.json``) follows 정보통신망법 article 50 and articles 61 to 62-3 of its decree. What an
article says was read there; what only the decree's annex 6 says could not be, and its source is marked
``confirmed: false``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from importlib import resources
from typing import Any, Literal

import msgspec

from growthcore.api import Text

Detail = Literal["name", "phone", "email", "address"]
"""What may identify the shop."""


@dataclass(frozen=True, kw_only=True)
class Source:
    """Where a rule stands. ``confirmed`` tells whether its text itself was read."""

    article: Text
    says: Text
    url: str
    confirmed: bool


@dataclass(frozen=True, kw_only=True)
class OptOut:
    """How a message tells to refuse: ``by`` a free ``number``, by a ``link``, or the ``provider`` does.

    ``line`` is the finished sentence, with ``{number}`` in it where there is one; ``forms`` are the
    words that must stand in it, one of them.
    """

    by: Literal["number", "link", "provider"]
    line: Text
    at: str
    forms: Sequence[str]


@dataclass(frozen=True, kw_only=True)
class Medium:
    """What advertising by one medium must hold.

    ``label_at`` is where the label opens: the ``subject``, the ``text``, or the ``provider`` puts it.
    ``night``: from 21:00 to 08:00 a separate consent is needed. ``identifies`` is what must be known of
    the shop, ``contact`` what of it stands in the message after the name, in this order.
    """

    label_at: Literal["subject", "text", "provider"]
    night: bool
    identifies: Sequence[Detail]
    contact: Sequence[Detail]
    opt_out: OptOut
    sources: Sequence[Source]


@dataclass(frozen=True, kw_only=True)
class Law:
    """One country's pack. ``version`` is the day the text it follows came into force."""

    id: str
    version: date
    checked: date
    title: Text
    sources: Mapping[str, Source]
    label: str
    forbidden_labels: tuple[str, ...]
    media: Mapping[str, Medium]
    other: Medium
    confirm_every_years: int
    report_within: timedelta
    _disguised: re.Pattern[str]
    _words: re.Pattern[str]

    def medium(self, name: str) -> Medium:
        """The rules of a medium; those for whatever else there is of one that is not named."""
        return self.media.get(name, self.other)

    def night(self, medium: str) -> bool:
        """Whether advertising by the medium needs a separate consent at night."""
        return self.medium(medium).night

    def is_disguised(self, text: str) -> bool:
        """Whether a text opens with what looks like the label and does not count as one."""
        begin = text.lstrip()
        if begin.startswith(self.label):
            return False
        return begin.startswith(self.forbidden_labels) or bool(self._disguised.match(begin))

    def advertising_words(self, text: str) -> list[str]:
        """Words in a text that advertising is made of, each once, in order."""
        return list(dict.fromkeys(found[0] for found in self._words.finditer(text)))


@cache
def korea() -> Law:
    """Korea's pack, read once."""
    data = resources.files("growthcore.messaging.law") / "data" / "kr.json"
    return _law(msgspec.json.decode(data.read_bytes()))


def _law(data: Mapping[str, Any]) -> Law:
    sources = {
        name: Source(
            article=Text(**each["article"]),
            says=Text(**each["says"]),
            url=each["url"],
            confirmed=each["confirmed"],
        )
        for name, each in data["sources"].items()
    }
    words = data["advertising_words"]
    return Law(
        id=data["id"],
        version=date.fromisoformat(data["version"]),
        checked=date.fromisoformat(data["checked"]),
        title=Text(**data["title"]),
        sources=sources,
        label=data["label"]["text"],
        forbidden_labels=tuple(data["forbidden"]["spellings"]),
        media={name: _medium(each, sources) for name, each in data["media"].items()},
        other=_medium(data["other"], sources),
        confirm_every_years=data["confirm_every_years"],
        report_within=timedelta(days=data["report_within_days"]),
        _disguised=re.compile(data["forbidden"]["pattern"]),
        _words=re.compile("|".join([words["pattern"], *map(re.escape, words["words"])])),
    )


def _medium(data: Mapping[str, Any], sources: Mapping[str, Source]) -> Medium:
    told = data["opt_out"]
    return Medium(
        label_at=data["label_at"],
        night=data["night"],
        identifies=tuple(data["identifies"]),
        contact=tuple(data["contact"]),
        opt_out=OptOut(
            by=told["by"],
            line=Text(told["ko"], told["en"]),
            at=told["at"],
            forms=tuple(told["forms"]),
        ),
        sources=[sources[name] for name in data["sources"]],
    )
