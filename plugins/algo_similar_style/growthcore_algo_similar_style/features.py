"""What a product is, as weighted features: words and pieces of words, category, brand, attributes.

Korean is written without spaces where another language has them, and its words end in particles; so
beside whole words the pieces of two and three syllables are features, as of any script.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any
from zlib import crc32

from growthcore.api import CatalogueItem

_WORD = re.compile(r"[^\W_]+")
_PIECES = (2, 3)
_PIECE = 0.4
"""What a piece of a word weighs beside a whole one."""


def features(item: CatalogueItem, weights: Mapping[str, Any]) -> dict[int, float]:
    """Features by number (a checksum, always the same), each with its weight."""
    found: dict[int, float] = {}
    for name, weight in _named(item, weights):
        if weight > 0:
            number = crc32(name.encode())
            found[number] = max(found.get(number, 0.0), weight)
    return found


def _named(item: CatalogueItem, weights: Mapping[str, Any]) -> Iterator[tuple[str, float]]:
    for word in words(item.name):
        yield f"w:{word}", weights["text"]
        for piece in _pieces(word):
            # A short word is a piece of a long one.
            yield f"w:{piece}", weights["text"] * _PIECE
    yield from _of_category(item.category, weights["category"])
    if item.brand:
        yield f"b:{item.brand.strip().lower()}", weights["brand"]
    yield from _of_attributes(item.attributes, weights["attributes"])
    if item.price and item.price > 0:
        yield f"m:{round(math.log(item.price) * 2)}", weights["price"]


def _of_category(path: str, weight: float) -> Iterator[tuple[str, float]]:
    parts = [part.strip().lower() for part in path.split("/") if part.strip()]
    for depth in range(len(parts)):
        # The nearer to the leaf, the more two products of it have in common.
        yield f"c:{'/'.join(parts[: depth + 1])}", weight * (depth + 1) / len(parts)


def _of_attributes(attributes: Mapping[str, Any], weight: float) -> Iterator[tuple[str, float]]:
    for key, value in attributes.items():
        for each in value if isinstance(value, list) else [value]:
            if isinstance(each, str | int | float | bool):
                yield f"a:{key}={str(each).strip().lower()}", weight


def words(text: str) -> list[str]:
    """Words in lower case, in the form in which letters are composed."""
    return _WORD.findall(unicodedata.normalize("NFKC", text).lower())


def _pieces(word: str) -> Iterator[str]:
    for size in _PIECES:
        if len(word) > size:
            yield from (word[at : at + size] for at in range(len(word) - size + 1))
