"""What services say in English, said in Korean.

Services raise sentences without knowing who reads them. The table has the Korean of each, by its
English template, in which ``{}`` stands for whatever was filled in; a sentence that is not in it, such
as one of a plugin from elsewhere, is shown as it is.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

_HOLE = "{}"
_FILLED = re.compile(r"\{(\d)\}")
# Several sentences in one text, and the paths that stand before some of them.
_SEAM = re.compile(r"(?<=[.?!])(;? )(?=\S)")
_PLACE = re.compile(r"([\w.\[\]-]+: )(.+)", re.DOTALL)
_QUOTED = re.compile(r"'(.*)'|\"(.*)\"", re.DOTALL)


@dataclass(frozen=True)
class _Template:
    """``pattern`` matches the English; ``korean`` has ``{0}``, ``{1}`` for its groups."""

    pattern: re.Pattern[str]
    korean: str
    literal: int

    @classmethod
    def of(cls, english: str, korean: str) -> _Template:
        pieces = english.split(_HOLE)
        pattern = "(.*?)".join(map(re.escape, pieces))
        return cls(re.compile(pattern, re.DOTALL), korean, sum(map(len, pieces)))

    def filled(self, groups: Sequence[str]) -> str:
        shown = [_shown(group) for group in groups]
        return _FILLED.sub(lambda hole: shown[int(hole[1])], self.korean)


def korean(sentence: str) -> str:
    """The sentence in Korean; itself where the table has none."""
    exact, templates = _table()
    if sentence in exact:
        return exact[sentence]
    for each in templates:
        if found := each.pattern.fullmatch(sentence):
            return each.filled(found.groups())
    return _piecewise(sentence)


def told(sentence: str, locale: str) -> str:
    """The sentence for a reader of ``locale``."""
    return korean(sentence) if locale == "ko" else sentence


def localised(errors: Mapping[str, str], locale: str) -> dict[str, str]:
    """Errors by path, told to a reader of ``locale``."""
    return {path: told(sentence, locale) for path, sentence in errors.items()}


def _piecewise(sentence: str) -> str:
    """Each sentence of several by itself, its path left as it is."""
    pieces = _SEAM.split(sentence)
    if len(pieces) > 1:
        return "".join(korean(piece) if piece.strip("; ") else piece for piece in pieces)
    placed = _PLACE.fullmatch(sentence)
    return placed[1] + korean(placed[2]) if placed else sentence


def _shown(group: str) -> str:
    """What stands in a hole: a sentence or word of its own, or a name, which Korean quotes ‘so’."""
    quoted = _QUOTED.fullmatch(group)
    if quoted:
        return f"‘{quoted[1] or quoted[2] or ''}’"
    bare = group.strip()
    return group.replace(bare, korean(bare), 1) if bare else group


@cache
def _table() -> tuple[Mapping[str, str], list[_Template]]:
    """Whole sentences, and templates with the most literal first, so that the closest one wins."""
    text = resources.files("growthcore.web.admin").joinpath("data/sentences.ko.json").read_text()
    table: Mapping[str, str] = json.loads(text)
    exact = {english: korean for english, korean in table.items() if _HOLE not in english}
    templates = [_Template.of(*row) for row in table.items() if row[0] not in exact]
    return exact, sorted(templates, key=lambda each: each.literal, reverse=True)
