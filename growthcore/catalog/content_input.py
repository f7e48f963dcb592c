"""What a shop tells us about a blog post, a video or a review, checked."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any

from msgspec import UNSET, Struct, UnsetType

from growthcore.catalog.fields import LONGEST_ADDRESS, fitted, flag, text

MOST_KEYWORDS = 30
LONGEST_KEYWORD = 50
MOST_PRODUCTS = 100
LONGEST_ID = 100
_WEB = re.compile(r"https?://[^\s/?#@]+([/?#]\S*)?")


class Kind(StrEnum):
    """What a content is."""

    BLOG = "blog"
    VIDEO = "video"
    REVIEW = "review"


class ContentInput(Struct, frozen=True, kw_only=True):
    """One content as told. What is left out stays as it is; None removes it.

    A new one needs ``kind`` (blog, video or review), ``title`` and ``url``. ``products`` are the
    shop's ids of what it is about. Until ``published_at`` it is not shown; that is now when a new
    content names none.
    """

    external_id: str
    kind: str | UnsetType = UNSET
    title: str | UnsetType = UNSET
    url: str | UnsetType = UNSET
    image_url: str | UnsetType | None = UNSET
    summary: str | UnsetType | None = UNSET
    author: str | UnsetType | None = UNSET
    keywords: Sequence[str] | UnsetType = UNSET
    products: Sequence[str] | UnsetType = UNSET
    hidden: bool | UnsetType = UNSET
    published_at: datetime | UnsetType = UNSET


def check(item: ContentInput) -> dict[str, Any]:
    """The fields that were told, clean. Raises :class:`InvalidInput` with every one that is not."""
    return fitted(item, _FIELDS, _REMOVABLE)


def _kind(value: Any) -> str:
    if value not in [*Kind]:
        raise ValueError(f"Give one of: {', '.join(Kind)}.")
    return str(value)


def _address(value: Any) -> str:
    if not isinstance(value, str) or not _WEB.fullmatch(value.strip()):
        raise ValueError("Give an address in full, such as https://blog.shop.com/posts/1.")
    return text(LONGEST_ADDRESS)(value)


def _texts(most: int, longest: int) -> Callable[[Any], list[str]]:
    fit = text(longest)

    def fit_all(value: Any) -> list[str]:
        if isinstance(value, str) or not isinstance(value, Sequence):
            raise ValueError("Give a list of texts.")  # noqa: TRY004 - told to a person
        told = list(dict.fromkeys(fit(each) for each in value))
        if len(told) > most:
            raise ValueError(f"Give at most {most}.")
        return told

    return fit_all


def _instant(value: Any) -> datetime:
    if not isinstance(value, datetime) or value.tzinfo is None or not 1970 < value.year < 2100:
        raise ValueError("Give an instant such as 2026-11-22T10:00:00+09:00.")
    return value


_FIELDS: Mapping[str, Callable[[Any], Any]] = {
    "external_id": text(LONGEST_ID),
    "kind": _kind,
    "title": text(300),
    "url": _address,
    "image_url": _address,
    "summary": text(1000),
    "author": text(100),
    "keywords": _texts(MOST_KEYWORDS, LONGEST_KEYWORD),
    "products": _texts(MOST_PRODUCTS, LONGEST_ID),
    "hidden": flag,
    "published_at": _instant,
}
_REMOVABLE = {"image_url", "summary", "author"}
