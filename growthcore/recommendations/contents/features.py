"""What contents and products are about, as weighted features: pieces of words, and what products share.

Korean is written without spaces where another language has them, and its words end in particles; so
pieces of two syllables are compared instead of words, and pieces of three letters in Latin script.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any
from zlib import crc32

from growthcore.api import Product
from growthcore.catalog.models import Content

Features = Mapping[int, float]
_WORD = re.compile(r"[^\W_]+")
_SUMMARY = 0.4
_NAME, _CATEGORY, _BRAND, _ATTRIBUTE = 1.0, 1.0, 0.8, 0.6


def of_content(content: Content) -> Features:
    """What the texts of a content say: title and keywords more than the summary."""
    found = dict.fromkeys(_pieces_of(content.summary or ""), _SUMMARY)
    found |= dict.fromkeys(_pieces_of(" ".join([content.title, *content.keywords])), 1.0)
    return found


def of_search(text: str) -> Features:
    """What somebody looks for: every word weighs the same, however long."""
    return _asked([(text, 1.0)])


def of_product(product: Product, attributes: Mapping[str, Any]) -> Features:
    """What a content may be about to go with a product: its words, and what it shares with others."""
    parts = (product.category or "").split("/")
    said = [(product.name, _NAME), (parts[-1], _CATEGORY), (product.brand or "", _BRAND)]
    said += [(value, _ATTRIBUTE) for _, value in _plain(attributes)]
    return {**_asked(said), **shared(product, attributes)}


def shared(product: Product, attributes: Mapping[str, Any]) -> Features:
    """Category, brand and attributes: contents that are about this product have them, too."""
    found: dict[int, float] = {}
    parts = [part for part in (product.category or "").split("/") if part]
    for depth in range(1, len(parts) + 1):
        # The nearer to the leaf, the more two products of it have in common.
        found[_number(f"c:{'/'.join(parts[:depth])}")] = _CATEGORY * depth / len(parts)
    if product.brand:
        found[_number(f"b:{product.brand}")] = _BRAND
    for name, value in _plain(attributes):
        found[_number(f"a:{name}={value}")] = _ATTRIBUTE
    return found


def strongest(every: Iterable[Features]) -> Features:
    """All of them in one, each feature as heavy as where it is heaviest."""
    found: dict[int, float] = {}
    for features in every:
        for number, weight in features.items():
            found[number] = max(found.get(number, 0.0), weight)
    return found


def _asked(said: Sequence[tuple[str, float]]) -> Features:
    found: dict[int, float] = {}
    for text, weight in said:
        for word in _words(text):
            pieces = _pieces(word)
            for piece in pieces:
                number = _number(piece)
                found[number] = max(found.get(number, 0.0), weight / len(pieces))
    return found


def _plain(attributes: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name, value in attributes.items():
        for each in value if isinstance(value, list) else [value]:
            if isinstance(each, str):
                yield name, each.strip().lower()


def _pieces_of(text: str) -> set[int]:
    return set().union(*map(_numbers_of, _words(text)))


@lru_cache(maxsize=16_384)
def _numbers_of(word: str) -> Sequence[int]:
    """Kept for words that come again: most of the time contents take to load goes by here."""
    # Who looks for one syllable means a word that begins or ends with it.
    ends = () if word.isascii() else (word[0], word[-1])
    return [_number(piece) for piece in {*_pieces(word), *ends}]


def _words(text: str) -> Sequence[str]:
    return _WORD.findall(unicodedata.normalize("NFKC", text).lower())


def _pieces(word: str) -> Sequence[str]:
    size = 3 if word.isascii() else 2
    return [word[at : at + size] for at in range(max(1, len(word) - size + 1))]


def _number(name: str) -> int:
    """A checksum, always the same."""
    return crc32(name.encode())
